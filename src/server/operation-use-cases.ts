import { makeCustomerDays, makeCustomerEvents, makeEraseCustomer, makeErasureStatus } from "#app/customers.ts";
import { makeRedrive } from "#app/redrive.ts";
import { makeRedriveExport } from "#app/redrive-export.ts";
import type { Instant } from "#core/time.ts";
import { newId, sha256Hex } from "./secrets.ts";
import type { Stores } from "./stores.ts";

/** Landed files are purged after 30 days, by a worker that runs daily; failed changes five days later. */
const copiesKeptDays = 37;

/** What an administrator does: redrive, and a customer's data. */
export function operationUseCases({ ledger, landing, erasures, engine }: Stores, clock: () => Instant) {
  return {
    redrive: makeRedrive({ failedChanges: ledger.failedChanges, landing, clock, erasures, sha256Hex }),
    redriveExport: makeRedriveExport({ ledgerExports: ledger.exports, landing, clock, erasures, sha256Hex }),
    customerEvents: makeCustomerEvents({ engine, sha256Hex }),
    customerDays: makeCustomerDays({ engine, sha256Hex }),
    eraseCustomer: makeEraseCustomer({ erasures, sha256Hex, clock, newId }),
    erasureStatus: makeErasureStatus({ erasures, clock, copiesKeptDays }),
  };
}
