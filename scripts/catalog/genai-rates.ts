import type { ServiceTier } from "#core/dimensions.ts";
import type { Meter } from "#core/meters.ts";
import { commonFactor, usdPerMillion } from "./decimal.ts";
import type { FoundModel } from "./genai-models.ts";
import { addReasoning, dropFreeCaches, RateSheet } from "./rate-sheet.ts";
import type { GenaiModel, GenaiPrices, GenaiVariant, PriceSources } from "./sources.ts";

/** What the source says from a day on. */
export interface DatedSheet {
  readonly from: string | null;
  readonly sheet: RateSheet;
}

const METER_OF: Readonly<Record<string, Meter>> = {
  input_mtok: "uncached_input_tokens",
  cache_read_mtok: "cache_read_tokens",
  cache_write_mtok: "cache_write_5m_tokens",
  cache_write_5m_mtok: "cache_write_5m_tokens",
  cache_write_1h_mtok: "cache_write_1h_tokens",
  input_image_mtok: "image_input_tokens",
  input_audio_mtok: "audio_input_tokens",
  cache_audio_read_mtok: "cached_audio_input_tokens",
  output_mtok: "text_output_tokens",
  output_reasoning_mtok: "reasoning_tokens",
  output_image_mtok: "image_output_tokens",
  output_audio_mtok: "audio_output_tokens",
  input_mchars: "input_characters",
  audio_hours: "audio_input_seconds",
  input_audio_hours: "audio_input_seconds",
  output_audio_hours: "audio_output_seconds",
  input_document_kpages: "pages",
  rerank_searches_kcount: "search_units",
  web_searches_kcount: "web_searches",
  requests_kcount: "requests",
};

const ALWAYS = "0000-00-00";

export interface GenaiReading {
  readonly units: PriceSources["genai_units"];
  /** Brackets written as "above threshold − 1" begin at the threshold. */
  readonly bracketsInclusive: boolean;
  /** UTC day of the reading. */
  readonly today: string;
}

/** The model's prices through time, oldest first. */
export function genaiSheets({ model, fallback }: FoundModel, reading: GenaiReading): DatedSheet[] {
  const variants = fallback ? [] : (model.price_variants ?? []);
  const starts = [...basePrices(model).map(({ from }) => from), ...variants.map((variant) => startOf(variant))];
  const days = [...new Set(starts)].sort();
  const sheets = days.map((day) => ({
    from: day === ALWAYS ? null : day,
    sheet: sheetOn(day, model, variants, reading),
  }));
  return withoutMereAdditions(sheets, reading.today);
}

/**
 * A tier's first date is the day on which the source checked it, not the day from which it holds: a reading that only
 * adds rates to the one before takes its place. A day to come is an announcement and stays.
 */
function withoutMereAdditions(sheets: readonly DatedSheet[], today: string): DatedSheet[] {
  const kept: DatedSheet[] = [];
  for (const next of sheets) {
    const last = kept.at(-1);
    const adds = last?.sheet.entries().every(({ place, usd }) => next.sheet.get(place) === usd) ?? false;
    const known = (next.from ?? ALWAYS) <= today;
    const nothingNew = adds && next.sheet.size === last?.sheet.size;
    if (last !== undefined && adds && (known || nothingNew))
      kept[kept.length - 1] = { from: last.from, sheet: next.sheet };
    else kept.push(next);
  }
  return kept;
}

/**
 * Undated and start-dated prices, oldest first. Prices of a time of day are the dearer hours of the newest of them: the
 * discount of the other hours is left out.
 */
function basePrices(model: GenaiModel): { from: string; prices: GenaiPrices }[] {
  if (!Array.isArray(model.prices)) return [{ from: ALWAYS, prices: model.prices as GenaiPrices }];
  const dated: { from: string; prices: GenaiPrices }[] = [];
  let peak: GenaiPrices | undefined;
  for (const { constraint, prices } of model.prices) {
    if (constraint?.kind === "TimeOfDateConstraint") peak = prices;
    else dated.push({ from: constraint?.start_date ?? ALWAYS, prices });
  }
  dated.sort((a, b) => (a.from < b.from ? -1 : 1));
  const newest = dated.at(-1);
  if (peak !== undefined && newest !== undefined) dated[dated.length - 1] = { ...newest, prices: peak };
  return dated;
}

function sheetOn(day: string, model: GenaiModel, variants: readonly GenaiVariant[], reading: GenaiReading): RateSheet {
  const sheet = new RateSheet();
  const base = basePrices(model).findLast(({ from }) => from <= day) ?? basePrices(model)[0];
  if (base !== undefined) addPrices(sheet, base.prices, "standard", reading);
  // Where several variants of a tier hold, the source takes the first.
  for (const variant of [...variants].reverse()) {
    const tier = tierOf(variant);
    if (tier !== undefined && startOf(variant) <= day) addPrices(sheet, variant.prices, tier, reading);
  }
  dropFreeCaches(sheet);
  addReasoning(sheet);
  return sheet;
}

/** What fast mode multiplies every price by, where the source prices it and the factor is one. */
export function fastFactor({ model, fallback }: FoundModel): string | undefined {
  const fast = fallback ? undefined : model.price_variants?.find(({ when }) => when.speed === "fast");
  const base = basePrices(model).at(-1)?.prices;
  if (fast === undefined || base === undefined) return undefined;
  const pairs = Object.keys(METER_OF).flatMap((key) => {
    const [slow, quick] = [base[key], fast.prices[key]];
    return typeof slow === "string" && typeof quick === "string" ? [{ base: slow, other: quick }] : [];
  });
  return commonFactor(pairs);
}

function startOf({ constraint }: GenaiVariant): string {
  return constraint?.kind === "StartDateConstraint" ? constraint.start_date : ALWAYS;
}

/** Undefined for what is no tier: the speed of a call (an uplift), the kind of a search. */
function tierOf({ when }: GenaiVariant): ServiceTier | undefined {
  if (Object.keys(when).length > 1) return undefined;
  if (when.processing === "batch") return "batch";
  return when.service_tier === "flex" || when.service_tier === "priority" ? when.service_tier : undefined;
}

function addPrices(sheet: RateSheet, prices: GenaiPrices, tier: ServiceTier, reading: GenaiReading): void {
  for (const unit of Object.values(reading.units)) {
    const price = prices[unit.price_key];
    const meter = METER_OF[unit.price_key];
    if (price === undefined || price === null || meter === undefined) continue;
    const per = BigInt(unit.per);
    sheet.set({ meter, tier, above: 0 }, usdPerMillion(typeof price === "string" ? price : price.base, per));
    if (typeof price === "string") continue;
    for (const step of price.tiers) {
      const above = step.start + (reading.bracketsInclusive ? 1 : 0);
      sheet.set({ meter, tier, above }, usdPerMillion(step.price, per));
    }
  }
}
