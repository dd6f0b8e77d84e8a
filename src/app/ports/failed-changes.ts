import type { Change } from "#core/ledger-entry.ts";

/** A batch of changes that a stream consumer has given up on. */
export interface FailedBatch {
  /** What of it can be decoded, in the order of the stream. */
  readonly changes: readonly Change[];
  /** What cannot: a sentence each, with the sequence number where it is known. Empty: the batch is whole. */
  readonly problems: readonly string[];
}

/** The batches that stream consumers could not process, kept until they have been processed in another way. */
export interface FailedChanges {
  /** Ids that are not done, in one fixed order: at most `limit` of them, from the first one after `after`. */
  list(after: string | undefined, limit: number): Promise<readonly string[]>;
  /** Undefined when there is no such batch, or it is done. */
  read(id: string): Promise<FailedBatch | undefined>;
  /** Sets the batch aside: it is listed no more, and nothing of it is deleted. A second call changes nothing. */
  done(id: string): Promise<void>;
}
