import type { UsageFields } from "./usage-fields.ts";
import { nonZero, type UsageReading } from "./usage-reading.ts";

/** Embeddings have input only; `total_tokens` repeats it. */
export function readOpenAiEmbeddings(usage: UsageFields): UsageReading {
  return { quantities: nonZero({ uncached_input_tokens: usage.required("prompt_tokens") }) };
}
