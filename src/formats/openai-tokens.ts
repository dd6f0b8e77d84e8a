import type { Quantities } from "#core/meters.ts";
import type { UsageFields } from "./usage-fields.ts";

/** How one of OpenAI's interfaces spells its totals. */
export interface OpenAiNames {
  readonly input: string;
  readonly inputDetails: string;
  readonly output: string;
  readonly outputDetails: string;
}

interface CachedParts {
  readonly image: number;
  readonly audio: number;
}

/**
 * Which of the cached tokens were images and audio. Where the provider does not say, text was cached first, then
 * images, then audio: only what cannot have been text is anything else.
 */
function cachedParts(details: UsageFields, cached: number, room: number): CachedParts {
  if (details.has("cached_tokens_details")) {
    const parts = details.object("cached_tokens_details");
    return { image: parts.count("image_tokens"), audio: parts.count("audio_tokens") };
  }
  const notText = Math.min(cached, Math.max(0, cached - room));
  const image = Math.min(details.count("image_tokens"), notText);
  return { image, audio: Math.min(details.count("audio_tokens"), notText - image) };
}

/** DeepSeek tells its cached tokens beside the prompt and not among its details. */
function cachedTokens(usage: UsageFields, details: UsageFields): number {
  return details.has("cached_tokens") ? details.count("cached_tokens") : usage.count("prompt_cache_hit_tokens");
}

/** LiteLLM says `cache_creation_tokens` for what OpenAI and OpenRouter call `cache_write_tokens`. */
function inputQuantities(usage: UsageFields, names: OpenAiNames): Quantities {
  const total = usage.required(names.input);
  const details = usage.object(names.inputDetails);
  const cached = cachedTokens(usage, details);
  const written = details.count(details.has("cache_write_tokens") ? "cache_write_tokens" : "cache_creation_tokens");
  const audio = details.count("audio_tokens");
  const image = details.count("image_tokens");
  const cachedPart = cachedParts(details, cached, total - written - audio - image);
  const read = details.rest("cached_tokens", cached, cachedPart.audio, "its audio tokens");
  const freshAudio = details.rest("audio_tokens", audio, cachedPart.audio, "the cached ones");
  const freshImage = details.rest("image_tokens", image, cachedPart.image, "the cached ones");
  const parts = cached + written + freshAudio + freshImage;
  return {
    uncached_input_tokens: usage.rest(names.input, total, parts, "cached, written, audio and image tokens"),
    cache_read_tokens: read,
    cache_write_5m_tokens: written,
    image_input_tokens: freshImage,
    audio_input_tokens: freshAudio,
    cached_audio_input_tokens: cachedPart.audio,
  };
}

/**
 * Reasoning tokens are part of OpenAI's output. xAI counts them beside it: the grand total proves it, where it is the
 * sum of input, output and reasoning. Predicted tokens, accepted or rejected, are output like any other.
 */
function outputQuantities(usage: UsageFields, names: OpenAiNames): Quantities {
  const details = usage.object(names.outputDetails);
  const reasoning = details.count("reasoning_tokens");
  const audio = details.count("audio_tokens");
  const image = details.count("image_tokens");
  const reported = usage.required(names.output);
  const beside = reasoning > 0 && usage.count("total_tokens") === usage.count(names.input) + reported + reasoning;
  const parts = (beside ? 0 : reasoning) + audio + image;
  return {
    text_output_tokens: usage.rest(names.output, reported, parts, "reasoning, audio and image tokens"),
    reasoning_tokens: reasoning,
    image_output_tokens: image,
    audio_output_tokens: audio,
  };
}

export function openAiQuantities(usage: UsageFields, names: OpenAiNames): Quantities {
  return { ...inputQuantities(usage, names), ...outputQuantities(usage, names) };
}
