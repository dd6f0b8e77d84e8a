import type { ServiceTier } from "#core/dimensions.ts";
import type { Meter } from "#core/meters.ts";

export interface RatePlace {
  readonly meter: Meter;
  readonly tier: ServiceTier;
  /** Whole input tokens above which it holds. */
  readonly above: number;
}

/** What one source says of one model at one time: USD per million units by place. */
export class RateSheet {
  readonly #rates = new Map<string, { place: RatePlace; usd: string }>();

  set(place: RatePlace, usd: string): void {
    this.#rates.set(keyOf(place), { place, usd });
  }

  get(place: RatePlace): string | undefined {
    return this.#rates.get(keyOf(place))?.usd;
  }

  delete(place: RatePlace): void {
    this.#rates.delete(keyOf(place));
  }

  entries(): { place: RatePlace; usd: string }[] {
    return [...this.#rates.values()];
  }

  get size(): number {
    return this.#rates.size;
  }
}

function keyOf({ meter, tier, above }: RatePlace): string {
  return `${meter} ${tier} ${above}`;
}

/**
 * Both sources bill reasoning tokens as output unless they give them a price of their own. Where that price is the
 * output price it follows the output through tiers and brackets; where it differs, only what is written holds.
 */
export function addReasoning(sheet: RateSheet): void {
  const own = sheet.get({ meter: "reasoning_tokens", tier: "standard", above: 0 });
  const output = sheet.get({ meter: "text_output_tokens", tier: "standard", above: 0 });
  if (own !== undefined && own !== output) return;
  for (const { place, usd } of sheet.entries()) {
    if (place.meter !== "text_output_tokens") continue;
    const reasoning = { ...place, meter: "reasoning_tokens" as const };
    if (sheet.get(reasoning) === undefined) sheet.set(reasoning, usd);
  }
}

/** Whether the source gives the model nothing but zeros. */
export function isFree(sheet: RateSheet): boolean {
  return sheet.size > 0 && sheet.entries().every(({ usd }) => usd === "0");
}

/** A zero for the cache in a list with prices means that the source has no price, not that the cache is free. */
export function dropFreeCaches(sheet: RateSheet): void {
  if (isFree(sheet)) return;
  for (const { place, usd } of sheet.entries()) {
    if (usd === "0" && place.meter.startsWith("cache")) sheet.delete(place);
  }
}

/** A price of long calls without one of short calls is a slip of the source (Gemini's cache writes in LiteLLM). */
export function dropBaseless(sheet: RateSheet): void {
  for (const { place } of sheet.entries()) {
    const { meter, tier } = place;
    const base = sheet.get({ meter, tier, above: 0 }) ?? sheet.get({ meter, tier: "standard", above: 0 });
    if (base === undefined) sheet.delete(place);
  }
}
