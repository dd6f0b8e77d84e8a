import { athenaClient } from "./athena-client.ts";
import { remainingMs } from "./deadline.ts";
import { env } from "./env.ts";

export const athena = () => ({
  client: athenaClient(),
  workgroup: env("ATHENA_WORKGROUP"),
  database: env("GLUE_DATABASE"),
  remainingMs,
});
