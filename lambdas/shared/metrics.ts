import { METRIC_DIMENSION, type MetricName } from "#contract/metrics.ts";
import { env } from "./env.ts";

/**
 * Counts as one line in CloudWatch's embedded metric format: nothing is called, and the log makes metrics of it. Written
 * here, since Powertools adds a dimension of its own to each, and each combination is billed.
 */
export function emitCounts(counts: Readonly<Partial<Record<MetricName, number>>>, now: number): void {
  const line = {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: env("POWERTOOLS_METRICS_NAMESPACE"),
          Dimensions: [[METRIC_DIMENSION]],
          Metrics: Object.keys(counts).map((name) => ({ Name: name, Unit: "Count" })),
        },
      ],
    },
    [METRIC_DIMENSION]: env("DEPLOYMENT"),
    ...counts,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
