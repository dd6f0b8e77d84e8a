import { METERS, type Meter } from "./meters.ts";

/** How a stored entry spells a meter. A code is never given to another meter: stored entries stay readable. */
export const METER_CODES: Readonly<Record<Meter, string>> = {
  uncached_input_tokens: "ui",
  cache_read_tokens: "cr",
  cache_write_5m_tokens: "c5",
  cache_write_1h_tokens: "c1",
  image_input_tokens: "ii",
  audio_input_tokens: "ai",
  cached_audio_input_tokens: "ca",
  text_output_tokens: "to",
  reasoning_tokens: "re",
  image_output_tokens: "io",
  audio_output_tokens: "ao",
  images: "im",
  input_characters: "ic",
  audio_input_seconds: "as",
  audio_output_seconds: "os",
  video_output_seconds: "vs",
  pages: "pg",
  search_units: "su",
  web_searches: "ws",
  requests: "rq",
};

const metersByCode: ReadonlyMap<string, Meter> = new Map(METERS.map((meter) => [METER_CODES[meter], meter]));

export function meterOfCode(code: string): Meter {
  const meter = metersByCode.get(code);
  if (meter === undefined) throw new Error(`stored entry: no meter has the code ${JSON.stringify(code)}`);
  return meter;
}
