import {
  makeCustomerDaysHandler,
  makeCustomerEventsHandler,
  makeEraseCustomerHandler,
  makeReadErasureHandler,
} from "#api/customers.ts";
import { makeRedriveHandler } from "#api/operations.ts";
import { makeCustomerDays, makeCustomerEvents, makeEraseCustomer, makeErasureStatus } from "#app/customers.ts";
import { makeRedrive } from "#app/redrive.ts";
import { makeRedriveExport } from "#app/redrive-export.ts";
import { s3Failures } from "#aws/s3-failures.ts";
import { s3LedgerExports } from "#aws/s3-ledger-exports.ts";
import { clock } from "./shared/clock.ts";
import { engine } from "./shared/engine.ts";
import { env } from "./shared/env.ts";
import { lazyLanding } from "./shared/lazy-landing.ts";
import { newId, sha256Hex } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { s3Client } from "./shared/s3-client.ts";
import { serve } from "./shared/serve.ts";
import { erasures } from "./shared/stores.ts";
import { authenticate } from "./shared/use-cases.ts";

const failures = { client: s3Client(), bucket: env("FAILURES_BUCKET") };
const orders = { erasures: erasures(), clock };
const landed = { ...orders, landing: lazyLanding(), sha256Hex };
const customers = { engine: engine(), sha256Hex };
const customersDeps = {
  customerEvents: makeCustomerEvents(customers),
  customerDays: makeCustomerDays(customers),
  eraseCustomer: makeEraseCustomer({ ...orders, sha256Hex, newId }),
  erasureStatus: makeErasureStatus({ ...orders, copiesKeptDays: Number(env("COPIES_KEPT_DAYS")) }),
};

/** What is done seldom, and by operators: redriving, and a customer's right to their data and to be forgotten. */
export const handler = serve({
  table: routesOf("operate"),
  authenticate: authenticate(),
  handlers: {
    redrive: makeRedriveHandler({
      redrive: makeRedrive({ ...landed, failedChanges: s3Failures(failures) }),
      redriveExport: makeRedriveExport({ ...landed, ledgerExports: s3LedgerExports(failures) }),
    }),
    customerEvents: makeCustomerEventsHandler(customersDeps),
    customerDays: makeCustomerDaysHandler(customersDeps),
    eraseCustomer: makeEraseCustomerHandler(customersDeps),
    readErasure: makeReadErasureHandler(customersDeps),
  },
});
