import { type Change, paddedSequence } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import type { Landing } from "./ports/landing.ts";

export interface LandUsageDeps {
  readonly landing: Landing;
  readonly clock: () => Instant;
}

/** A name as part of a file name, injective: what a file name cannot have becomes `.` and its code. */
export function fileNamePart(shard: string): string {
  return shard.replace(/[^A-Za-z0-9-]/gu, (char) => `.${(char.codePointAt(0) ?? 0).toString(16)}.`);
}

/**
 * Writes changes of a shard as one landed file, named after the shard and its first and last sequence: the same changes
 * again in the same hour replace the file, in other cuts or hours they land twice, and the merge takes each key once.
 */
export const makeLandUsage =
  ({ landing, clock }: LandUsageDeps) =>
  async (shard: string, changes: readonly Change[]): Promise<void> => {
    const first = changes[0];
    const last = changes.at(-1);
    if (first === undefined || last === undefined) return;
    const name = [fileNamePart(shard), paddedSequence(first.sequence), paddedSequence(last.sequence)].join("_");
    await landing.write(
      name,
      clock(),
      changes.map(({ sequence, entry }) => ({ entry, shard, sequence, importId: "" })),
    );
  };
