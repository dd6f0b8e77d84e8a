/**
 * The meters: disjoint countable quantities of one event. A token is counted in exactly one of them. The totals that
 * providers report (`input_tokens`, `output_tokens`, `prompt_tokens`…) are never meters.
 */
export const METERS = [
  "uncached_input_tokens",
  "cache_read_tokens",
  "cache_write_5m_tokens",
  "cache_write_1h_tokens",
  "image_input_tokens",
  "audio_input_tokens",
  "cached_audio_input_tokens",
  "text_output_tokens",
  "reasoning_tokens",
  "image_output_tokens",
  "audio_output_tokens",
  "images",
  "input_characters",
  "audio_input_seconds",
  "audio_output_seconds",
  "video_output_seconds",
  "pages",
  "search_units",
  "web_searches",
  "requests",
] as const;

export type Meter = (typeof METERS)[number];

/** Whole numbers within ±2^53; a meter that is absent is zero. Signed only in adjustments. */
export type Quantities = Readonly<Partial<Record<Meter, number>>>;

/** The meters whose sum is the whole input of a call: it chooses the context bracket. */
export const INPUT_METERS = [
  "uncached_input_tokens",
  "cache_read_tokens",
  "cache_write_5m_tokens",
  "cache_write_1h_tokens",
  "image_input_tokens",
  "audio_input_tokens",
  "cached_audio_input_tokens",
] as const satisfies readonly Meter[];

/** What a meter is a kind of: whose rate it takes, marked estimated, on a card that has none for it. */
export const KIND_OF: Readonly<Partial<Record<Meter, Meter>>> = {
  cache_read_tokens: "uncached_input_tokens",
  cache_write_5m_tokens: "uncached_input_tokens",
  cache_write_1h_tokens: "uncached_input_tokens",
  image_input_tokens: "uncached_input_tokens",
  audio_input_tokens: "uncached_input_tokens",
  cached_audio_input_tokens: "audio_input_tokens",
  reasoning_tokens: "text_output_tokens",
  image_output_tokens: "text_output_tokens",
  audio_output_tokens: "text_output_tokens",
};

const meterSet: ReadonlySet<string> = new Set(METERS);

export function isMeter(name: string): name is Meter {
  return meterSet.has(name);
}
