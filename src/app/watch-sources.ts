import type { ExpectedSource } from "#core/config.ts";
import type { Finding } from "#core/finding.ts";
import { zeroUsd } from "#core/money.ts";
import { type Silence, type SourceRhythm, silentSources } from "#core/silence.ts";
import {
  addDays,
  dayMs,
  eachDay,
  formatInstant,
  hourMs,
  type Instant,
  parseInstant,
  type UsageDate,
  usageDateOf,
} from "#core/time.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";
import type { SourceRhythms } from "./ports/source-rhythms.ts";

/** A rhythm is told from so many days. */
const learnedDays = 28;
/** With less, the next gap may well be the longest one: the first night, the first weekend. */
const hoursHeardMin = 12;
const heardForMsMin = 8 * dayMs;

function rhythmOf(row: QueryRow): SourceRhythm {
  const firstHeardAt = parseInstant(String(row.first_heard_at)) as Instant;
  const lastHeardAt = parseInstant(String(row.last_heard_at)) as Instant;
  const learned = Number(row.hours_heard) >= hoursHeardMin && lastHeardAt - firstHeardAt >= heardForMsMin;
  return {
    source: String(row.source),
    lastHeardAt,
    longestGapMs: learned ? Number(row.longest_gap_hours) * hourMs : null,
  };
}

/** What is known already stays: an hourly look at a day or two tells only when a source was heard of last. */
function merged(known: SourceRhythm | undefined, seen: SourceRhythm, learns: boolean): SourceRhythm {
  if (known === undefined) return learns ? seen : { ...seen, longestGapMs: null };
  return {
    source: seen.source,
    lastHeardAt: Math.max(known.lastHeardAt, seen.lastHeardAt) as Instant,
    longestGapMs: learns ? seen.longestGapMs : known.longestGapMs,
  };
}

/** Notes when each source was heard of last; the first run of a day learns the rhythms anew. */
export async function noteSources(
  { engine, rhythms }: { readonly engine: QueryEngine; readonly rhythms: SourceRhythms },
  run: { readonly nightly: boolean; readonly days: readonly UsageDate[]; readonly now: Instant },
): Promise<void> {
  const today = usageDateOf(run.now);
  const dates = run.nightly ? eachDay(addDays(today, -learnedDays), today) : run.days;
  if (dates.length === 0) return;
  const seen = (await engine.run("source_rhythm", { substitutions: { dates } })).map(rhythmOf);
  const known = new Map((await rhythms.list()).map((one) => [one.source, one]));
  await rhythms.put(seen.map((one) => merged(known.get(one.source), one, run.nightly)));
}

function hoursText(ms: number): string {
  const hours = Math.round(ms / hourMs);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function findingOf({ source, lastHeardAt, expectedWithinMs, isConfigured }: Silence): Finding {
  const wanted = isConfigured ? "is expected" : "was usual so far";
  return {
    id: `silent_source/${source}`,
    kind: "silent_source",
    subject: source,
    usageDate: null,
    text: `Nothing has come from ${source} since ${formatInstant(lastHeardAt).slice(0, 16)}Z; within ${hoursText(expectedWithinMs)} ${wanted}. What looks like a saving may be usage that nobody counts: look at the sender.`,
    cost: zeroUsd,
    requests: 0,
  };
}

/** The sources that should have been heard of by now. */
export async function findSilence(
  rhythms: SourceRhythms,
  expected: readonly ExpectedSource[],
  now: Instant,
): Promise<readonly Finding[]> {
  return silentSources(await rhythms.list(), expected, now).map(findingOf);
}
