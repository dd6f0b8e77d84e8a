import { attribution } from "#contract/attribution.ts";
import { insteadOfMeter, QUANTITY_METERS } from "#contract/meters.ts";
import { usageFailure } from "../failure.ts";

/** An event on its way: the server judges its values. */
export interface DraftEvent extends Record<string, unknown> {
  meters?: Record<string, unknown>;
  attribution?: Record<string, unknown>;
  tags?: Record<string, unknown>;
}

export type FieldSetter = (event: DraftEvent, text: string) => void;

const plainFields: ReadonlySet<string> = new Set(
  "id source provider model service_tier speed serving_location response_id".split(" "),
);
const attributionFields: ReadonlySet<string> = new Set(Object.keys(attribution.shape));
const meterNames: ReadonlySet<string> = new Set(QUANTITY_METERS);

/** A whole number where the text is one; else the text, for the server to say what it wants. */
function numberOr(text: string): number | string {
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

/**
 * RFC 3339 of a time as tables write it. A time without an offset is taken as UTC, and so is a date alone (its first
 * moment); anything else stays as it is.
 */
export function utcTime(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ Tt](\d{2}:\d{2}:\d{2})(\.\d{1,9})?\d*\s*([Zz]|[+-]\d{2}:\d{2})?)?$/.exec(
    text,
  );
  if (!match) return text;
  const [, date, time = "00:00:00", fraction = "", offset = "Z"] = match;
  return `${date}T${time}${fraction}${offset}`;
}

function into(group: "meters" | "attribution" | "tags", name: string, read: (text: string) => unknown): FieldSetter {
  return (event, text) => {
    event[group] = { ...event[group], [name]: read(text) };
  };
}

const asText = (text: string) => text;

/** What writes a field of `--map` or `--set`; undefined when there is no such field. */
export function fieldSetter(field: string): FieldSetter | undefined {
  const bare = field.replace(/^(meters|attribution)\./, "");
  if (field.startsWith("tags.")) return into("tags", field.slice("tags.".length), asText);
  if (attributionFields.has(bare)) return into("attribution", bare, asText);
  if (meterNames.has(bare)) return into("meters", bare, numberOr);
  if (field === "time") return (event, text) => Object.assign(event, { time: utcTime(text) });
  if (field === "requests") return (event, text) => Object.assign(event, { requests: numberOr(text) });
  if (field === "quantities_estimated") {
    return (event, text) => Object.assign(event, { quantities_estimated: text === "true" || text });
  }
  if (plainFields.has(field)) return (event, text) => Object.assign(event, { [field]: text });
  return undefined;
}

export function requireSetter(option: string, field: string): FieldSetter {
  const setter = fieldSetter(field);
  if (setter) return setter;
  const fields = [...plainFields, "time", "requests", "quantities_estimated", ...attributionFields, "tags.NAME"];
  throw usageFailure(
    `${option}: there is no field ${field}`,
    `${insteadOfMeter(field)}; or one of ${fields.join(", ")}`,
  );
}
