import { cacheWrites } from "./cache-writes.ts";
import type { UsageFields } from "./usage-fields.ts";
import { nonZero, type UsageReading } from "./usage-reading.ts";

/** `inputTokens` counts neither cache reads nor writes; `cacheDetails` splits the writes by how long they are kept. */
export function readBedrockConverse(usage: UsageFields): UsageReading {
  let fiveMinutes = 0;
  let oneHour = 0;
  for (const detail of usage.list("cacheDetails")) {
    if (detail.text("ttl") === "1h") oneHour += detail.count("inputTokens");
    else fiveMinutes += detail.count("inputTokens");
  }
  const splitTotal = fiveMinutes + oneHour;
  const written = usage.has("cacheWriteInputTokens") ? usage.count("cacheWriteInputTokens") : splitTotal;
  usage.rest("cacheWriteInputTokens", written, splitTotal, "the tokens of cacheDetails");
  const writes = cacheWrites(written, fiveMinutes, oneHour);
  return {
    quantities: nonZero({
      uncached_input_tokens: usage.required("inputTokens"),
      cache_read_tokens: usage.count("cacheReadInputTokens"),
      cache_write_5m_tokens: writes.fiveMinutes,
      cache_write_1h_tokens: writes.oneHour,
      text_output_tokens: usage.required("outputTokens"),
    }),
  };
}
