import type { FixedCost } from "./config.ts";
import { type UnitPrice, zeroUsd } from "./money.ts";
import { compilePatterns } from "./pattern.ts";
import type { Rated } from "./price-book.ts";
import type { UsageDate } from "./time.ts";

/** The id of the first fixed cost that pays for this source's usage of that day. */
export type FindCover = (source: string, usageDate: UsageDate) => string | undefined;

export function compileCovers(fixedCosts: readonly FixedCost[]): FindCover {
  const covers = fixedCosts.flatMap(({ id, from, to, covers: sources = [] }) =>
    sources.length === 0 ? [] : [{ id, from, to, isCovered: compilePatterns(sources) }],
  );
  if (covers.length === 0) return () => undefined;
  return (source, usageDate) =>
    covers.find(
      ({ from, to, isCovered }) => from <= usageDate && (to === undefined || usageDate <= to) && isCovered(source),
    )?.id;
}

/** As it is rated where something else pays: it keeps its list cost and costs nothing. Unpriced, it stays unpriced. */
export function atNoCost(rated: Rated): Rated {
  if (rated.cost === null) return rated;
  const charges = rated.charges.map((charge) => ({ ...charge, unitPrice: 0n as UnitPrice, cost: zeroUsd }));
  return { ...rated, charges, cost: zeroUsd };
}
