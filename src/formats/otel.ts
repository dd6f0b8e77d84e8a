import type { UsageFields } from "./usage-fields.ts";
import { nonZero, type UsageReading } from "./usage-reading.ts";

/**
 * The attributes of OpenTelemetry's GenAI conventions, the current name first, then those of older conventions and of
 * instrumentations in use. Each may stand with or without its prefix "gen_ai.usage.".
 */
const spellings = {
  input: ["input_tokens", "prompt_tokens"],
  output: ["output_tokens", "completion_tokens"],
  cacheRead: ["cache_read.input_tokens", "cache_read_input_tokens"],
  cacheWrite: ["cache_creation.input_tokens", "cache_creation_input_tokens"],
  reasoning: ["reasoning.output_tokens", "reasoning_tokens"],
} as const;

/** The name under which the usage tells it; the current one where it does not. */
function nameIn(usage: UsageFields, names: readonly [string, ...string[]]): string {
  for (const name of names) {
    if (usage.has(`gen_ai.usage.${name}`)) return `gen_ai.usage.${name}`;
    if (usage.has(name)) return name;
  }
  return `gen_ai.usage.${names[0]}`;
}

/**
 * OpenTelemetry's input and output are totals: they include cached and reasoning tokens. An embedding has no output:
 * only the input must be there. The conventions do not say how long a cache write is kept: five minutes, the
 * providers' default.
 */
export function readOtel(usage: UsageFields): UsageReading {
  const input = nameIn(usage, spellings.input);
  const output = nameIn(usage, spellings.output);
  const read = usage.count(nameIn(usage, spellings.cacheRead));
  const written = usage.count(nameIn(usage, spellings.cacheWrite));
  const reasoning = usage.count(nameIn(usage, spellings.reasoning));
  return {
    quantities: nonZero({
      uncached_input_tokens: usage.rest(input, usage.required(input), read + written, "cached and written tokens"),
      cache_read_tokens: read,
      cache_write_5m_tokens: written,
      text_output_tokens: usage.rest(output, usage.count(output), reasoning, "reasoning tokens"),
      reasoning_tokens: reasoning,
    }),
  };
}
