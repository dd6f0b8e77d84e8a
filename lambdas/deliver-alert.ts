import { setTimeout as wait } from "node:timers/promises";
import { readSecret } from "#aws/secrets.ts";
import { clock } from "./shared/clock.ts";
import { deliverAlerts } from "./shared/deliver.ts";
import { postTo } from "./shared/destination.ts";
import { env } from "./shared/env.ts";
import { secretsClient } from "./shared/secrets-client.ts";

const timeoutMs = 10_000;
const secretId = env("DESTINATION_SECRET");
const kind = env("DESTINATION_KIND");

/** Brings what lies in the queue of a destination to Slack or to a webhook. */
export const handler = deliverAlerts({
  post: postTo({ kind, url: () => env("DESTINATION_URL"), secretId, clock, timeoutMs }),
  timeoutMs,
  readSecret: () => readSecret(secretsClient(), secretId),
  clock,
  wait: async (ms) => {
    await wait(ms);
  },
});
