import { serviceTierOf } from "#core/tier-names.ts";
import type { UsageFields } from "./usage-fields.ts";
import { nonZero, type UsageReading } from "./usage-reading.ts";

function ofModality(usage: UsageFields, listName: string, modality: string): number {
  let count = 0;
  for (const detail of usage.list(listName)) {
    if (detail.text("modality")?.toUpperCase() === modality) count += detail.count("tokenCount");
  }
  return count;
}

interface PromptTokens {
  readonly text: number;
  readonly image: number;
  readonly audio: number;
  readonly cached: number;
  readonly cachedAudio: number;
}

/**
 * Cached tokens are in the prompt. Where the provider does not say which of them were audio, only what cannot have
 * been anything else was. The Live API prices images and video apart; elsewhere they, and documents, cost what text
 * does.
 */
function promptTokens(usage: UsageFields, live: boolean): PromptTokens {
  const prompt = usage.required("promptTokenCount");
  const cached = usage.count("cachedContentTokenCount");
  const toldAudio = ofModality(usage, "cacheTokensDetails", "AUDIO");
  const audio = usage.has("promptTokensDetails") ? ofModality(usage, "promptTokensDetails", "AUDIO") : toldAudio;
  const notText = Math.min(audio, cached, Math.max(0, cached - (prompt - audio)));
  const cachedAudio = usage.has("cacheTokensDetails") ? toldAudio : notText;
  const freshAudio = usage.rest("promptTokensDetails", audio, cachedAudio, "the audio tokens of cacheTokensDetails");
  const rest = usage.rest("promptTokenCount", prompt, cached + freshAudio, "cached and audio tokens");
  const pictures = ["IMAGE", "VIDEO"].map((modality) => ofModality(usage, "promptTokensDetails", modality));
  const image = live
    ? Math.min(
        rest,
        pictures.reduce((a, b) => a + b),
      )
    : 0;
  return {
    text: rest - image,
    image,
    audio: freshAudio,
    cached: usage.rest("cachedContentTokenCount", cached, cachedAudio, "the audio tokens of cacheTokensDetails"),
    cachedAudio,
  };
}

/**
 * Gemini API and Vertex. Tool-use prompt tokens and thoughts stand beside prompt and candidates. The Live API says
 * "response" for "candidates". A count of zero may be left out.
 */
export function readGemini(usage: UsageFields): UsageReading {
  const live = usage.has("responseTokenCount");
  const output = live ? "responseTokenCount" : "candidatesTokenCount";
  const outputDetails = live ? "responseTokensDetails" : "candidatesTokensDetails";
  const prompt = promptTokens(usage, live);
  const toolUse = usage.count("toolUsePromptTokenCount");
  const toolUseAudio = ofModality(usage, "toolUsePromptTokensDetails", "AUDIO");
  const audioOutput = ofModality(usage, outputDetails, "AUDIO");
  const imageOutput = ofModality(usage, outputDetails, "IMAGE");
  const serviceTier = serviceTierOf(usage.text("serviceTier") ?? usage.text("trafficType") ?? "");
  return {
    quantities: nonZero({
      uncached_input_tokens:
        prompt.text + usage.rest("toolUsePromptTokenCount", toolUse, toolUseAudio, "its audio tokens"),
      cache_read_tokens: prompt.cached,
      image_input_tokens: prompt.image,
      audio_input_tokens: prompt.audio + toolUseAudio,
      cached_audio_input_tokens: prompt.cachedAudio,
      text_output_tokens: usage.rest(output, usage.count(output), audioOutput + imageOutput, "audio and image tokens"),
      reasoning_tokens: usage.count("thoughtsTokenCount"),
      image_output_tokens: imageOutput,
      audio_output_tokens: audioOutput,
    }),
    ...(serviceTier && { serviceTier }),
  };
}
