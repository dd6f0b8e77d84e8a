import type { CostLine } from "./cost-line.ts";
import { walk } from "./count-transitions.ts";
import { evaluationLines, evaluationsPerHour, scheduleLine } from "./evaluation-cost.ts";
import { leastQueryBytes } from "./lake-scan.ts";
import { gbSeconds, WAIT_MS } from "./lambda-time.ts";
import type { EvaluationMeasured } from "./measure-evaluation.ts";
import { daysPerMonth, gb, hoursPerMonth } from "./prices.ts";
import { memoryMiBOf, type Synthesised, textOf } from "./synthesised.ts";

/** What a run asks before it knows that nothing has landed (sql/landed_since, landed_dates, landed_days); what the tasks
 * of one that has something to do ask (these, shard_positions, read_cost_daily). */
const queriesOfIdleRun = 3;
const queriesOfTasks = 5;
/** Of a UTC day's first run: the history of costs, and the forecasts made from it. */
const queriesOfForecasts = 2;
/** Objects that a query reads, writes and lists beside the data: metadata, manifests, its result. */
const s3GetsPerQuery = 20;
const s3PutsPerQuery = 4;
const logBytesPerRun = 2_000;
const stepCpuMs = 300;

interface Runs {
  /** In a month. */
  readonly runs: number;
  readonly transitions: number;
  /** Statements that the machine runs, and that functions run. */
  readonly queries: number;
  readonly invocations: number;
}

function definitionOf({ ofType, deployment }: Synthesised, part: "pipeline" | "maintenance") {
  const name = `${deployment.name}-${part}`;
  const found = ofType("AWS::StepFunctions::StateMachine").find((machine) => machine.StateMachineName === name);
  if (found === undefined) throw new Error(`no state machine ${name}`);
  return JSON.parse(textOf(found.DefinitionString));
}

/** A run that finds nothing, one of a UTC day's first, one that merges what has landed, and the daily upkeep. */
export function machineRuns(synthesised: Synthesised) {
  const pipeline = definitionOf(synthesised, "pipeline");
  const skipped = walk(pipeline, (choice) => choice === "skipped?");
  const nightly = walk(pipeline, (choice) => choice.endsWith("landed?"));
  const busy = walk(pipeline, (choice) => choice.endsWith("landed?") || choice.endsWith("days_changed?"));
  const upkeep = walk(definitionOf(synthesised, "maintenance"), () => false);
  return {
    skipped: { ...skipped, queries: skipped.queries + queriesOfIdleRun },
    nightly: { ...nightly, queries: nightly.queries + queriesOfTasks + queriesOfForecasts },
    busy: { ...busy, queries: busy.queries + queriesOfTasks },
    upkeep,
  };
}

/** What so many executions cost, the bytes that they scan beyond the least of a query not counted. */
export function runLines(synthesised: Synthesised, all: readonly Runs[]): CostLine[] {
  const memoryMiB = memoryMiBOf(synthesised, "run-pipeline-step");
  const sum = (of: (each: Runs) => number) => all.reduce((total, each) => total + each.runs * of(each), 0);
  const invocations = sum(({ invocations }) => invocations);
  const queries = sum(({ queries }) => queries);
  const waitMs = invocations === 0 ? 0 : (queries * WAIT_MS.athenaQuery) / invocations;
  return [
    { what: "pipeline: schedule", price: "scheduledRun", amount: sum(() => 1) },
    { what: "pipeline: transitions", price: "stateTransition", amount: sum(({ transitions }) => transitions) },
    { what: "pipeline: invocations", price: "lambdaRequest", amount: invocations },
    { what: "pipeline: time", price: "lambdaGbSecond", amount: invocations * gbSeconds(memoryMiB, stepCpuMs, waitMs) },
    { what: "pipeline: least scan of a query", price: "athenaByte", amount: queries * leastQueryBytes },
    { what: "pipeline: S3 reads", price: "s3Get", amount: queries * s3GetsPerQuery },
    { what: "pipeline: S3 writes", price: "s3Put", amount: queries * s3PutsPerQuery },
    { what: "pipeline: logs", price: "logsGb", amount: (sum(() => 1) * logBytesPerRun) / gb },
  ];
}

/** Metrics that an alarm reads: of an expression each of its own. */
function alarmMetrics({ ofType }: Synthesised): number {
  return ofType("AWS::CloudWatch::Alarm").reduce((sum, { Metrics }) => {
    const metrics = (Metrics as readonly { readonly MetricStat?: unknown }[] | undefined) ?? [{ MetricStat: {} }];
    return sum + metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  }, 0);
}

/** What stands there, used or not. */
export function standingLines(synthesised: Synthesised): CostLine[] {
  const count = (type: string) => synthesised.ofType(type).length;
  return [
    { what: "alarms", price: "alarmMetric", amount: alarmMetrics(synthesised) },
    { what: "secrets", price: "secret", amount: count("AWS::SecretsManager::Secret") },
  ];
}

export const dashboardLine = ({ ofType }: Synthesised): CostLine => ({
  what: "dashboard",
  price: "dashboard",
  amount: ofType("AWS::CloudWatch::Dashboard").length,
});

/** A month in which nobody sends anything. */
export function idleLines(synthesised: Synthesised, evaluation: EvaluationMeasured): CostLine[] {
  const { skipped, nightly, upkeep } = machineRuns(synthesised);
  return [
    ...standingLines(synthesised),
    ...runLines(synthesised, [
      { runs: hoursPerMonth - daysPerMonth, ...skipped },
      { runs: daysPerMonth, ...nightly },
      { runs: daysPerMonth, ...upkeep },
    ]),
    scheduleLine(hoursPerMonth),
    ...evaluationLines(evaluation, memoryMiBOf(synthesised, "evaluate-alerts"), hoursPerMonth * evaluationsPerHour),
  ];
}
