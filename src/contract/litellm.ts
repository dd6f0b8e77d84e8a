import * as z from "zod";
import { eventResult, eventResults } from "./events.ts";

const proxyError = "a name of the proxy: 1 to 56 of a-z A-Z 0-9 _ - .";

export const litellmQuery = z.strictObject(
  {
    proxy: z
      .string({ error: proxyError })
      .regex(/^[A-Za-z0-9_.-]{1,56}$/, { error: proxyError })
      .default("proxy")
      .meta({ description: "Which of several proxies sends: its events have the source litellm/<proxy>" }),
  },
  { error: "the parameter proxy" },
);

/** What LiteLLM posts: read for its usage, never for what was said. */
export const litellmPost = z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))]);

const noUsageResult = z
  .object({
    id: z.string().nullable(),
    status: z.literal("no_usage"),
    because: z.enum(["failed_call", "cache_hit", "no_model_call"]),
  })
  .meta({ id: "NoUsageResult" });

export type LiteLlmResult = z.output<typeof eventResult> | z.output<typeof noUsageResult>;

export const litellmResults = eventResults.extend({
  results: z.array(z.union([eventResult, noUsageResult])).meta({ description: "In the order sent" }),
  no_usage: z.int().min(0).meta({ description: "Payloads of which nothing is booked, because nothing was used" }),
});
