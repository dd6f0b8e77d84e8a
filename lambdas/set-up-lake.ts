import { makeSetAdminKey } from "#app/set-admin-key.ts";
import { readSecret } from "#aws/secrets.ts";
import { setUpLake } from "#aws/set-up-lake.ts";
import { athena } from "./shared/athena.ts";
import { clock } from "./shared/clock.ts";
import { env } from "./shared/env.ts";
import { glueClient } from "./shared/glue-client.ts";
import { sha256 } from "./shared/random.ts";
import { secretsClient } from "./shared/secrets-client.ts";
import { setUp } from "./shared/set-up.ts";
import { keys } from "./shared/stores.ts";

/** At a deploy: the tables of the lake, and the administrator's key. */
export const handler = setUp({
  setUpLake: () => setUpLake({ athena: athena(), glue: glueClient(), bucket: env("LAKE_BUCKET") }),
  readAdminKey: () => readSecret(secretsClient(), env("ADMIN_KEY_SECRET_ARN")),
  setAdminKey: makeSetAdminKey({ keys: keys(), clock, sha256 }),
});
