import { earliestOpenDate } from "#core/event-window.ts";
import { type Change, paddedSequence } from "#core/ledger-entry.ts";
import { groupOf, markGroups, markOf, positionsOf } from "#core/shard-mark.ts";
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

/** Days before it are closed, or about to be: who adds to them touches them. */
export function openFrom(now: Instant): UsageDate {
  return earliestOpenDate((now + closingMs) as Instant);
}

type Cut = Pick<SpendPosting, "cells" | "touchedClosedDays">;
interface Piece extends Cut {
  /** Of its last change. */
  readonly position: string;
}
interface Addition {
  readonly position: string;
  readonly key: string;
  readonly cell: SpendCell;
}

/** Changes above the mark by the group of their cell, each once: a stream repeats itself, it does not go back. */
function additionsOf(positions: readonly string[], changes: readonly Change[]) {
  const groups = Array.from({ length: markGroups }, (): Addition[] => []);
  let last = positions[0] as string;
  for (const { sequence, entry } of changes) {
    const position = paddedSequence(sequence);
    if (position <= last) continue;
    last = position;
    const cell = cellOf(entry);
    const key = `${cell.usageDate} ${cellKey(cell.dimensions)}`;
    const group = groupOf(key);
    if (position > (positions[group] as string)) groups[group]?.push({ position, key, cell });
  }
  return { groups, last };
}

/** Cuts a group's additions in their order, so that each piece fits one transaction; nearly always there is one. */
function* piecesOf(additions: readonly Addition[], earliestOpen: UsageDate): Generator<Piece> {
  let cells = new Map<string, SpendCell>();
  let touched = new Set<UsageDate>();
  let last = "";
  for (const { position, key, cell } of additions) {
    const touches = cell.usageDate < earliestOpen && !touched.has(cell.usageDate);
    const known = cells.get(key);
    if (cells.size + touched.size + (known ? 0 : 1) + (touches ? 1 : 0) > writesMax) {
      yield { position: last, cells: [...cells.values()], touchedClosedDays: [...touched] };
      cells = new Map([[key, cell]]);
      touched = new Set();
    } else {
      cells.set(key, known ? { ...known, sums: addSums(known.sums, cell.sums) } : cell);
    }
    if (cell.usageDate < earliestOpen) touched.add(cell.usageDate);
    last = position;
  }
  if (cells.size > 0) yield { position: last, cells: [...cells.values()], touchedClosedDays: [...touched] };
}

const together = (a: Cut, b: Cut): Cut => ({
  cells: [...a.cells, ...b.cells],
  touchedClosedDays: [...new Set([...a.touchedClosedDays, ...b.touchedClosedDays])],
});

/**
 * Cuts changes so that each cut is one transaction. A cell costs two write units however many changes it sums: as many
 * groups as fit go together, and a group is cut only where it does not fit by itself.
 */
function* cutsOf(
  mark: string | undefined,
  changes: readonly Change[],
  earliestOpen: UsageDate,
): Generator<Cut & Pick<SpendPosting, "nextMark">> {
  const positions = positionsOf(mark);
  const { groups, last } = additionsOf(positions, changes);
  let cut: Cut = { cells: [], touchedClosedDays: [] };
  for (let group = markGroups - 1; group >= 0; group--) {
    for (const piece of piecesOf(groups[group] ?? [], earliestOpen)) {
      const joined = together(cut, piece);
      const fits = joined.cells.length + joined.touchedClosedDays.length <= writesMax;
      if (!fits && cut.cells.length > 0) yield { ...cut, nextMark: markOf(positions) };
      cut = fits ? joined : piece;
      positions[group] = piece.position;
    }
    if (last > (positions[group] as string)) positions[group] = last;
  }
  if (cut.cells.length > 0) yield { ...cut, nextMark: markOf(positions) };
}

/**
 * Adds a shard's changes to the spend cells, each once: what is at or below the shard's mark has been added before, and
 * the mark moves with the sums. Repeated, cut otherwise, or killed anywhere, it ends in the same sums.
 */
export const makePostSpend = ({ spend, clock }: PostSpendDeps) => {
  const postAll = async (shard: string, changes: readonly Change[]): Promise<"posted" | "stale"> => {
    const earliestOpen = openFrom(clock());
    let expectedMark = await spend.mark(shard);
    for (const cut of cutsOf(expectedMark, changes, earliestOpen)) {
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
