/** Neither control characters nor lone surrogates. */
const printable = /^[^\p{Cc}\p{Cs}]*$/u;

/** A text that may stand in an event: trimmed, of 1 to `max` characters, without control characters; else undefined. */
export function plainText(value: unknown, max: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return text.length > 0 && text.length <= max && printable.test(text) ? text : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const nothing: Fields = {};

/** The fields of a JSON object; none where it is anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : nothing;
}
