import type { SpendPosting, SpendStore } from "#app/ports/spend.ts";
import { addSums, cellKey, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";

export interface MemorySpend extends SpendStore {
  readonly cells: Map<string, SpendCell>;
  readonly postings: SpendPosting[];
  readonly touched: Map<UsageDate, number>;
  /** Days asked of `read`. */
  readonly reads: (readonly [string, string])[];
  /** Runs once, before the next posting: what another poster does in between. */
  meanwhile: (() => Promise<void>) | undefined;
}

export function memorySpend(): MemorySpend {
  const marks = new Map<string, string>();
  const spend: MemorySpend = {
    cells: new Map(),
    postings: [],
    touched: new Map(),
    reads: [],
    meanwhile: undefined,
    mark: async (shard) => marks.get(shard),
    post: async (posting) => {
      const { meanwhile } = spend;
      spend.meanwhile = undefined;
      await meanwhile?.();
      if (posting.cells.length + posting.touchedClosedDays.length > 99) throw new Error("more than 99 writes");
      if (marks.get(posting.shard) !== posting.expectedMark) return "stale";
      marks.set(posting.shard, posting.nextMark);
      spend.postings.push(posting);
      for (const day of posting.touchedClosedDays) spend.touched.set(day, (spend.touched.get(day) ?? 0) + 1);
      for (const cell of posting.cells) {
        const key = `${cell.usageDate} ${cellKey(cell.dimensions)}`;
        const known = spend.cells.get(key);
        spend.cells.set(key, known ? { ...known, sums: addSums(known.sums, cell.sums) } : cell);
      }
      return "posted";
    },
    read: async (from, to) => {
      spend.reads.push([from, to]);
      return [...spend.cells.values()].filter(({ usageDate }) => usageDate >= from && usageDate <= to);
    },
    generations: async (from, to) => new Map([...spend.touched].filter(([day]) => day >= from && day <= to)),
  };
  return spend;
}
