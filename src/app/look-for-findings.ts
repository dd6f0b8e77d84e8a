import type { Finding, FindingKind, StoredFinding } from "#core/finding.ts";
import { findingsChange } from "#core/findings-change.ts";
import { addDays, eachDay, type UsageDate, usageDateOf } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { makeCostReport } from "./cost-report.ts";
import { type DropDoublesDeps, dropDoubles, findDoubles } from "./find-doubles.ts";
import { findLowCoverage } from "./find-low-coverage.ts";
import { findMisplaced } from "./find-misplaced.ts";
import { findSenderCosts } from "./find-sender-costs.ts";
import { findUnapproved } from "./find-unapproved.ts";
import type { FindingStore } from "./ports/findings.ts";
import type { Notifier } from "./ports/notifier.ts";
import type { SourceRhythms } from "./ports/source-rhythms.ts";
import { findSilence, noteSources } from "./watch-sources.ts";

export interface FindingsDeps extends DropDoublesDeps {
  readonly findings: FindingStore;
  readonly rhythms: SourceRhythms;
  readonly rules: () => Promise<CompanyRules>;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly notifier: Notifier;
  /**
   * Where a scan costs money, the events of the last days are looked at by the first run of a day alone: for doubles and
   * misplaced spend. What is read of the cells is looked at by every run.
   */
  readonly scans: "each run" | "first run of a day";
}

/** What a pipeline run looks at besides its sums. */
export interface LookForFindings {
  /**
   * At the days that a run has recomputed; the first run of a day looks at the days before it too, which may have ended
   * without another run. Run again, it ends the same.
   */
  ofDays(run: { readonly nightly: boolean; readonly days: readonly UsageDate[] }): Promise<void>;
  /** At sources that should have been heard of, whether or not anything has come. */
  ofSilence(): Promise<void>;
}

/** Nobody is told of usage that is older. */
const daysLookedAt = 31;
const linesMax = 20;

const titles: Readonly<Record<FindingKind, string>> = {
  possible_double: "Calls may be counted twice",
  silent_source: "A sender has gone silent",
  unapproved_model: "A model was used without approval",
  production_on_other_key: "Spend on a development key looks like production",
  other_on_production_key: "Spend on a production key looks like development",
  coverage_below_target: "Too much spend is unallocated",
  sender_cost_differs: "A sender's costs differ from ours",
};

/** As many days before a day are looked at by its first run. Senders' costs, which ask for every event's id, by it alone. */
const daysBefore = 3;
/** Who was told of a subject is told again when it has not been found on any day for so long. */
const quietDaysMax = 7;

/** A finding of a day whose subject was told for a day shortly before or after, and still stands there, is no news. */
function newsOf(raised: readonly StoredFinding[], standing: readonly StoredFinding[]): readonly StoredFinding[] {
  const lastDays = new Map<string, UsageDate>();
  const note = (name: string, day: UsageDate | null) => {
    if (day !== null && day > (lastDays.get(name) ?? "")) lastDays.set(name, day);
  };
  const nameOf = ({ kind, subject }: StoredFinding) => JSON.stringify([kind, subject]);
  for (const one of standing) note(nameOf(one), one.usageDate);
  return raised.filter((one) => {
    const last = lastDays.get(nameOf(one));
    note(nameOf(one), one.usageDate);
    return last === undefined || (one.usageDate !== null && last < addDays(one.usageDate, -quietDaysMax));
  });
}

function noteOf(kind: FindingKind, news: readonly StoredFinding[]) {
  const lines = news.slice(0, linesMax).map(({ text }) => `- ${text}`);
  const more =
    news.length > linesMax ? [`… and ${news.length - linesMax} more: \`finops findings --kind ${kind}\``] : [];
  return { subject: titles[kind], text: [...lines, ...more].join("\n") };
}

/**
 * Two reports of one call may stand on either side of midnight, and count for the earlier day: a day is judged once the
 * days beside it have been read.
 */
function doublesOf(dates: readonly UsageDate[]) {
  const judged = [...new Set(dates.flatMap((day) => [addDays(day, -1), day]))].sort();
  return { judged, read: [...new Set([...judged, ...judged.map((day) => addDays(day, 1))])].sort() };
}

export function makeLookForFindings(deps: FindingsDeps): LookForFindings {
  const { engine, findings, rhythms, rules, costReport, notifier, clock, scans } = deps;

  /** People are told before it is stored that they were: killed in between, they are told again. */
  async function keep(stored: readonly StoredFinding[], looked: readonly StoredFinding[], found: readonly Finding[]) {
    const { put, raised } = findingsChange(looked, found, clock());
    const news = newsOf(
      raised,
      stored.filter(({ resolvedAt }) => resolvedAt === null),
    );
    for (const [kind, ofKind] of Map.groupBy(news, (one) => one.kind)) await notifier.notify(noteOf(kind, ofKind));
    if (put.length > 0) await findings.put(put);
  }

  return {
    async ofDays({ nightly, days }) {
      const now = clock();
      const today = usageDateOf(now);
      const earliest = addDays(today, -daysLookedAt);
      const compared = nightly ? eachDay(addDays(today, -daysBefore), addDays(today, -1)) : [];
      const dates = [...new Set([...days.filter((day) => day >= earliest), ...compared])].sort();
      await noteSources({ engine, rhythms }, { nightly, days: dates, now });
      if (dates.length === 0) return;
      const { config } = await rules();
      const scanned = nightly || scans === "each run" ? dates : [];
      const doubled = doublesOf(scanned);
      await dropDoubles(deps, config.precedence, doubled.read);
      const found = [
        ...(await findDoubles(engine, doubled.read)),
        ...(await findMisplaced(engine, scanned)),
        ...(await findSenderCosts(engine, compared)),
        ...(await findUnapproved(costReport, dates)),
        ...(await findLowCoverage(costReport, config.coverage, dates, now)),
      ];
      const stored = await findings.list();
      const daysOf: Readonly<Record<FindingKind, readonly UsageDate[]>> = {
        possible_double: doubled.judged,
        production_on_other_key: scanned,
        other_on_production_key: scanned,
        sender_cost_differs: compared,
        unapproved_model: dates,
        coverage_below_target: dates,
        silent_source: [],
      };
      // What is too old to be looked at again is over: it would stand for ever.
      const isLookedAt = ({ kind, usageDate }: StoredFinding) =>
        usageDate !== null && (usageDate < earliest || daysOf[kind].includes(usageDate));
      await keep(stored, stored.filter(isLookedAt), found);
    },

    async ofSilence() {
      const { config } = await rules();
      const found = await findSilence(rhythms, config.sources, clock());
      const stored = await findings.list("silent_source");
      await keep([], stored, found);
    },
  };
}
