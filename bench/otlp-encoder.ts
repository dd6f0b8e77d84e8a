import { PbfWriter } from "pbf";

export type Value =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly Value[] } };

export interface KeyValue {
  readonly key: string;
  readonly value: Value;
}

export interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly KeyValue[] }[];
  readonly status: { readonly code: number; readonly message: string };
}

/** An ExportTraceServiceRequest in OTLP's JSON. */
export interface JsonRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly JsonSpan[];
    }[];
  }[];
}

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

/** By Node's own encoder: that of the writer is wrong beyond the basic plane. */
const writeText = (pbf: PbfWriter, field: number, text: string) => pbf.writeBytesField(field, Buffer.from(text));

/** Exactly, as a number could not: little-endian. */
function fixed64(pbf: PbfWriter, field: number, decimal: string): void {
  const value = BigInt(decimal);
  pbf.writeTag(field, 1);
  pbf.writeFixed32(Number(value & 0xffff_ffffn));
  pbf.writeFixed32(Number(value >> 32n));
}

function writeValue(value: Value, pbf: PbfWriter): void {
  if ("stringValue" in value) writeText(pbf, 1, value.stringValue);
  else if ("boolValue" in value) pbf.writeBooleanField(2, value.boolValue);
  else if ("intValue" in value) pbf.writeVarintField(3, Number(value.intValue));
  else if ("doubleValue" in value) pbf.writeDoubleField(4, value.doubleValue);
  else pbf.writeMessage(5, writeList, value.arrayValue.values);
}

function writeList(values: readonly Value[], pbf: PbfWriter): void {
  for (const value of values) pbf.writeMessage(1, writeValue, value);
}

function writeAttribute({ key, value }: KeyValue, pbf: PbfWriter): void {
  writeText(pbf, 1, key);
  pbf.writeMessage(2, writeValue, value);
}

function writeSpan(span: JsonSpan, pbf: PbfWriter): void {
  pbf.writeBytesField(1, bytesOf(span.traceId));
  pbf.writeBytesField(2, bytesOf(span.spanId));
  pbf.writeBytesField(4, bytesOf(span.parentSpanId));
  writeText(pbf, 5, span.name);
  pbf.writeVarintField(6, span.kind);
  fixed64(pbf, 7, span.startTimeUnixNano);
  fixed64(pbf, 8, span.endTimeUnixNano);
  for (const attribute of span.attributes) pbf.writeMessage(9, writeAttribute, attribute);
  for (const event of span.events) {
    pbf.writeMessage(
      11,
      ({ name, attributes }: typeof event, inner) => {
        writeText(inner, 2, name);
        for (const attribute of attributes) inner.writeMessage(3, writeAttribute, attribute);
      },
      event,
    );
  }
  pbf.writeMessage(
    15,
    ({ code, message }: JsonSpan["status"], inner) => {
      writeText(inner, 2, message);
      inner.writeVarintField(3, code);
    },
    span.status,
  );
}

/** The same request in protobuf, by opentelemetry-proto's field numbers. */
export function toProtobuf({ resourceSpans }: JsonRequest): Uint8Array<ArrayBuffer> {
  const pbf = new PbfWriter();
  for (const each of resourceSpans) {
    pbf.writeMessage(
      1,
      ({ resource, scopeSpans }: typeof each, outer) => {
        outer.writeMessage(
          1,
          (attributes: readonly KeyValue[], inner) => {
            for (const attribute of attributes) inner.writeMessage(1, writeAttribute, attribute);
          },
          resource.attributes,
        );
        for (const scoped of scopeSpans) {
          outer.writeMessage(
            2,
            ({ scope, spans }: typeof scoped, inner) => {
              inner.writeMessage(
                1,
                ({ name, version }: typeof scope, innermost) => {
                  writeText(innermost, 1, name);
                  writeText(innermost, 2, version);
                },
                scope,
              );
              for (const span of spans) inner.writeMessage(2, writeSpan, span);
            },
            scoped,
          );
        }
      },
      each,
    );
  }
  return Uint8Array.from(pbf.finish());
}
