import type { Quantities } from "#core/meters.ts";
import type { PicoUsd } from "#core/money.ts";
import type { OtlpSpan } from "./span.ts";

/** What one span says of one call of a model. */
export interface ModelCall {
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** None: the instrumentation did not learn its usage, as of a stream that was not asked for it. */
  readonly quantities: Quantities | undefined;
  /** Something came back: a call without usage that was given up is none. */
  readonly answered: boolean;
  /** The totals are known, what of them was cached is not. */
  readonly estimated: boolean;
  readonly responseId: string | undefined;
  readonly serviceTier: string | undefined;
  /** What the sender believes it to have cost. */
  readonly senderCost?: PicoUsd;
}

/**
 * By the span's own attributes alone: a call; none, in this dialect; unknown, where the dialect is this one and the
 * operation is new to us; undefined when it speaks another one.
 */
export type Dialect = (span: OtlpSpan) => ModelCall | "no_call" | "unknown" | undefined;
