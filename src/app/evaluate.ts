import { ruleId } from "#core/alert.ts";
import { type BudgetState, evaluatedFrom } from "#core/budget-state.ts";
import { earliestLiveDate, earliestOpenDate } from "#core/event-window.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { makeScopeSums, type ScopeSums } from "#core/scope-costs.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { endedYesterday, type makeReadBudgets } from "./budget-states.ts";
import type { CompanyRules } from "./company-rules.ts";
import { type Booked, makeMeasureBooked } from "./evaluate-booked-hours.ts";
import { type FoundOfBudgets, judgeBurn, judgeThresholds, type Part } from "./evaluate-budgets.ts";
import { makeJudgePipelineLate } from "./evaluate-pipeline-late.ts";
import { makeFindRunaways } from "./find-runaways.ts";
import type { makeJudgeAlerts } from "./judge-alerts.ts";
import type { AnomalyStore } from "./ports/anomalies.ts";
import type { BookedHours } from "./ports/booked-hours.ts";
import type { ForecastStore } from "./ports/forecasts.ts";
import type { PipelineState } from "./ports/pipeline-state.ts";
import type { SpendStore } from "./ports/spend.ts";

export interface EvaluateDeps {
  readonly rules: () => Promise<CompanyRules>;
  readonly readBudgets: ReturnType<typeof makeReadBudgets>;
  readonly spend: Pick<SpendStore, "read" | "generations">;
  readonly booked: BookedHours;
  readonly forecasts: Pick<ForecastStore, "latest">;
  readonly anomalies: Pick<AnomalyStore, "get" | "put">;
  readonly pipeline: Pick<PipelineState, "lastRuns">;
  readonly judgeAlerts: ReturnType<typeof makeJudgeAlerts>;
  readonly publishAlerts: () => Promise<void>;
  readonly clock: () => Instant;
  /** Before, nobody expected the pipeline to run: a server that was off. 0 where it never is. */
  readonly runningSince: Instant;
}

/** What budgets are judged by, kept while nothing that it is made from has changed. */
interface BudgetReading {
  readonly madeFrom: string;
  readonly madeAt: Instant;
  readonly states: readonly BudgetState[];
  readonly ended: readonly BudgetState[];
  readonly forecast: ForecastRun | undefined;
}

/** Adjustments of days older than the cells change budgets without a sign of it: within so long they are seen. */
const budgetsKeptMs = 10 * 60_000;
/** An alert is resolved no sooner than a minute after it was raised: until then the same readings may still do something. */
const judgedAgainMs = 3 * 60_000;
/** And what has ended may be raised again after days: sooner than so long nobody looks. */
const judgedLeastEveryMs = 10 * 60_000;

/** What two evaluations agree in, if they would change nothing after one another. */
function signatureOf(parts: readonly Part[]): string {
  return JSON.stringify(
    parts.map(({ readings }) => readings.map(({ rule, level, basis }) => [ruleId(rule), level, basis])),
  );
}

/** Errors of the parts of one evaluation: the others are judged nonetheless. */
function makeFaults() {
  const faults: unknown[] = [];
  return {
    /** Undefined when it failed. */
    async of<T>(work: () => Promise<T>): Promise<T | undefined> {
      try {
        return await work();
      } catch (error) {
        faults.push(error);
        return undefined;
      }
    },
    none: () => faults.length === 0,
    add: (error: unknown) => void (error === undefined || faults.push(error)),
    throwAny(): void {
      if (faults.length === 1) throw faults[0];
      if (faults.length > 1) throw new AggregateError(faults, "several parts of the evaluation failed");
    },
  };
}

type Faults = ReturnType<typeof makeFaults>;

