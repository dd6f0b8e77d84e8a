import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleLambda } from "#lib/bundle-lambdas.ts";
import type { CellMix } from "./cell-mix.ts";
import { type ColumnBytes, columnBytes } from "./column-bytes.ts";
import { type Item, itemBytes } from "./item-bytes.ts";
import { ConsumerBench, type ConsumerMeasured, streamRecordBytes } from "./measure-consumers.ts";
import { type EvaluationMeasured, measureEvaluation } from "./measure-evaluation.ts";
import { IngestBench, type IngestMeasured } from "./measure-ingest.ts";
import { type Call, stubAws } from "./stub-aws.ts";

export interface Measured {
  readonly ingest: readonly IngestMeasured[];
  /** A batch of 100 duplicates. */
  readonly duplicates: readonly Call[];
  readonly items: readonly Item[];
  readonly streamRecordBytes: number;
  /** By the name of the mix of cells, then records of a batch. */
  readonly spend: ReadonlyMap<string, ReadonlyMap<number, ConsumerMeasured>>;
  readonly landing: ReadonlyMap<number, ConsumerMeasured>;
  readonly landedBytes: number;
  readonly columns: ColumnBytes;
  /** Where nobody sends anything; by the name of the mix of cells, after each batch. */
  readonly evaluation: { readonly idle: EvaluationMeasured; readonly posted: ReadonlyMap<string, EvaluationMeasured> };
}

export interface Sizes {
  readonly mixes: readonly CellMix[];
  readonly spendRecords: readonly number[];
  readonly landingRecords: readonly number[];
  readonly smoke: boolean;
}

export const meanItemBytes = (items: readonly Item[]) =>
  items.reduce((sum, item) => sum + itemBytes(item), 0) / items.length;

const functions = ["serve-ingest", "post-spend", "land-usage", "evaluate-alerts"] as const;
const poolSize = 4_000;

/** Runs the real bundles of the functions that every event goes through or has called, against a stub of AWS. */
export async function measure({ mixes, spendRecords, landingRecords, smoke }: Sizes): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "bench-aws-"));
  try {
    await Promise.all(functions.map((name) => bundleLambda(name, folder)));
    await using aws = await stubAws();
    using sender = new IngestBench(folder, aws);
    const rounds = smoke ? 1 : 4;
    const ingest: IngestMeasured[] = [];
    for (const [batch, invocations] of [
      [1, 400],
      [10, 150],
      [100, 40],
    ] as const) {
      ingest.push(await sender.measure(batch, smoke ? 2 : invocations, rounds));
    }
    const duplicates = await sender.duplicates(100);

    const evaluations = smoke ? 1 : 20;
    const posted = new Map<string, EvaluationMeasured>();
    const spend = new Map<string, Map<number, ConsumerMeasured>>();
    let items: readonly Item[] = [];
    for (const mix of mixes) {
      items = await sender.ledgerItems(poolSize, mix);
      posted.set(mix.name, await measureEvaluation(folder, evaluations, items));
      const byRecords = new Map<number, ConsumerMeasured>();
      spend.set(mix.name, byRecords);
      for (const records of spendRecords) {
        using consumer = new ConsumerBench("post-spend", { folder, aws, shard: `shard-${mix.name}-${records}` });
        byRecords.set(
          records,
          await consumer.measure(items, records, smoke ? 1 : Math.max(5, Math.ceil(400 / records))),
        );
      }
    }
    const landing = new Map<number, ConsumerMeasured>();
    using consumer = new ConsumerBench("land-usage", { folder, aws, shard: "shardId-00000001795435200000-abcdef01" });
    for (const records of landingRecords) landing.set(records, await consumer.measure(items, records, smoke ? 1 : 3));
    const landed = aws.lastObject();
    return {
      ingest,
      duplicates,
      items,
      streamRecordBytes: streamRecordBytes(items[0] as Item),
      spend,
      landing,
      landedBytes: landed.length / (landingRecords.at(-1) ?? 1),
      columns: await columnBytes(landed),
      evaluation: { idle: await measureEvaluation(folder, evaluations), posted },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
