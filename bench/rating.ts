// Rating on one core: this engine (exact, dated, tiered) and @pydantic/genai-prices (floats, no tiers) on the same
// calls, in the same process.
import { readFileSync } from "node:fs";
import { calcPrice } from "@pydantic/genai-prices";
import type { CatalogFile } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import type { Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { figure } from "./figure.ts";
import { perSecond } from "./rate-of.ts";

const smoke = process.argv.includes("--smoke");
const time = Date.parse("2026-11-20T12:00:00Z") as Instant;

const catalog = (provider: string): CatalogFile =>
  JSON.parse(readFileSync(new URL(`../catalog/${provider}.json`, import.meta.url), "utf8"));

const models = [
  { provider: "openai", model: "gpt-4o", theirs: "openai" },
  { provider: "openai", model: "gpt-4o-mini", theirs: "openai" },
  { provider: "anthropic", model: "claude-sonnet-4-5", theirs: "anthropic" },
  { provider: "anthropic", model: "claude-haiku-4-5", theirs: "anthropic" },
  { provider: "gcp.gemini", model: "gemini-2.5-flash", theirs: "google" },
  { provider: "gcp.gemini", model: "gemini-2.5-pro", theirs: "google" },
];

const calls = Array.from({ length: 1_000 }, (_, i) => {
  const cached = (i * 37) % 900;
  const uncached = 100 + ((i * 53) % 4_000);
  const output = 20 + ((i * 29) % 800);
  return { ...(models[i % models.length] as (typeof models)[number]), id: `call-${i}`, cached, uncached, output };
});

const events: readonly UsageEvent[] = calls.map(({ provider, model, id, cached, uncached, output }) => ({
  source: "bench",
  id,
  time,
  provider,
  model,
  serviceTier: "standard",
  speed: "standard",
  requests: 1,
  quantities: { uncached_input_tokens: uncached, cache_read_tokens: cached, text_output_tokens: output },
  claimed: {},
  tags: {},
  quantitiesEstimated: false,
}));

const usages = calls.map(({ cached, uncached, output, model, theirs }) => ({
  usage: { input_tokens: uncached + cached, cache_read_tokens: cached, output_tokens: output },
  model,
  options: { providerId: theirs, timestamp: new Date(time) },
}));

const rate = makeCoreRater(catalog, []);

/** Both price the same calls alike, so that nobody is fast by leaving work out. */
function compare(): void {
  events.forEach((event, i) => {
    const { usage, model, options } = usages[i] as (typeof usages)[number];
    const ours = Number(rate(event).cost) / 1e12;
    const theirs = calcPrice(usage, model, options)?.total_price ?? Number.NaN;
    if (!(Math.abs(ours - theirs) < 1e-9)) throw new Error(`${model}: ${ours} here, ${theirs} there`);
  });
}

compare();
const options = { roundMs: smoke ? 50 : 1_000, rounds: smoke ? 1 : 5 };
const ours = perSecond(() => {
  for (const event of events) rate(event);
}, options);
const theirs = perSecond(() => {
  for (const { usage, model, options } of usages) calcPrice(usage, model, options);
}, options);

figure("rating", ours * events.length, "events/s");
figure("@pydantic/genai-prices", theirs * usages.length, "events/s");
figure("ratio", ours / theirs, "×", "≥ 15");
