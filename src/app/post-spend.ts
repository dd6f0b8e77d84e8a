import { earliestOpenDate } from "#core/event-window.ts";
import { type Change, type LedgerEntry, paddedSequence } from "#core/ledger-entry.ts";
import { addSums, cellKey, cellOf, type SpendCell } from "#core/spend-cell.ts";
import { hourMs, type Instant, type UsageDate } from "#core/time.ts";
import type { SpendPosting, SpendStore } from "./ports/spend.ts";
import { Unavailable } from "./unavailable.ts";

export interface PostSpendDeps {
  readonly spend: SpendStore;
  readonly clock: () => Instant;
}

/** A transaction of the store takes 100 writes: these, and the mark. */
const writesMax = 99;
/** Each time another poster has moved the mark in between. */
const staleMax = 10;
/** A day counts as closed this much early: whoever packs it as soon as it closes sees that it was touched. */
const closingMs = hourMs;

type Cut = Pick<SpendPosting, "nextMark" | "cells" | "touchedClosedDays">;

/** Changes above the mark, each once: a stream repeats itself, it does not go back. */
function* above(mark: string | undefined, changes: readonly Change[]): Generator<readonly [string, LedgerEntry]> {
  let last = mark ?? "";
  for (const { sequence, entry } of changes) {
    const padded = paddedSequence(sequence);
    if (padded <= last) continue;
    last = padded;
    yield [padded, entry];
  }
}

/** Cuts changes in their order, so that each cut is one transaction. */
function* cuts(changes: Iterable<readonly [string, LedgerEntry]>, earliestOpen: UsageDate): Generator<Cut> {
  let cells = new Map<string, SpendCell>();
  let touched = new Set<UsageDate>();
  let nextMark = "";
  for (const [mark, entry] of changes) {
    const cell = cellOf(entry);
    const key = `${cell.usageDate} ${cellKey(cell.dimensions)}`;
    const touches = cell.usageDate < earliestOpen && !touched.has(cell.usageDate);
    const known = cells.get(key);
    if (cells.size + touched.size + (known ? 0 : 1) + (touches ? 1 : 0) > writesMax) {
      yield { nextMark, cells: [...cells.values()], touchedClosedDays: [...touched] };
      cells = new Map([[key, cell]]);
      touched = new Set();
    } else {
      cells.set(key, known ? { ...known, sums: addSums(known.sums, cell.sums) } : cell);
    }
    if (cell.usageDate < earliestOpen) touched.add(cell.usageDate);
    nextMark = mark;
  }
  if (cells.size > 0) yield { nextMark, cells: [...cells.values()], touchedClosedDays: [...touched] };
}

/**
 * Adds a shard's changes to the spend cells, each once: what is at or below the shard's mark has been added before, and
 * the mark moves with the sums. Repeated, cut otherwise, or killed anywhere, it ends in the same sums.
 */
export const makePostSpend = ({ spend, clock }: PostSpendDeps) => {
  const postAll = async (shard: string, changes: readonly Change[]): Promise<"posted" | "stale"> => {
    const earliestOpen = earliestOpenDate((clock() + closingMs) as Instant);
    let expectedMark = await spend.mark(shard);
    for (const cut of cuts(above(expectedMark, changes), earliestOpen)) {
      if ((await spend.post({ shard, expectedMark, ...cut })) === "stale") return "stale";
      expectedMark = cut.nextMark;
    }
    return "posted";
  };

  return async (shard: string, changes: readonly Change[]): Promise<void> => {
    for (let attempt = 0; attempt < staleMax; attempt++) {
      if ((await postAll(shard, changes)) === "posted") return;
    }
    throw new Unavailable("spend");
  };
};
