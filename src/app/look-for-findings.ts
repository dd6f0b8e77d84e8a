import type { AlertKind } from "#core/alert.ts";
import { FINDING_KINDS, type Finding, type FindingKind, type StoredFinding } from "#core/finding.ts";
import { findingReadings } from "#core/finding-alert.ts";
import { findingsChange } from "#core/findings-change.ts";
import { addDays, eachDay, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { makeCostReport } from "./cost-report.ts";
import { type DropDoublesDeps, dropDoubles, findDoubles } from "./find-doubles.ts";
import { findLowCoverage } from "./find-low-coverage.ts";
import { findMisplaced } from "./find-misplaced.ts";
import { findSenderCosts } from "./find-sender-costs.ts";
import { findUnapproved } from "./find-unapproved.ts";
import { findUnpriced } from "./find-unpriced.ts";
import type { makeJudgeAlerts } from "./judge-alerts.ts";
import type { FindingStore } from "./ports/findings.ts";
import type { SourceRhythms } from "./ports/source-rhythms.ts";
import { findSilence, noteSources } from "./watch-sources.ts";

export interface FindingsDeps extends DropDoublesDeps {
  readonly findings: FindingStore;
  readonly rhythms: SourceRhythms;
  readonly rules: () => Promise<CompanyRules>;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly judgeAlerts: ReturnType<typeof makeJudgeAlerts>;
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

const isOfDays = (kind: AlertKind) =>
  kind !== "silent_source" && (FINDING_KINDS as readonly AlertKind[]).includes(kind);

/** As many days before a day are looked at by its first run. Senders' costs, which ask for every event's id, by it alone. */
const daysBefore = 3;

/**
 * Two reports of one call may stand on either side of midnight, and count for the earlier day: a day is judged once the
 * days beside it have been read.
 */
function doublesOf(dates: readonly UsageDate[]) {
  const judged = [...new Set(dates.flatMap((day) => [addDays(day, -1), day]))].sort();
  return { judged, read: [...new Set([...judged, ...judged.map((day) => addDays(day, 1))])].sort() };
}

export function makeLookForFindings(deps: FindingsDeps): LookForFindings {
  const { engine, findings, rhythms, rules, costReport, judgeAlerts, clock, scans } = deps;

  async function keep(looked: readonly StoredFinding[], found: readonly Finding[]) {
    const put = findingsChange(looked, found, clock());
    if (put.length > 0) await findings.put(put);
  }

  /** Of what is stored: killed before, or by an outage, the next call tells. */
  async function tell(isCovered: (kind: AlertKind) => boolean) {
    const { config } = await rules();
    const standing = (await findings.list()).filter(({ kind }) => isCovered(kind));
    const readings = findingReadings(standing, config.registry, clock());
    await judgeAlerts({ covers: ({ kind }) => isCovered(kind), readings });
  }

  /** @param compared the days whose senders' costs are compared */
  async function look(nightly: boolean, dates: readonly UsageDate[], compared: readonly UsageDate[], now: Instant) {
    const { config } = await rules();
    const earliest = addDays(usageDateOf(now), -daysLookedAt);
    const scanned = nightly || scans === "each run" ? dates : [];
    const doubled = doublesOf(scanned);
    await dropDoubles(deps, config.precedence, doubled.read);
    const found = [
      ...(await findDoubles(engine, doubled.read)),
      ...(await findMisplaced(engine, scanned)),
      ...(await findSenderCosts(engine, compared)),
      ...(await findUnapproved(costReport, dates)),
      ...(await findUnpriced(costReport, dates)),
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
      unpriced_use: dates,
      silent_source: [],
    };
    // What is too old to be looked at again is over: it would stand for ever.
    const isLookedAt = ({ kind, usageDate }: StoredFinding) =>
      usageDate !== null && (usageDate < earliest || daysOf[kind].includes(usageDate));
    await keep(stored.filter(isLookedAt), found);
  }

  return {
    async ofDays({ nightly, days }) {
      const now = clock();
      const today = usageDateOf(now);
      const earliest = addDays(today, -daysLookedAt);
      const compared = nightly ? eachDay(addDays(today, -daysBefore), addDays(today, -1)) : [];
      const dates = [...new Set([...days.filter((day) => day >= earliest), ...compared])].sort();
      await noteSources({ engine, rhythms }, { nightly, days: dates, now });
      if (dates.length > 0) await look(nightly, dates, compared, now);
      await tell(isOfDays);
    },

    async ofSilence() {
      const { config } = await rules();
      const found = await findSilence(rhythms, config.sources, clock());
      const stored = await findings.list("silent_source");
      await keep(stored, found);
      await tell((kind) => kind === "silent_source");
    },
  };
}
