import type { CatalogFile, CatalogRate } from "#core/price-book.ts";

/** What differs between two states of a provider's catalogue, a line each. */
export function catalogChanges(before: CatalogFile | undefined, after: CatalogFile): string[] {
  const [old, now] = [before?.models ?? {}, after.models];
  const added = Object.keys(now).filter((name) => !(name in old));
  const removed = Object.keys(old).filter((name) => !(name in now));
  const changed = Object.keys(now).flatMap((name) => {
    const [was, is] = [old[name], now[name]];
    return was === undefined || is === undefined
      ? []
      : rateChanges(ratesOf(was.cards), ratesOf(is.cards)).map((line) => `  ${name}: ${line}`);
  });
  return [...added.map((name) => `+ ${name}`), ...removed.map((name) => `- ${name}`), ...changed].map(
    (line) => `${after.provider} ${line}`,
  );
}

type Rates = ReadonlyMap<string, CatalogRate>;

function ratesOf(cards: CatalogFile["models"][string]["cards"]): Rates {
  return new Map(
    cards.flatMap(({ from, rates }) =>
      rates.map((rate) => {
        const bracket = rate.above === 0 ? "" : ` above ${rate.above}`;
        return [`${rate.meter} ${rate.tier}${bracket}${from === null ? "" : ` from ${from}`}`, rate];
      }),
    ),
  );
}

function rateChanges(old: Rates, now: Rates): string[] {
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((place) => {
    const [was, is] = [old.get(place), now.get(place)];
    const lines: string[] = [];
    if (was?.usd_per_million !== is?.usd_per_million) {
      lines.push(`${place} ${was?.usd_per_million ?? "none"} → ${is?.usd_per_million ?? "none"}`);
    }
    if (is?.disputed && JSON.stringify(is.disputed) !== JSON.stringify(was?.disputed)) {
      lines.push(
        `${place} disputed: ${Object.entries(is.disputed)
          .map(([source, usd]) => `${source} ${usd}`)
          .join(", ")}`,
      );
    }
    if (was?.disputed && is && !is.disputed) lines.push(`${place} no longer disputed`);
    return lines;
  });
}
