import type { KnownDimensions, SpendByClass } from "./budget-state.ts";
import type { Scope } from "./config.ts";
import { COST_CLASSES, SPEND_DIMENSIONS, type SpendDimension } from "./dimensions.ts";
import type { PicoUsd } from "./money.ts";

export interface BudgetSum {
  readonly spent: PicoUsd;
  readonly byClass: SpendByClass;
}

/** What is summed: a cell, or cells that the scopes cannot tell apart. Its cost class must be known. */
export interface SummedRow {
  readonly dimensions: KnownDimensions;
  readonly cost: PicoUsd;
}

const wordBits = 32;

/** Of one dimension: which scopes let each value through, a bit for each scope. */
interface DimensionIndex {
  readonly name: SpendDimension;
  readonly byValue: ReadonlyMap<string, Uint32Array>;
  /** Those that do not name the dimension, and so let any value through. */
  readonly others: Uint32Array;
}

function setBit(words: Uint32Array, place: number): void {
  const word = Math.floor(place / wordBits);
  words[word] = ((words[word] ?? 0) | (1 << (place % wordBits))) >>> 0;
}

function indexOf(scopes: readonly Scope[], name: SpendDimension): DimensionIndex {
  const others = new Uint32Array(Math.ceil(scopes.length / wordBits));
  for (const [place, scope] of scopes.entries()) if (scope[name] === undefined) setBit(others, place);
  const byValue = new Map<string, Uint32Array>();
  for (const [place, scope] of scopes.entries()) {
    for (const value of scope[name] ?? []) {
      const words = byValue.get(value) ?? others.slice();
      setBit(words, place);
      byValue.set(value, words);
    }
  }
  return { name, byValue, others };
}

/** The scopes that a row is in: in each dimension it is let through. */
function matching(index: readonly DimensionIndex[], dimensions: KnownDimensions, into: Uint32Array): void {
  into.fill(0xffff_ffff);
  for (const { name, byValue, others } of index) {
    const words = byValue.get(dimensions[name] ?? "") ?? others;
    for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) & (words[i] as number);
  }
}

const classCount = COST_CLASSES.length;
const placeOfClass: ReadonlyMap<string | undefined, number> = new Map(COST_CLASSES.map((name, i) => [name, i]));

function addTo(sums: bigint[], words: Uint32Array, classPlace: number, cost: PicoUsd): void {
  for (let i = 0; i < words.length; i++) {
    let left = words[i] as number;
    while (left !== 0) {
      const bit = 31 - Math.clz32(left);
      left = (left & ~(1 << bit)) >>> 0;
      const place = (i * wordBits + bit) * classCount + classPlace;
      // The last word has bits of no scope.
      if (place < sums.length) sums[place] = (sums[place] as bigint) + cost;
    }
  }
}

function sumOf(sums: readonly bigint[], scopePlace: number): BudgetSum {
  const costs = sums.slice(scopePlace * classCount, (scopePlace + 1) * classCount);
  const byClass = COST_CLASSES.map((name, i) => [name, costs[i] as PicoUsd] as const).filter(([, cost]) => cost !== 0n);
  return { spent: costs.reduce((sum, cost) => sum + cost, 0n) as PicoUsd, byClass: new Map(byClass) };
}

/**
 * What each scope has spent, exactly, in one pass over the rows: a row looks up the scopes of each of its values, and
 * does not ask every scope. The sums are in the order of the scopes.
 */
export function sumScopes(scopes: readonly Scope[], rows: Iterable<SummedRow>): readonly BudgetSum[] {
  const named = SPEND_DIMENSIONS.filter((name) => scopes.some((scope) => scope[name] !== undefined));
  const index = named.map((name) => indexOf(scopes, name));
  const sums = new Array<bigint>(scopes.length * classCount).fill(0n);
  const words = new Uint32Array(Math.ceil(scopes.length / wordBits));
  for (const { dimensions, cost } of rows) {
    if (cost === 0n) continue;
    const classPlace = placeOfClass.get(dimensions.cost_class);
    if (classPlace === undefined) throw new Error(`sumScopes: a row of cost class ${dimensions.cost_class}`);
    matching(index, dimensions, words);
    addTo(sums, words, classPlace, cost);
  }
  return scopes.map((_, place) => sumOf(sums, place));
}
