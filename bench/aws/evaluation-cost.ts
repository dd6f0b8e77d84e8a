import type { CostLine } from "./cost-line.ts";
import { gbSeconds, WAIT_MS } from "./lambda-time.ts";
import type { EvaluationMeasured } from "./measure-evaluation.ts";
import { gb, hoursPerMonth } from "./prices.ts";

export const evaluationsPerHour = 60;
const invocationLogBytes = 400;

/** So many evaluations of alerts like the measured ones. Their calls follow one another, most of them. */
export function evaluationLines(
  { evaluations, cpuMs, calls }: EvaluationMeasured,
  memoryMiB: number,
  count: number,
): CostLine[] {
  const each = (of: (call: EvaluationMeasured["calls"][number]) => number) =>
    (calls.reduce((sum, call) => sum + of(call), 0) / evaluations) * count;
  const waitMs =
    calls.reduce(
      (sum, { operation }) => sum + (operation === "TransactWriteItems" ? WAIT_MS.transaction : WAIT_MS.dynamo),
      0,
    ) / evaluations;
  return [
    { what: "alerts: invocations", price: "lambdaRequest", amount: count },
    { what: "alerts: time", price: "lambdaGbSecond", amount: count * gbSeconds(memoryMiB, cpuMs, waitMs) },
    { what: "alerts: reads", price: "readUnit", amount: each(({ read }) => read) },
    { what: "alerts: writes", price: "writeUnit", amount: each(({ write }) => write) },
    { what: "alerts: logs", price: "logsGb", amount: (count * invocationLogBytes) / gb },
  ];
}

/** Those that the schedule asks for. A rule of EventBridge, taken to cost what a schedule of its Scheduler does. */
export const scheduleLine = (hours: number): CostLine => ({
  what: "alerts: schedule",
  price: "scheduledRun",
  amount: hours * evaluationsPerHour,
});

/** Lambda asks a queue by at least so many calls at a time, each of which waits so long for a message. */
const pollers = 5;
const pollSeconds = 20;

/** A Slack channel or a webhook for a month, beside the secret: its queue, empty, and the alarm on what it cannot take. */
export const destinationLines = (): CostLine[] => [
  {
    what: "polls of its queue",
    price: "queueRequest",
    amount: (hoursPerMonth * 3_600 * pollers) / pollSeconds,
  },
  { what: "alarm", price: "alarmMetric", amount: 1 },
  { what: "secret", price: "secret", amount: 1 },
];
