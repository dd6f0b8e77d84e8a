import { SERVICE_TIERS } from "#core/dimensions.ts";
import { KIND_OF, METERS } from "#core/meters.ts";
import type { CatalogRate } from "#core/price-book.ts";
import { sameButForRounding } from "./decimal.ts";
import type { RatePlace, RateSheet } from "./rate-sheet.ts";

/** A source's rates of one model, and the tiers and meters whose absence in it says something. */
export interface SourceView {
  readonly sheet: RateSheet;
  readonly vocabulary: ReadonlySet<string>;
}

/**
 * One list from two sources. A rate that both write alike is from "both". Where they differ it is disputed and LiteLLM's
 * is in use: its names are exact, genai-prices' are patterns. A rate that one source writes is its own; it is disputed
 * too where the other source answers otherwise by falling back (tier to standard, bracket to base, meter to its kind)
 * although elsewhere at this provider it writes such rates.
 */
export function mergeRates(litellm: SourceView | undefined, genai: SourceView | undefined): CatalogRate[] {
  const places = new Map<string, RatePlace>();
  for (const view of [litellm, genai]) {
    for (const { place } of view?.sheet.entries() ?? [])
      places.set(JSON.stringify(Object.values(sorted(place))), place);
  }
  return [...places.values()].sort(byPlace).map((place) => mergeRate(place, litellm, genai));
}

function sorted({ meter, tier, above }: RatePlace): RatePlace {
  return { meter, tier, above };
}

function byPlace(a: RatePlace, b: RatePlace): number {
  return (
    SERVICE_TIERS.indexOf(a.tier) - SERVICE_TIERS.indexOf(b.tier) ||
    a.above - b.above ||
    METERS.indexOf(a.meter) - METERS.indexOf(b.meter)
  );
}

function mergeRate(place: RatePlace, litellm: SourceView | undefined, genai: SourceView | undefined): CatalogRate {
  const written = { litellm: litellm?.sheet.get(place), genai: genai?.sheet.get(place) };
  const rate = (usd: string, source: string) => ({ ...sorted(place), usd_per_million: usd, source });
  if (written.litellm !== undefined && written.genai !== undefined) {
    const same = agreed(place, written.litellm, written.genai);
    return same === undefined
      ? disputed(rate(written.litellm, "litellm"), written.litellm, written.genai)
      : rate(same, "both");
  }
  if (written.litellm !== undefined) {
    const answer = genai && answered(place, genai);
    const own = rate(written.litellm, "litellm");
    return answer === undefined || answer === written.litellm ? own : disputed(own, written.litellm, answer);
  }
  if (written.genai === undefined) throw new Error(`No source writes ${JSON.stringify(place)}`);
  const answer = litellm && answered(place, litellm);
  const own = rate(written.genai, "genai-prices");
  return answer === undefined || answer === written.genai ? own : disputed(own, answer, written.genai);
}

function disputed(rate: CatalogRate, litellm: string, genai: string): CatalogRate {
  return { ...rate, disputed: { litellm, "genai-prices": genai } };
}

/** Prices of a second are hourly or minutely ones divided, which LiteLLM cuts off: the longer figure is the exact one. */
function agreed({ meter }: RatePlace, a: string, b: string): string | undefined {
  if (a === b) return a;
  if (!meter.endsWith("_seconds") || !sameButForRounding(a, b)) return undefined;
  return a.length > b.length ? a : b;
}

/** What a source answers for a rate that it does not write, when its silence says something. */
function answered(place: RatePlace, { sheet, vocabulary }: SourceView): string | undefined {
  const { meter, tier, above } = place;
  const lower = sheet
    .entries()
    .filter((entry) => entry.place.meter === meter && entry.place.tier === tier && entry.place.above < above)
    .sort((a, b) => b.place.above - a.place.above)[0];
  if (lower !== undefined) return lower.usd;
  if (tier !== "standard" && vocabulary.has(tier)) {
    const standard = { meter, tier: "standard" as const, above };
    return sheet.get(standard) ?? answered(standard, { sheet, vocabulary });
  }
  const kind = KIND_OF[meter];
  if (kind === undefined || !vocabulary.has(meter) || tier !== "standard") return undefined;
  const asKind = { meter: kind, tier, above };
  return sheet.get(asKind) ?? answered(asKind, { sheet, vocabulary });
}

/**
 * The meters that any of a source's sheets writes, and the tiers that at least a fifth of them do. A source that hardly
 * ever writes a tier has not looked at it.
 */
export function vocabularyOf(sheets: readonly RateSheet[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const sheet of sheets) {
    for (const tier of new Set(sheet.entries().map(({ place }) => place.tier))) {
      counts.set(tier, (counts.get(tier) ?? 0) + 1);
    }
  }
  const tiers = [...counts].flatMap(([tier, count]) => (count * 5 >= sheets.length ? [tier] : []));
  const meters = sheets.flatMap((sheet) => sheet.entries().map(({ place }) => place.meter));
  return new Set<string>([...tiers, ...meters]);
}
