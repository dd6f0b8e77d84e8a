import { passOver, reachedByAll } from "#core/shard-mark.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { sqlTimestamp } from "#lake/sql-timestamp.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import type { SpendStore } from "./ports/spend.ts";

/** How far a shard's changes have come into one day of the lake. */
export interface ShardPosition {
  readonly usageDate: UsageDate;
  readonly shard: string;
  /** The newest change that landed before the moment asked about; undefined when there is none. */
  readonly lastBefore: string | undefined;
  /** The newest that landed since. */
  readonly lastSince: string | undefined;
  /** Some have not come from the stream at all. */
  readonly imported: boolean;
}

const text = (value: unknown) => (value === null ? undefined : String(value));

export async function readShardPositions(
  engine: QueryEngine,
  dates: readonly UsageDate[],
  moment: Instant,
): Promise<ShardPosition[]> {
  const at = sqlTimestamp(moment);
  const rows = await engine.run("shard_positions", { parameters: [at, at], substitutions: { dates } });
  return rows.map((row) => ({
    usageDate: row.usage_date as UsageDate,
    shard: String(row.shard),
    lastBefore: text(row.last_before),
    lastSince: text(row.last_since),
    imported: row.imported !== 0n,
  }));
}

const later = (a = "", b = "") => (a > b ? a : b);

/**
 * Sees to it that nothing of a day's entries in the lake can still be added to the cells by the stream. False when
 * something can, or nobody knows. `positions` are of that day, asked about the moment of which all changes have left the
 * stream.
 *
 * An entry came with its shard and sequence, also where it was redriven. Whoever posts spend drops what is at or below
 * the shard's mark, and a mark never goes back: such an entry has been added or has been given up, and will not come
 * again. Above the mark it may come, until the stream no longer has it. A change is in the stream before it lands, so
 * one that landed before the moment has left it, and with it every older change of its shard. But a stream may keep
 * what it need not, and a poster may hold what it has read (the one of a single machine tries for ever). Therefore the
 * mark is moved over such changes first, by the rule by which posters move it: either it moves, and whatever comes later
 * is dropped, or the poster has moved it in between, and the day has to wait. Changes of other days that this passes
 * over are as old; where they are in the lake and not in the cells, their day differs, and is repaired for itself.
 *
 * Of an export of the ledger, whose shard is no shard of the stream, the moment alone tells: an entry was in the stream
 * before it was exported, and a poster is not given what is older than a day (in AWS a setting of its event source;
 * nobody exports the ledger of a single machine, which loses no change). An imported event was in no stream, but the
 * same one may still be sent live: its day waits.
 */
export async function settle(spend: SpendStore, positions: readonly ShardPosition[]): Promise<boolean> {
  const marks = new Map<string, string | undefined>();
  for (const { shard, lastBefore, lastSince, imported } of positions) {
    if (imported) return false;
    const mark = await spend.mark(shard);
    if (later(lastSince) > later(lastBefore, reachedByAll(mark))) return false;
    marks.set(shard, mark);
  }
  for (const { shard, lastBefore = "" } of positions) {
    const expectedMark = marks.get(shard);
    if (lastBefore <= later(reachedByAll(expectedMark))) continue;
    const nextMark = passOver(expectedMark, lastBefore);
    const passedOver = { shard, expectedMark, nextMark, cells: [], touchedClosedDays: [] };
    if ((await spend.post(passedOver)) === "stale") return false;
  }
  return true;
}
