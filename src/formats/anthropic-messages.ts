import type { Speed } from "#core/dimensions.ts";
import type { Quantities } from "#core/meters.ts";
import { serviceTierOf } from "#core/tier-names.ts";
import { cacheWrites } from "./cache-writes.ts";
import type { UsageFields } from "./usage-fields.ts";
import { nonZero, sumOf, type UsageReading } from "./usage-reading.ts";

const speeds: ReadonlyMap<string, Speed> = new Map([
  ["standard", "standard"],
  ["fast", "fast"],
]);

/** `input_tokens` counts neither cache reads nor writes. Thinking is in `output_tokens`, not told apart. */
function tokensOf(usage: UsageFields): Quantities {
  const split = usage.object("cache_creation");
  const fiveMinutes = split.count("ephemeral_5m_input_tokens");
  const oneHour = split.count("ephemeral_1h_input_tokens");
  const splitTotal = fiveMinutes + oneHour;
  const written = usage.has("cache_creation_input_tokens") ? usage.count("cache_creation_input_tokens") : splitTotal;
  usage.rest("cache_creation_input_tokens", written, splitTotal, "the tokens of cache_creation");
  const writes = cacheWrites(written, fiveMinutes, oneHour);
  return {
    uncached_input_tokens: usage.required("input_tokens"),
    cache_read_tokens: usage.count("cache_read_input_tokens"),
    cache_write_5m_tokens: writes.fiveMinutes,
    cache_write_1h_tokens: writes.oneHour,
    text_output_tokens: usage.required("output_tokens"),
  };
}

/**
 * A compaction of the context is billed and yet in no total: it stands only among `iterations`.
 * https://platform.claude.com/docs/en/build-with-claude/compaction-threshold
 */
export function readAnthropicMessages(usage: UsageFields): UsageReading {
  const compactions = usage.list("iterations").filter((iteration) => iteration.text("type") === "compaction");
  const serviceTier = serviceTierOf(usage.text("service_tier") ?? "");
  const place = usage.text("inference_geo");
  const speed = speeds.get(usage.text("speed") ?? "");
  return {
    quantities: nonZero({
      ...sumOf(tokensOf(usage), compactions.map(tokensOf)),
      web_searches: usage.object("server_tool_use").count("web_search_requests"),
    }),
    ...(serviceTier && { serviceTier }),
    ...(place && place !== "not_available" && { servingLocation: place }),
    ...(speed && { speed }),
  };
}
