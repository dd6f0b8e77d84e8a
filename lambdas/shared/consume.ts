import middy from "@middy/core";
import { Unavailable } from "#app/unavailable.ts";
import { changesOf, type StreamRecord } from "#aws/stream-records.ts";
import type { Change } from "#core/ledger-entry.ts";
import { logFault, withLog } from "./log.ts";
import { emitCounts } from "./metrics.ts";

/** What an event source mapping with a tumbling window sends: without one, nothing would say which shard it is. */
export interface StreamEvent {
  /** None in the invocation that ends a window without a batch. */
  readonly Records?: readonly StreamRecord[];
  readonly shardId: string;
  readonly state?: Readonly<Record<string, unknown>>;
}

export interface StreamResult {
  /** Lambda hands it to the next invocation of the window: nothing of ours is in it. */
  readonly state: Readonly<Record<string, unknown>>;
  /** The first record that is to come again, with all that follow it. */
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface Consumer {
  readonly consume: (shard: string, changes: readonly Change[]) => Promise<void>;
  readonly clock: () => number;
}

const firstSequence = (records: readonly StreamRecord[]) => records[0]?.dynamodb?.SequenceNumber;

/**
 * Consumes the records of a batch up to the first one that cannot be decoded. What is to come again is told in one of
 * two ways, since Lambda acts on them differently. Reported by its sequence number: Lambda goes on from there. Thrown:
 * Lambda cuts the batch in two, so that a record which can never be processed ends up alone, and alone goes to the
 * failure destination. An outage is nothing of the records, and cuts nothing.
 *
 * Told one way or the other, Lambda counts it as a retry: after as many as the mapping allows, or when the first record
 * is as old as it allows, the batch goes to the failure destination, in an outage too. So the mapping allows enough of
 * them for an outage to last until its records are too old.
 */
async function consumeBatch({ consume, clock }: Consumer, event: StreamEvent): Promise<StreamResult> {
  const { Records: records = [], shardId, state = {} } = event;
  if (records.length === 0) return { state, batchItemFailures: [] };
  if (!shardId) throw new Error("the event names no shard: the event source mapping has no tumbling window");
  const again = (sequence: string): StreamResult => ({ state, batchItemFailures: [{ itemIdentifier: sequence }] });
  const { changes, failed } = changesOf(records, shardId);
  try {
    if (changes.length > 0) await consume(shardId, changes);
  } catch (error) {
    const first = firstSequence(records);
    if (!(error instanceof Unavailable) || first === undefined) {
      emitCounts({ FailedChanges: 1 }, clock());
      throw error;
    }
    logFault("the batch comes again", error, { shard: shardId, records: records.length });
    return again(first);
  }
  if (failed === undefined) return { state, batchItemFailures: [] };
  emitCounts({ FailedChanges: 1 }, clock());
  if (changes.length === 0 || failed.sequence === "") throw failed.error;
  logFault("a record cannot be decoded and comes again with what follows it", failed.error, { shard: shardId });
  return again(failed.sequence);
}

/** A consumer of the ledger's stream. */
export function consumeStream(consumer: Consumer) {
  return middy<StreamEvent, StreamResult>()
    .use(withLog())
    .handler((event) => consumeBatch(consumer, event));
}
