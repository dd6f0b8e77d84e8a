import * as z from "zod";
import { isMeter, METERS, type Meter } from "#core/meters.ts";
import { distance } from "#core/nearest-name.ts";
import { quantity } from "./values.ts";

export type QuantityMeter = Exclude<Meter, "requests">;
export const QUANTITY_METERS = METERS.filter((meter): meter is QuantityMeter => meter !== "requests");

/** Totals of providers and of OpenTelemetry, and what to send instead. */
const TOTALS: ReadonlyMap<string, string> = new Map([
  ...["input_tokens", "prompt_tokens", "input", "tokens_in", "prompt_token_count", "inputtokens", "prompttokens"].map(
    (name): [string, string] => [
      name,
      "a total that may include cached tokens, which would be billed twice: send uncached_input_tokens, " +
        "cache_read_tokens, cache_write_5m_tokens and cache_write_1h_tokens apart, or the provider's usage object as " +
        "`usage` with `usage_format`",
    ],
  ),
  ...["output_tokens", "completion_tokens", "output", "tokens_out", "candidates_token_count", "outputtokens"].map(
    (name): [string, string] => [
      name,
      "a total that may include reasoning tokens: send text_output_tokens and reasoning_tokens apart, or the " +
        "provider's usage object as `usage` with `usage_format`",
    ],
  ),
  ...["total_tokens", "totaltokens", "tokens"].map((name): [string, string] => [
    name,
    "a sum of input and output, which have different prices: send uncached_input_tokens, text_output_tokens and so on",
  ]),
]);

function nearMeters(name: string): QuantityMeter[] {
  const words = name.split(/[^a-z0-9]+/).filter((word) => word.length > 1);
  const shared = (meter: string) =>
    meter.split("_").filter((word) => words.some((sent) => word.startsWith(sent) || sent.startsWith(word))).length;
  return QUANTITY_METERS.map((meter) => ({ meter, score: distance(name, meter) - 8 * shared(meter) }))
    .sort((a, b) => a.score - b.score)
    .slice(0, 3)
    .map(({ meter }) => meter);
}

/** What is wanted in place of a name that is no meter. */
export function insteadOfMeter(sent: string): string {
  const name = sent.slice(0, 64).toLowerCase();
  const total = TOTALS.get(name) ?? TOTALS.get(`${name}s`);
  if (total !== undefined) return `another meter: ${sent.slice(0, 64)} is ${total}`;
  if (name === "requests") return "`requests` beside `meters`: it is a field of the event";
  if (isMeter(name)) return `the name in lower case: ${name}`;
  return nearestMeters(name);
}

/** The meters that are spelt nearest to a name that is none, and where all of them stand. */
export function nearestMeters(sent: string): string {
  const [first, second, third] = nearMeters(sent.slice(0, 64).toLowerCase());
  return `a meter: did you mean ${first}, ${second} or ${third}? GET /v1/openapi.json lists all, in UsageEvent under meters`;
}

const shape = Object.fromEntries(QUANTITY_METERS.map((meter) => [meter, quantity.exactOptional()])) as Record<
  QuantityMeter,
  z.ZodExactOptional<typeof quantity>
>;

/** Disjoint quantities of an event. */
export const meters = z.strictObject(shape, {
  error: (issue) =>
    issue.code === "unrecognized_keys" ? insteadOfMeter(issue.keys[0] ?? "") : "an object of meters and whole numbers",
});
