import { PbfReader } from "pbf";
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

// opentelemetry-proto: trace/v1/trace.proto, common/v1/common.proto, resource/v1/resource.proto.

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

const utf8BytesPerCharMax = 3;
const idBytesMax = 16;

/** The field's number; 0 at the end of the message. Its value must be read or skipped before the next is asked for. */
function nextField(pbf: PbfReader, end: number): number {
  if (pbf.pos === end) return 0;
  if (pbf.pos > end) throw new Malformed("a part is longer than what holds it");
  const tag = pbf.readVarint();
  pbf.type = tag & 7;
  const number = tag >>> 3;
  if (number === 0) throw new Malformed("a field has the number 0");
  return number;
}

function wantType(pbf: PbfReader, type: number, what: string): void {
  if (pbf.type !== type) throw new Malformed(`${what} has wire type ${pbf.type}, wanted ${type}`);
}

/** Where the value of a length-delimited field ends. */
function endOf(pbf: PbfReader, what: string): number {
  wantType(pbf, BYTES, what);
  const end = pbf.readVarint() + pbf.pos;
  if (end > pbf.length) throw new Malformed(`${what} goes on beyond the end of the body`);
  return end;
}

function textOf(pbf: PbfReader, what: string): string {
  wantType(pbf, BYTES, what);
  return pbf.readString();
}

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hexOf(pbf: PbfReader, what: string): string {
  const end = endOf(pbf, what);
  if (end - pbf.pos > idBytesMax) throw new Malformed(`${what} has more than ${idBytesMax} bytes`);
  let hex = "";
  while (pbf.pos < end) hex += hexDigits[pbf.buf[pbf.pos++] as number];
  return hex;
}

/** Undefined: a list, a structure, bytes, or a text that is too long to be anything but content. */
function readValue(pbf: PbfReader, end: number): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 1) value = shortText(pbf);
    else if (number === 2) {
      wantType(pbf, VARINT, "AnyValue.bool_value");
      value = pbf.readBoolean();
    } else if (number === 3) {
      wantType(pbf, VARINT, "AnyValue.int_value");
      value = pbf.readVarint(true);
    } else if (number === 4) {
      wantType(pbf, FIXED64, "AnyValue.double_value");
      value = pbf.readDouble();
    } else {
      value = undefined;
      pbf.skip(pbf.type);
    }
  }
  return value;
}

function shortText(pbf: PbfReader): string | undefined {
  const start = pbf.pos;
  const end = endOf(pbf, "AnyValue.string_value");
  if (end - pbf.pos > TEXT_CHARS_MAX * utf8BytesPerCharMax) {
    pbf.pos = end;
    return undefined;
  }
  pbf.pos = start;
  const text = pbf.readString();
  return text.length > TEXT_CHARS_MAX ? undefined : text;
}

function readAttribute(pbf: PbfReader, into: Map<string, AttributeValue>): void {
  const end = endOf(pbf, "KeyValue");
  let key = "";
  let value: AttributeValue | undefined;
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 1) key = textOf(pbf, "KeyValue.key");
    else if (number === 2) value = readValue(pbf, endOf(pbf, "KeyValue.value"));
    else pbf.skip(pbf.type);
  }
  if (value !== undefined) into.set(key, value);
}

function readScope(pbf: PbfReader): Scope {
  const end = endOf(pbf, "ScopeSpans.scope");
  let name = "";
  let version = "";
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 1) name = textOf(pbf, "InstrumentationScope.name");
    else if (number === 2) version = textOf(pbf, "InstrumentationScope.version");
    else pbf.skip(pbf.type);
  }
  return { name, version };
}

function readResource(pbf: PbfReader): Attributes {
  const end = endOf(pbf, "ResourceSpans.resource");
  const attributes = new Map<string, AttributeValue>();
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 1) readAttribute(pbf, attributes);
    else pbf.skip(pbf.type);
  }
  return attributes;
}

function readStatus(pbf: PbfReader): boolean {
  const end = endOf(pbf, "Span.status");
  let failed = false;
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 3) {
      wantType(pbf, VARINT, "Status.code");
      failed = pbf.readVarint() === STATUS_ERROR;
    } else pbf.skip(pbf.type);
  }
  return failed;
}

function readTime(pbf: PbfReader, what: string): number {
  wantType(pbf, FIXED64, what);
  return millisecondsOf(pbf.readFixed64());
}

type Draft = { -readonly [K in keyof OtlpSpan]: OtlpSpan[K] };

function readSpan(pbf: PbfReader): Draft {
  const end = endOf(pbf, "Span");
  const attributes = new Map<string, AttributeValue>();
  const span: Draft = { ...noSpan, attributes };
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 1) span.traceId = hexOf(pbf, "Span.trace_id");
    else if (number === 2) span.spanId = hexOf(pbf, "Span.span_id");
    else if (number === 5) span.name = textOf(pbf, "Span.name");
    else if (number === 7) span.startMs = readTime(pbf, "Span.start_time_unix_nano");
    else if (number === 8) span.endMs = readTime(pbf, "Span.end_time_unix_nano");
    else if (number === 9) readAttribute(pbf, attributes);
    else if (number === 15) span.failed = readStatus(pbf);
    else pbf.skip(pbf.type);
  }
  return span;
}

const none: Attributes = new Map();
const noScope: Scope = { name: "", version: "" };

const noSpan: OtlpSpan = {
  traceId: "",
  spanId: "",
  name: "",
  startMs: 0,
  endMs: 0,
  failed: false,
  scope: noScope,
  attributes: none,
  resource: none,
};

function readScopeSpans(pbf: PbfReader, into: Draft[]): void {
  const end = endOf(pbf, "ScopeSpans");
  const first = into.length;
  let scope = noScope;
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 1) scope = readScope(pbf);
    else if (number === 2) {
      into.push(readSpan(pbf));
      assertSpanCount(into.length);
    } else pbf.skip(pbf.type);
  }
  for (let i = first; i < into.length; i++) (into[i] as Draft).scope = scope;
}

/** A resource may stand behind its spans: fields come in any order. */
function readResourceSpans(pbf: PbfReader, into: Draft[]): void {
  const end = endOf(pbf, "ResourceSpans");
  const first = into.length;
  let resource = none;
  for (let number = nextField(pbf, end); number > 0; number = nextField(pbf, end)) {
    if (number === 1) resource = readResource(pbf);
    else if (number === 2) readScopeSpans(pbf, into);
    else pbf.skip(pbf.type);
  }
  for (let i = first; i < into.length; i++) (into[i] as Draft).resource = resource;
}

/** The spans of an ExportTraceServiceRequest. Unknown fields are skipped, as protobuf wants it. */
export function readProtobufSpans(bytes: Uint8Array): SpansResult {
  const pbf = new PbfReader(bytes);
  const spans: Draft[] = [];
  try {
    for (let number = nextField(pbf, pbf.length); number > 0; number = nextField(pbf, pbf.length)) {
      if (number === 1) readResourceSpans(pbf, spans);
      else pbf.skip(pbf.type);
    }
  } catch (error) {
    // The reader throws plain errors where a number never ends or the body does.
    return { ok: false, reason: error instanceof Malformed ? error.message : "it breaks off within a value" };
  }
  return { ok: true, spans };
}
