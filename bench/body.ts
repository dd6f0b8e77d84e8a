// One core, no I/O: the text of a 100-event body parsed, checked, attributed and rated.
import { readFileSync } from "node:fs";
import { readBatch } from "#api/batch.ts";
import { judgeEvent } from "#api/judge-event.ts";
import { attribute, type KeyAttribution } from "#core/attribution.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { figure } from "./figure.ts";
import { perSecond } from "./rate-of.ts";
import { bodyOf } from "./sent-events.ts";

const smoke = process.argv.includes("--smoke");
const eventsPerBody = 100;
const text = bodyOf("body", eventsPerBody, Date.parse("2026-11-20T12:00:00Z"));
const key: KeyAttribution = { fixed: { environment: "production" }, defaults: { region: "eu" } };
const rate = makeCoreRater(
  (provider): CatalogFile => JSON.parse(readFileSync(new URL(`../catalog/${provider}.json`, import.meta.url), "utf8")),
  [],
);

/** The events of the body that came out priced. */
function priced(): number {
  const batch = readBatch({ mediaType: "application/json", json: JSON.parse(text) });
  if (!batch.ok) throw new Error("the body is not readable");
  let count = 0;
  for (const sent of batch.value) {
    const judged = judgeEvent(sent);
    if (!judged.ok) throw new Error(JSON.stringify(judged.errors));
    const { missing } = attribute(judged.event.claimed, key);
    if (missing.length === 0 && rate(judged.event).cost !== null) count++;
  }
  return count;
}

if (priced() !== eventsPerBody) throw new Error("not every event of the body is priced");
const bodies = perSecond(priced, { roundMs: smoke ? 50 : 1_000, rounds: smoke ? 1 : 5 });
figure("parse, attribute and rate bodies of 100 events", bodies * eventsPerBody, "events/s", "≥ 50,000");
