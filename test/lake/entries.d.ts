import type { LedgerEntry } from "#core/ledger-entry.ts";
import { type Instant } from "#core/time.ts";
export declare function at(text: string): Instant;
export interface EntrySketch {
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly team?: string;
  readonly feature?: string;
  readonly customer?: string;
  /** Pico-dollars; the list cost is twice that. Null: unpriced. */
  readonly cost?: bigint | null;
  readonly input?: number;
  readonly output?: number;
  readonly hash?: string;
}
/** A usage event as the ledger has it: $0.0025 for 1,000 uncached input tokens, unless the sketch says otherwise. */
export declare function entry(sketch?: EntrySketch): LedgerEntry;
/** The first adjustment of an event: what takes it back, and what stands instead. */
export declare function adjustment(original: LedgerEntry, instead: EntrySketch, when: string): LedgerEntry[];
