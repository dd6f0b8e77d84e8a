import type { Instant } from "#core/time.ts";

/** How many of an import's events were what. */
export interface ImportCounts {
  readonly new: number;
  readonly known: number;
  readonly conflicting: number;
}

export interface ImportRecord {
  readonly id: string;
  readonly startedAt: Instant;
  /** Of those that went by the ledger: known at once. */
  readonly live: ImportCounts;
  /** Events written to the landing; counted once the pipeline has merged them. */
  readonly landed: number;
  readonly rejected: number;
  /** Null until merged. */
  readonly merged: ImportCounts | null;
}

export interface ImportStore {
  /** When this part was first begun: `at`, or what the first call for it said. Makes no record and counts nothing. */
  beginPart(id: string, part: string, at: Instant): Promise<Instant>;
  /** Adds to the record of this import, which it creates when there is none, once per `part`: a retry changes nothing. */
  addPart(
    id: string,
    part: string,
    at: Instant,
    counts: { readonly live: ImportCounts; readonly landed: number; readonly rejected: number },
  ): Promise<void>;
  get(id: string): Promise<ImportRecord | undefined>;
  /** Imports with landed events that no run has merged since they landed. */
  unmerged(): Promise<readonly ImportRecord[]>;
  /**
   * Keeps the counts and ends the wait for a merge. False, and no change, when the import has not landed just this many
   * events: some have come since they were counted.
   */
  setMerged(id: string, counts: ImportCounts, landed: number): Promise<boolean>;
}
