import {
  type Attributes,
  type AttributeValue,
  assertSpanCount,
  Malformed,
  millisecondsOf,
  type OtlpSpan,
  type Scope,
  type SpansResult,
  STATUS_ERROR,
  TEXT_CHARS_MAX,
} from "./span.ts";

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Malformed(`${path} is no object`);
}

/** An absent list is empty. */
function listOf(fields: Fields, name: string, path: string): readonly Fields[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) throw new Malformed(`${path}.${name} is no list`);
  return value.map((item, i) => fieldsOf(item, `${path}.${name}[${i}]`));
}

function textOf(fields: Fields, name: string, path: string): string {
  const value = fields[name] ?? "";
  if (typeof value === "string") return value;
  throw new Malformed(`${path}.${name} is no text`);
}

/** 64-bit numbers stand in quotes in the JSON of protobuf; some senders leave them out. */
function numberOf(value: unknown, path: string): number {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof read === "number" && (!Number.isNaN(read) || value === "NaN")) return read;
  throw new Malformed(`${path} is no number`);
}

function attributeValueOf(value: Fields, path: string): AttributeValue | undefined {
  const { stringValue, boolValue, intValue, doubleValue } = value;
  if (stringValue != null) {
    const text = textOf(value, "stringValue", path);
    return text.length > TEXT_CHARS_MAX ? undefined : text;
  }
  if (boolValue != null) {
    if (typeof boolValue === "boolean") return boolValue;
    throw new Malformed(`${path}.boolValue is neither true nor false`);
  }
  if (intValue != null) return numberOf(intValue, `${path}.intValue`);
  return doubleValue == null ? undefined : numberOf(doubleValue, `${path}.doubleValue`);
}

function attributesOf(fields: Fields, path: string): Attributes {
  const attributes = new Map<string, AttributeValue>();
  for (const one of listOf(fields, "attributes", path)) {
    const at = `${path}.attributes`;
    const value = attributeValueOf(fieldsOf(one.value ?? {}, `${at}.value`), `${at}.value`);
    if (value !== undefined) attributes.set(textOf(one, "key", at), value);
  }
  return attributes;
}

function spanOf(fields: Fields, path: string, scope: Scope, resource: Attributes): OtlpSpan {
  const time = (name: string) => millisecondsOf(numberOf(fields[name] ?? 0, `${path}.${name}`));
  const { code } = fieldsOf(fields.status ?? {}, `${path}.status`);
  return {
    traceId: textOf(fields, "traceId", path).toLowerCase(),
    spanId: textOf(fields, "spanId", path).toLowerCase(),
    name: textOf(fields, "name", path),
    startMs: time("startTimeUnixNano"),
    endMs: time("endTimeUnixNano"),
    failed: code === STATUS_ERROR || code === "STATUS_CODE_ERROR",
    scope,
    attributes: attributesOf(fields, path),
    resource,
  };
}

function spansIn(root: unknown): OtlpSpan[] {
  const spans: OtlpSpan[] = [];
  for (const [r, resourceSpans] of listOf(fieldsOf(root, "the body"), "resourceSpans", "the body").entries()) {
    const path = `resourceSpans[${r}]`;
    const resource = attributesOf(fieldsOf(resourceSpans.resource ?? {}, `${path}.resource`), `${path}.resource`);
    for (const [s, scopeSpans] of listOf(resourceSpans, "scopeSpans", path).entries()) {
      const at = `${path}.scopeSpans[${s}]`;
      const fields = fieldsOf(scopeSpans.scope ?? {}, `${at}.scope`);
      const scope = { name: textOf(fields, "name", at), version: textOf(fields, "version", at) };
      for (const [i, span] of listOf(scopeSpans, "spans", at).entries()) {
        spans.push(spanOf(span, `${at}.spans[${i}]`, scope, resource));
        assertSpanCount(spans.length);
      }
    }
  }
  return spans;
}

/** The spans of an ExportTraceServiceRequest in the JSON that OTLP has made of it: ids in hex, enums as numbers. */
export function readJsonSpans(root: unknown): SpansResult {
  try {
    return { ok: true, spans: spansIn(root) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, reason: error.message };
    throw error;
  }
}
