import type { ServiceTier } from "#core/dimensions.ts";
import type { Meter } from "#core/meters.ts";
import { usdPerMillion } from "./decimal.ts";
import { addReasoning, dropBaseless, dropFreeCaches, RateSheet } from "./rate-sheet.ts";
import type { LitellmEntry } from "./sources.ts";

const METER_OF: Readonly<Record<string, Meter>> = {
  input_cost_per_token: "uncached_input_tokens",
  cache_read_input_token_cost: "cache_read_tokens",
  cache_creation_input_token_cost: "cache_write_5m_tokens",
  cache_creation_input_token_cost_above_1hr: "cache_write_1h_tokens",
  input_cost_per_image_token: "image_input_tokens",
  input_cost_per_audio_token: "audio_input_tokens",
  cache_read_input_audio_token_cost: "cached_audio_input_tokens",
  output_cost_per_token: "text_output_tokens",
  output_cost_per_reasoning_token: "reasoning_tokens",
  output_cost_per_image_token: "image_output_tokens",
  output_cost_per_audio_token: "audio_output_tokens",
  output_cost_per_image: "images",
  input_cost_per_character: "input_characters",
  input_cost_per_audio_per_second: "audio_input_seconds",
  output_cost_per_video_per_second: "video_output_seconds",
  ocr_cost_per_page: "pages",
  input_cost_per_request: "requests",
};

/** Fields whose meaning depends on what the model is for. */
const METER_BY_MODE: Readonly<Record<string, Readonly<Record<string, Meter>>>> = {
  input_cost_per_second: { audio_transcription: "audio_input_seconds", realtime: "audio_input_seconds" },
  output_cost_per_second: { video_generation: "video_output_seconds", audio_speech: "audio_output_seconds" },
  input_cost_per_query: {
    rerank: "search_units",
    search: "web_searches",
    vector_store: "requests",
    embedding: "requests",
  },
  input_cost_per_image: { embedding: "images", image_generation: "images", image_edit: "images" },
};

const TIER_OF: Readonly<Record<string, ServiceTier>> = { batches: "batch", flex: "flex", priority: "priority" };
const FIELD = /^(.+?)(?:_above_(\d+)k_tokens)?(?:_(batches|flex|priority))?$/;
const WITHOUT_OUTPUT = new Set(["embedding", "rerank", "audio_speech", "image_generation", "image_edit"]);

export function litellmSheet(entry: LitellmEntry, provider: string): RateSheet {
  const sheet = new RateSheet();
  for (const [field, value] of Object.entries(entry)) {
    const [, base = "", thousands, suffix] = FIELD.exec(field) ?? [];
    const meter = METER_OF[base] ?? METER_BY_MODE[base]?.[entry.mode ?? ""];
    if (meter === undefined || typeof value !== "string") continue;
    const tier = suffix === undefined ? "standard" : (TIER_OF[suffix] ?? "standard");
    const place = { meter, tier, above: Number(thousands ?? 0) * 1000 };
    if (base !== "input_cost_per_image" || sheet.get(place) === undefined) sheet.set(place, usdPerMillion(value, 1n));
  }
  addSearches(sheet, entry, provider);
  dropMeaningless(sheet, entry.mode ?? "");
  dropFreeCaches(sheet);
  dropBaseless(sheet);
  addReasoning(sheet);
  return sheet;
}

/**
 * Searches are priced by the size of the context that they bring. Where the sizes differ, the medium one stands, as in
 * LiteLLM itself; at Perplexity a price by size is one per request.
 */
function addSearches(sheet: RateSheet, entry: LitellmEntry, provider: string): void {
  const sizes = entry.search_context_cost_per_query as Readonly<Record<string, string>> | undefined;
  const medium = sizes?.search_context_size_medium;
  if (sizes === undefined || medium === undefined) return;
  const bySize = new Set(Object.values(sizes)).size > 1;
  const meter = bySize && provider === "perplexity" ? "requests" : "web_searches";
  sheet.set({ meter, tier: "standard", above: 0 }, usdPerMillion(medium, 1n));
}

/** A zero for a meter that such a model never counts says nothing. */
function dropMeaningless(sheet: RateSheet, mode: string): void {
  for (const { place, usd } of sheet.entries()) {
    const unused = usd === "0" && (WITHOUT_OUTPUT.has(mode) || !place.meter.endsWith("_tokens"));
    if (unused) sheet.delete(place);
  }
}
