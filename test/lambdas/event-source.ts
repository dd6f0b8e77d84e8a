import type { StreamRecord } from "#aws/stream-records.ts";
import { encodeEntry } from "#core/entry-codec.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { StreamEvent, StreamResult } from "#lambdas/shared/consume.ts";

export const shard = "shardId-00000001795435200000-abcdef01";

/** A record of the ledger's stream as DynamoDB delivers it to a function. */
export function insertion(entry: LedgerEntry, sequence: number): StreamRecord {
  const image: Readonly<Record<string, { readonly S?: string; readonly N?: string }>> = {
    k: { S: entry.key },
    e: { S: encodeEntry(entry) },
    x: { N: "1798459200" },
    w: { S: "w1" },
  };
  const record = {
    eventID: `event-${sequence}`,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    dynamodb: {
      ApproximateCreationDateTime: 1_795_435_200,
      Keys: { k: image.k },
      NewImage: image,
      SequenceNumber: String(sequence),
      SizeBytes: 700,
      StreamViewType: "NEW_IMAGE",
    },
  };
  return record;
}

/** One that no version of the code can read. */
export function poison(sequence: number): StreamRecord {
  return {
    eventName: "INSERT",
    dynamodb: { SequenceNumber: String(sequence), NewImage: { k: { S: "k" }, e: { S: "{not an entry" } } },
  };
}

export interface Mapping {
  readonly batchSize: number;
  readonly retriesMax: number;
}

export interface Delivered {
  /** Batches that went to the failure destination, by their sequence numbers. */
  readonly failures: readonly (readonly string[])[];
  readonly invocations: number;
}

const sequenceOf = (record: StreamRecord) => record.dynamodb?.SequenceNumber ?? "";
const invocationsMax = 1_000;

/** In a window of 15 minutes, as an event source mapping with a tumbling window sends it. */
export function windowEvent(records: readonly StreamRecord[]): StreamEvent & Readonly<Record<string, unknown>> {
  return {
    Records: records,
    shardId: shard,
    eventSourceARN: "arn:aws:dynamodb:eu-central-1:111122223333:table/ai-finops-ledger/stream/2026-11-23T12:00:00.000",
    window: { start: "2026-11-23T12:00:00Z", end: "2026-11-23T12:15:00Z" },
    state: {},
    isFinalInvokeForWindow: false,
    isWindowTerminatedEarly: false,
  };
}

/**
 * Delivers a shard as Lambda documents it for ReportBatchItemFailures with BisectBatchOnFunctionError: a reported
 * sequence number is where it goes on; a failed invocation cuts the batch in two, which is no retry; what has been
 * retried often enough goes to the failure destination, and the rest of the shard follows.
 */
export async function deliver(
  records: readonly StreamRecord[],
  invoke: (event: StreamEvent) => Promise<StreamResult>,
  { batchSize, retriesMax }: Mapping,
): Promise<Delivered> {
  const failures: string[][] = [];
  const waiting = Array.from({ length: Math.ceil(records.length / batchSize) }, (_, i) => ({
    batch: records.slice(i * batchSize, (i + 1) * batchSize),
    retries: 0,
  }));
  let invocations = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (++invocations > invocationsMax) throw new Error("the shard does not come to its end");
    const { batch, retries } = next;
    const result = await invoke(windowEvent(batch)).catch(() => undefined);
    const reported = result?.batchItemFailures[0]?.itemIdentifier;
    if (result !== undefined && reported === undefined) continue;
    const place = batch.findIndex((record) => sequenceOf(record) === reported);
    if (place > 0) waiting.unshift({ batch: batch.slice(place), retries: 0 });
    else if (result === undefined && batch.length > 1) {
      const half = Math.floor(batch.length / 2);
      waiting.unshift({ batch: batch.slice(0, half), retries }, { batch: batch.slice(half), retries });
    } else if (retries < retriesMax) waiting.unshift({ batch, retries: retries + 1 });
    else failures.push(batch.map(sequenceOf));
  }
  return { failures, invocations };
}
