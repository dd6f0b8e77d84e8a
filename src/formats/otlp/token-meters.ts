import type { Quantities } from "#core/meters.ts";
import { nonZero } from "../usage-reading.ts";

/** Tokens as an instrumentation tells them: totals, and what it says of their parts. */
export interface TokenTotals {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  /** The sum of input and output as the provider told it; 0 when nobody did. */
  readonly total: number;
  /** Cached tokens are known to be counted beside the input, and not in it. */
  readonly cachedBeside?: boolean;
}

/**
 * Input and output are totals that include cached and reasoning tokens: so OpenTelemetry has it, and what follows it.
 * Some older instrumentations pass on what a provider counts beside them. It shows where a part is larger than its
 * whole, or where the grand total is the sum of all.
 */
export function metersOf(totals: TokenTotals): Quantities {
  const { input, output, cacheRead, cacheWrite, reasoning, audioInput = 0, audioOutput = 0, total } = totals;
  const cached = cacheRead + cacheWrite;
  const cachedBeside = totals.cachedBeside ?? (cached > input || (cached > 0 && total === input + output + cached));
  const reasoningBeside = reasoning > output || (reasoning > 0 && total === input + output + reasoning);
  const fresh = cachedBeside ? input : input - cached;
  const said = reasoningBeside ? output : output - reasoning;
  // Cached audio is told in both parts: it is taken for cached text.
  const audioFresh = Math.min(audioInput, fresh);
  const audioSaid = Math.min(audioOutput, said);
  return nonZero({
    uncached_input_tokens: fresh - audioFresh,
    cache_read_tokens: cacheRead,
    cache_write_5m_tokens: cacheWrite,
    audio_input_tokens: audioFresh,
    text_output_tokens: said - audioSaid,
    reasoning_tokens: reasoning,
    audio_output_tokens: audioSaid,
  });
}
