import { METERS } from "#core/meters.ts";
import type { UsageEvent } from "#core/usage-event.ts";

/** Above this many tokens a call, the longest contexts many times over, a quantity is likelier a sender's mistake. */
const tokensPerCallMax = 10_000_000;

const tokenMeters: ReadonlySet<string> = new Set(METERS.filter((meter) => meter.endsWith("_tokens")));

/** What makes the quantities of an event doubtful. It is taken as it was sent all the same. */
export function doubtOf({ quantities, requests }: UsageEvent): "no_usage" | "implausible_quantity" | undefined {
  let all = 0;
  let tokens = 0;
  for (const [meter, quantity] of Object.entries(quantities)) {
    all += quantity;
    if (tokenMeters.has(meter)) tokens += quantity;
  }
  if (all === 0) return "no_usage";
  return tokens > tokensPerCallMax * requests ? "implausible_quantity" : undefined;
}
