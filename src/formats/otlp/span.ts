export type AttributeValue = string | number | boolean;

/** By name. Only single values: what is read of a call is never a list or a structure. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** What is read of a span of OTLP; its texts of prompts and answers are left behind. */
export interface OtlpSpan {
  /** In lower-case hex. */
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  /** Epoch milliseconds; 0 when nobody said. */
  readonly startMs: number;
  readonly endMs: number;
  /** Its status is an error. */
  readonly failed: boolean;
  /** The instrumentation. */
  readonly scope: Scope;
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

export type SpansResult =
  | { readonly ok: true; readonly spans: readonly OtlpSpan[] }
  | { readonly ok: false; readonly reason: string };

/** Longer texts are prompts and answers: they are not even decoded where that can be avoided. */
export const TEXT_CHARS_MAX = 8_192;

/** An empty span takes two bytes in a request, and some hundred in memory: a small body could hold millions. */
const spansMax = 100_000;

/** What decoding throws on, with the reason. Nothing else may come of bad input. */
export class Malformed extends Error {}

/** @throws Malformed above what a request may have */
export function assertSpanCount(count: number): void {
  if (count > spansMax) throw new Malformed(`it has more than ${spansMax} spans: send fewer in a request`);
}

/** A status code of OTLP that says that it failed. */
export const STATUS_ERROR = 2;

/** Of nanoseconds since the epoch, as nearly as a number holds them: both encodings round alike. */
export function millisecondsOf(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1e6);
}
