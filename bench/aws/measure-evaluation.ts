import { openBundle } from "./bundle-process.ts";
import type { Item } from "./item-bytes.ts";
import { ConsumerBench } from "./measure-consumers.ts";
import { type Call, stubAws } from "./stub-aws.ts";

export interface EvaluationMeasured {
  readonly evaluations: number;
  /** Of one. */
  readonly cpuMs: number;
  readonly calls: readonly Call[];
}

const scheduled = [{ source: "aws.events", "detail-type": "Scheduled Event" }];

/**
 * The real bundle that judges alerts, on tables with what these entries make, posted batch by batch: an evaluation follows
 * each. Without entries nobody has ever sent anything. The first few, which warm it up, do not count.
 */
export async function measureEvaluation(
  folder: string,
  evaluations: number,
  entries: readonly Item[] = [],
): Promise<EvaluationMeasured> {
  await using aws = await stubAws();
  using evaluator = openBundle("evaluate-alerts", folder, aws.url);
  using consumer = new ConsumerBench("post-spend", { folder, aws, shard: "shardId-00000001795435200000-abcdef02" });
  const records = Math.ceil(entries.length / evaluations);
  const calls: Call[] = [];
  let cpuMs = 0;
  for (let i = -3; i < evaluations; i++) {
    if (records > 0) await consumer.measure(entries, records, 1);
    aws.take();
    const handled = await evaluator.handle(scheduled);
    if (i < 0) continue;
    cpuMs += handled.cpuMs;
    calls.push(...aws.take());
  }
  return { evaluations, cpuMs: cpuMs / evaluations, calls };
}
