import type { Refusal } from "./refusal.ts";

/** The two encodings of OTLP/HTTP, as media types. A reply goes in that of its request. */
export const OTLP_PROTOBUF = "application/x-protobuf";
const OTLP_JSON = "application/json";
type OtlpEncoding = typeof OTLP_PROTOBUF | typeof OTLP_JSON;

/** Of a request's content type; JSON where it is neither. */
export function otlpEncodingOf(contentType: string): OtlpEncoding {
  return contentType.trim().toLowerCase().startsWith(OTLP_PROTOBUF) ? OTLP_PROTOBUF : OTLP_JSON;
}

/** The numbers of google.rpc.Code. */
const RPC_CODES: Record<Refusal["code"], number> = {
  bad_request: 3,
  unauthenticated: 16,
  forbidden: 7,
  not_found: 5,
  method_not_allowed: 12,
  conflict: 6,
  too_large: 3,
  unsupported_media_type: 3,
  too_many_requests: 8,
  internal: 13,
  unavailable: 14,
};

const utf8 = new TextEncoder();

/** A google.rpc.Status: why a request is not done. */
export function rpcStatusBytes(
  { code, message, fields = [], requestId }: Refusal,
  encoding: OtlpEncoding,
): Uint8Array<ArrayBuffer> {
  const named = fields.map(({ path, found, wanted }) => ` ${path}: found ${found}, wanted ${wanted}.`).join("");
  const status = {
    code: RPC_CODES[code],
    message: `${message}${named}${requestId === undefined ? "" : ` Request id: ${requestId}.`}`,
  };
  return encoding === OTLP_JSON
    ? jsonBytes(status)
    : Uint8Array.from([...field(1, status.code), ...field(2, utf8.encode(status.message))]);
}

export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/** How OTLP's replies name what they reject, by signal. */
const REJECTED = { traces: "rejectedSpans", metrics: "rejectedDataPoints" } as const;

/** An ExportTraceServiceResponse or ExportMetricsServiceResponse; without a partial success all was well. */
export function exportReplyBytes(
  signal: keyof typeof REJECTED,
  { rejected, message }: PartialSuccess,
  encoding: OtlpEncoding,
): Uint8Array<ArrayBuffer> {
  const fine = rejected === 0 && message === "";
  if (encoding === OTLP_JSON) {
    const partialSuccess = {
      ...(rejected > 0 && { [REJECTED[signal]]: String(rejected) }),
      errorMessage: message,
    };
    return jsonBytes(fine ? {} : { partialSuccess });
  }
  const partial = [...field(1, rejected), ...field(2, utf8.encode(message))];
  return Uint8Array.from(fine ? [] : field(1, partial));
}

function jsonBytes(value: object): Uint8Array<ArrayBuffer> {
  return utf8.encode(JSON.stringify(value));
}

/** A field of protobuf: a whole number of 0 or more, or what has a length. Zero and nothing are left out. */
function field(number: number, value: number | ArrayLike<number>): readonly number[] {
  if (typeof value === "number") return value === 0 ? [] : [number << 3, ...varint(value)];
  return value.length === 0 ? [] : [(number << 3) | 2, ...varint(value.length), ...Array.from(value)];
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}
