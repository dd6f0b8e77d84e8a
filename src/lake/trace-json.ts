import type { AttributionTrace } from "#core/attribution.ts";

interface JsonTrace extends Omit<AttributionTrace, "filledBy" | "coveredBy" | "isGuessed"> {
  readonly filled_by?: AttributionTrace["filledBy"];
  readonly covered_by?: string;
  readonly is_guessed?: true;
}

/** How an attribution came about, as the lake has it: JSON text, its names those of columns; null for none. */
export function traceToJson(trace: AttributionTrace | undefined): string | null {
  if (trace === undefined) return null;
  const { filledBy, coveredBy, isGuessed, ...others } = trace;
  const text = JSON.stringify({ filled_by: filledBy, ...others, covered_by: coveredBy, is_guessed: isGuessed });
  return text === "{}" ? null : text;
}

export function traceFromJson(text: string): AttributionTrace {
  const { filled_by, covered_by, is_guessed, ...others } = JSON.parse(text) as JsonTrace;
  return {
    ...(filled_by && { filledBy: filled_by }),
    ...others,
    ...(covered_by !== undefined && { coveredBy: covered_by }),
    ...(is_guessed && { isGuessed: is_guessed }),
  };
}
