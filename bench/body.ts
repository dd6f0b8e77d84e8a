// One core, no I/O: the text of a 100-event body parsed, checked, attributed, judged and rated; in a company that has
// decided nothing, and in one of 1,000 registered features, 50 rules and 50 model policies.
import { readFileSync } from "node:fs";
import { readBatch } from "#api/batch.ts";
import { judgeEvent } from "#api/judge-event.ts";
import type { Sender } from "#core/attribution.ts";
import { type CompiledConfig, compileConfig } from "#core/compile-config.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { usageDateOf } from "#core/time.ts";
import { companyOf } from "./company.ts";
import { figure } from "./figure.ts";
import { perSecond } from "./rate-of.ts";
import { bodyOf } from "./sent-events.ts";

const smoke = process.argv.includes("--smoke");
const eventsPerBody = 100;
const text = bodyOf("body", eventsPerBody, Date.parse("2026-11-20T12:00:00Z"));
const sender: Sender = {
  keyId: "bench",
  attribution: { fixed: { environment: "production" }, defaults: { region: "eu" } },
};
const headers = new Headers();
const rate = makeCoreRater(
  (provider): CatalogFile => JSON.parse(readFileSync(new URL(`../catalog/${provider}.json`, import.meta.url), "utf8")),
  [],
);

/** The events of the body that came out priced, attributed and not forbidden. */
function taken(rules: CompiledConfig): number {
  const batch = readBatch({ mediaType: "application/json", json: JSON.parse(text) }, headers);
  if (!batch.ok) throw new Error("the body is not readable");
  let count = 0;
  for (const sent of batch.value) {
    const judged = judgeEvent(sent);
    if (!judged.ok) throw new Error(JSON.stringify(judged.errors));
    const rated = rate(judged.event);
    const usageDate = usageDateOf(judged.event.time);
    const { attribution, missing } = rules.attribute(judged.event, sender, rated);
    const { provider, model, charges: unitPrices } = rated;
    const { environment, team } = attribution;
    const { status } = rules.verdict({ provider, model, environment, team, usageDate, unitPrices });
    const isTaken = missing.length === 0 && rated.cost !== null && status !== "unapproved";
    if (isTaken && rules.costClassOf(attribution, usageDate) === "cogs") count++;
  }
  return count;
}

for (const [company, config] of [
  ["nothing decided", INITIAL_CONFIG],
  ["1,000 features, 50 rules, 50 policies", companyOf({ features: 1_000, rules: 50, policies: 50 })],
] as const) {
  const rules = compileConfig(config);
  if (taken(rules) !== eventsPerBody) throw new Error(`${company}: not every event of the body is taken`);
  const bodies = perSecond(() => taken(rules), { roundMs: smoke ? 50 : 1_000, rounds: smoke ? 1 : 5 });
  figure(`parse, attribute and rate bodies of 100 events: ${company}`, bodies * eventsPerBody, "events/s", "≥ 50,000");
}
