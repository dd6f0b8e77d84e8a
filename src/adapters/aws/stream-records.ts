import { decodeEntry } from "#core/entry-codec.ts";
import type { Change } from "#core/ledger-entry.ts";

/** A record of the ledger's stream, as a Lambda event has it and as the stream's own API does. */
export interface StreamRecord {
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined;
        readonly NewImage?: Readonly<Record<string, { readonly S?: string | undefined }>> | undefined;
      }
    | undefined;
}

export interface DecodedRecords {
  /** In order, up to the first record that cannot be decoded: what follows it comes again with it. */
  readonly changes: readonly Change[];
  /** That record, to be reported as the batch's failure; undefined when there is none. */
  readonly failed: { readonly sequence: string; readonly error: Error } | undefined;
}

function changeOf(record: StreamRecord, shard: string, sequence: string): Change {
  const text = record.dynamodb?.NewImage?.e?.S;
  if (sequence === "" || text === undefined) throw new Error("the record has no sequence number or no entry");
  return { shard, sequence, entry: decodeEntry(text) };
}

/**
 * What the ledger accepted. Entries are written once: a record of anything but an insertion is of one that expired or
 * was deleted, and says nothing. A consumer that took changes from behind a record it could not decode would move its
 * mark past it, and that one would never be counted.
 */
export function changesOf(records: readonly StreamRecord[], shard: string): DecodedRecords {
  const changes: Change[] = [];
  for (const record of records) {
    if (record.eventName !== "INSERT") continue;
    const sequence = record.dynamodb?.SequenceNumber ?? "";
    try {
      changes.push(changeOf(record, shard, sequence));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return { changes, failed: { sequence, error: new Error(`${shard} ${sequence}: ${why}`, { cause }) } };
    }
  }
  return { changes, failed: undefined };
}
