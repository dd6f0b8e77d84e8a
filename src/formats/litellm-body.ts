/** One payload of a post, or why a line of it is none. */
export type LiteLlmItem =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly line: number; readonly text: string };

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/**
 * The payloads of a post, in order: an array, one object, or one a line, whatever its content type says. A line that
 * is no JSON stands for itself alone.
 */
export function liteLlmItems(body: string): readonly LiteLlmItem[] {
  const whole = parse(body);
  if (whole !== undefined) {
    const payloads: readonly unknown[] = Array.isArray(whole.value) ? whole.value : [whole.value];
    return payloads.map((payload) => ({ ok: true, payload }));
  }
  return body.split("\n").flatMap((line, i): LiteLlmItem[] => {
    if (line.trim() === "") return [];
    const parsed = parse(line);
    return [parsed ? { ok: true, payload: parsed.value } : { ok: false, line: i + 1, text: line.slice(0, 60) }];
  });
}
