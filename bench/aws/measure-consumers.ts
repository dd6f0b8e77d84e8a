import { type BundleProcess, openBundle } from "./bundle-process.ts";
import type { Item } from "./item-bytes.ts";
import type { Call, StubAws } from "./stub-aws.ts";

export interface ConsumerMeasured {
  /** In a batch. */
  readonly records: number;
  readonly batches: number;
  /** Of a batch. */
  readonly cpuMs: number;
  readonly calls: readonly Call[];
}

const streamRecord = (item: Item, sequence: number) => ({
  eventID: `event-${sequence}`,
  eventName: "INSERT",
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: "us-east-1",
  eventSourceARN: "arn:aws:dynamodb:us-east-1:111122223333:table/ai-finops-ledger/stream/2026-11-23T12:00:00.000",
  dynamodb: {
    ApproximateCreationDateTime: 1_795_435_200,
    Keys: { k: item.k },
    NewImage: item,
    SequenceNumber: String(400_000_000_000_000_000_000n + BigInt(sequence)),
    SizeBytes: 700,
    StreamViewType: "NEW_IMAGE",
  },
});

/** What an invocation carries for a record: Lambda takes 6 MB of them. */
export const streamRecordBytes = (item: Item) => JSON.stringify(streamRecord(item, 1)).length + 1;

/** The real bundle of a consumer, handed batches of a shard, one after the other from a round of these entries. */
export class ConsumerBench implements Disposable {
  private readonly process: BundleProcess;
  private readonly aws: StubAws;
  private readonly shard: string;
  private sequence = 0;

  constructor(name: "post-spend" | "land-usage", place: { folder: string; aws: StubAws; shard: string }) {
    this.aws = place.aws;
    this.shard = place.shard;
    this.process = openBundle(name, place.folder, place.aws.url);
  }

  [Symbol.dispose](): void {
    this.process[Symbol.dispose]();
  }

  private batch(entries: readonly Item[], records: number): object {
    const Records = Array.from({ length: records }, () => {
      const item = entries[this.sequence % entries.length] as Item;
      return streamRecord(item, ++this.sequence);
    });
    return { Records, shardId: this.shard, state: {} };
  }

  /** What the average batch of so many records takes; the first few, which warm it up, do not count. */
  async measure(entries: readonly Item[], records: number, batches: number): Promise<ConsumerMeasured> {
    const warm = Array.from({ length: 3 }, () => this.batch(entries, records));
    await this.process.handle(warm);
    this.aws.take();
    const { cpuMs, results } = await this.process.handle(
      Array.from({ length: batches }, () => this.batch(entries, records)),
    );
    for (const result of results as { readonly batchItemFailures: readonly unknown[] }[]) {
      if (result.batchItemFailures.length > 0) throw new Error(`${this.shard}: a batch is to come again`);
    }
    return { records, batches, cpuMs: cpuMs / batches, calls: this.aws.take() };
  }
}