function makeBudgetReader({ readBudgets, forecasts, spend }: EvaluateDeps) {
  let kept: BudgetReading | undefined;

  /** All that the states of budgets are made from, as cheaply as it can be told. */
  async function sourceOf({ revision }: CompanyRules, booked: Booked, lastRun: string, now: Instant): Promise<string> {
    const touched = await spend.generations(earliestLiveDate(now), addDays(earliestOpenDate(now), -1));
    return JSON.stringify([revision, booked.version, usageDateOf(now), lastRun, [...touched].sort()]);
  }

  return async (
    rules: CompanyRules,
    booked: Booked | undefined,
    lastRun: string | undefined,
    now: Instant,
    faults: Faults,
  ) => {
    const madeFrom =
      booked && lastRun !== undefined ? await faults.of(() => sourceOf(rules, booked, lastRun, now)) : undefined;
    if (kept && madeFrom === kept.madeFrom && now >= kept.madeAt && now - kept.madeAt < budgetsKeptMs) {
      return { ...kept, now };
    }
    const { budgets } = rules.config;
    const states = await faults.of(() => readBudgets(budgets, now));
    const ended = await faults.of(() => readBudgets(endedYesterday(budgets, now), now, earliestOpenDate(now)));
    if (states === undefined || ended === undefined) return undefined;
    const read = await faults.of(async () => ({ latest: await forecasts.latest() }));
    const forecast: FoundOfBudgets["forecast"] = read ? read.latest : "unknown";
    const found = { states, ended, forecast };
    kept = madeFrom === undefined || forecast === "unknown" ? undefined : { madeFrom, madeAt: now, ...found, forecast };
    return { ...found, now };
  };
}

function makeJudgeOnce({ judgeAlerts, clock }: EvaluateDeps) {
  let last: { readonly signature: string; readonly since: Instant; readonly judgedAt: Instant } | undefined;

  /** What was judged a while ago, and is as it was, needs no judging. */
  function isJudged(signature: string, now: Instant): boolean {
    if (last?.signature !== signature || now < last.judgedAt) return false;
    return now - last.since >= judgedAgainMs && now - last.judgedAt < judgedLeastEveryMs;
  }

  return async (parts: readonly Part[], areAll: boolean): Promise<void> => {
    const now = clock();
    const signature = signatureOf(parts);
    if (areAll && isJudged(signature, now)) return;
    const before = last;
    last = undefined;
    await judgeAlerts({
      covers: (rule) => parts.some(({ covers }) => covers(rule)),
      readings: parts.flatMap(({ readings }) => readings),
      calm: parts.flatMap(({ calm = [] }) => calm),
    });
    if (areAll) last = { signature, since: before?.signature === signature ? before.since : now, judgedAt: now };
  };
}

/**
 * Judges budgets, burn rates, runaways and the pipeline's lateness, and publishes what is to be told. Where nothing has
 * changed since it was called last it reads little and writes nothing. What fails keeps nothing else from being judged and
 * published: it is thrown at the end, and judged by the next call.
 */
export function makeEvaluate(deps: EvaluateDeps): () => Promise<void> {
  const { clock, publishAlerts } = deps;
  const measureBooked = makeMeasureBooked(deps);
  const findRunaways = makeFindRunaways(deps);
  const readBudgets = makeBudgetReader(deps);
  const judgePipelineLate = makeJudgePipelineLate(deps);
  const judgeOnce = makeJudgeOnce(deps);
  let compiled: { readonly revision: number; readonly sums: ScopeSums } | undefined;

  function sumsOf({ revision, config }: CompanyRules): ScopeSums {
    const live = config.budgets.filter((budget) => evaluatedFrom(budget) === "live");
    if (compiled?.revision !== revision) {
      compiled = { revision, sums: makeScopeSums(live.map(({ scope }) => scope)) };
    }
    return compiled.sums;
  }

  async function judgeSpend(rules: CompanyRules, lastRun: string | undefined, faults: Faults): Promise<Part[]> {
    const parts: Part[] = [];
    const booked = await faults.of(() => measureBooked(sumsOf(rules)));
    const now = clock();
    const budgets = await readBudgets(rules, booked, lastRun, now, faults);
    const push = (part: Part | undefined) => void (part && parts.push(part));
    if (budgets) push(await faults.of(async () => judgeThresholds(budgets)));
    if (booked === undefined) return parts;
    if (budgets) push(await faults.of(async () => judgeBurn(budgets, booked.byScope)));
    const runaways = await faults.of(() => findRunaways(booked, rules.config.registry, now));
    if (runaways === undefined) return parts;
    const { readings, toldByOthers, fault } = runaways;
    faults.add(fault);
    push({ covers: ({ kind, subject }) => kind === "runaway" && !toldByOthers.has(subject), readings });
    return parts;
  }

  return async () => {
    const faults = makeFaults();
    const late = await faults.of(() => judgePipelineLate(clock()));
    const rules = await faults.of(deps.rules);
    const parts: Part[] = rules ? await judgeSpend(rules, late && (late.lastRun ?? ""), faults) : [];
    if (late) parts.push({ covers: ({ kind }) => kind === "pipeline_late", readings: late.readings });
    await faults.of(() => judgeOnce(parts, faults.none()));
    await faults.of(publishAlerts);
    faults.throwAny();
  };
}
