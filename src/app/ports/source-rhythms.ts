import type { SourceRhythm } from "#core/silence.ts";

/** When each source was last heard of, and how often it usually is. */
export interface SourceRhythms {
  /** Writes each whole, by its source. */
  put(rhythms: readonly SourceRhythm[]): Promise<void>;
  /** By source. */
  list(): Promise<readonly SourceRhythm[]>;
}
