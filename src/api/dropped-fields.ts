import { attribution } from "#contract/attribution.ts";
import { UNKNOWN_FIELD_LENGTH_MAX, UNKNOWN_FIELDS_MAX, usageEvent } from "#contract/events.ts";

/** What was sent and is not kept. */
export interface DroppedFields {
  /** Something was where senders put what was said to a model. */
  readonly content: boolean;
  /** Paths of the fields that nobody knows, likely misspelt; bounded, for they are told to the sender. */
  readonly unknown: readonly string[];
}

/** Where senders put what was said to a model and what it answered. None of it is ever read. */
const CONTENT_FIELDS: ReadonlySet<string> = new Set([
  "messages",
  "prompt",
  "prompts",
  "system",
  "instructions",
  "input",
  "inputs",
  "output",
  "outputs",
  "output_text",
  "completion",
  "completions",
  "content",
  "contents",
  "text",
  "choices",
  "candidates",
  "request",
  "response",
]);

const eventFields: ReadonlySet<string> = new Set(Object.keys(usageEvent.shape));
const attributionFields: ReadonlySet<string> = new Set(Object.keys(attribution.shape));

/** Of an event that fits the schema. */
export function droppedFields(sent: object): DroppedFields {
  const dropped = { content: false, unknown: [] as string[] };
  const note = (fields: object, known: ReadonlySet<string>, prefix: string) => {
    for (const name of Object.keys(fields)) {
      if (known.has(name)) continue;
      if (CONTENT_FIELDS.has(name)) dropped.content = true;
      else if (dropped.unknown.length < UNKNOWN_FIELDS_MAX) {
        dropped.unknown.push(`${prefix}${name}`.slice(0, UNKNOWN_FIELD_LENGTH_MAX));
      }
    }
  };
  note(sent, eventFields, "");
  const { attribution: claimed } = sent as { attribution?: object | null };
  if (claimed) note(claimed, attributionFields, "attribution.");
  return dropped;
}
