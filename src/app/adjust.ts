import {
  type AdjustmentOrder,
  type Correction,
  type InForce,
  type Restatement,
  rebookingOf,
  reversalOf,
} from "#core/adjustment.ts";
import type { FieldError } from "#core/field-error.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import { adjustmentsMax, type HistoryDeps, makeReadHistory } from "./event-history.ts";
import type { IngestDeps } from "./ingest.ts";
import { Unavailable } from "./unavailable.ts";

export type AdjustDeps = IngestDeps & HistoryDeps;

export interface AdjustmentRequest {
  /** Chosen by who asks: the same request again changes nothing. */
  readonly requestId: string;
  readonly source: string;
  readonly id: string;
  readonly reason: string;
  readonly change: { readonly void: true } | Correction | Restatement;
}

export type AdjustmentResult =
  | { readonly status: "accepted" | "duplicate"; readonly entries: readonly LedgerEntry[] }
  | { readonly status: "not_found" }
  | { readonly status: "conflict"; readonly reason: string }
  | { readonly status: "rejected"; readonly errors: readonly FieldError[] };

const reasonLengthMax = 500;

const overtaken = "Another adjustment of this event came first: look at what stands now and ask again.";
const requestIdUsed = "This request id was used for another adjustment of this event: choose a new one.";
const voided = "This event was voided: nothing of it stands that could be adjusted.";
const tooMany = `This event was adjusted ${adjustmentsMax} times already.`;

const conflict = (reason: string): AdjustmentResult => ({ status: "conflict", reason });

function reasonErrors(reason: string): FieldError[] {
  if (reason.trim() !== "" && reason.length <= reasonLengthMax) return [];
  const found = reason.length > reasonLengthMax ? `${reason.length} characters` : JSON.stringify(reason);
  return [{ path: "reason", found, wanted: `why, in 1 to ${reasonLengthMax} characters` }];
}

/** Equal for equal requests, whatever the order of their fields. */
function contentOf({ requestId, reason, change }: AdjustmentRequest): string {
  const sorted = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, inner]) => [name, sorted(inner)])
      : String(value);
  return JSON.stringify([requestId, reason, sorted(change)]);
}

/** What this request has made of the event before, or why its id cannot be used again. */
function before(requestId: string, contentHash: string, history: readonly LedgerEntry[]): AdjustmentResult | undefined {
  const entries = history.filter(({ adjustment }) => adjustment?.requestId === requestId);
  const [first] = entries;
  if (first === undefined) return undefined;
  return first.contentHash === contentHash ? { status: "duplicate", entries } : conflict(requestIdUsed);
}

function entriesOf(request: AdjustmentRequest, state: LedgerEntry, order: AdjustmentOrder, inForce: InForce): Entries {
  const reversal = reversalOf(state, order);
  if ("void" in request.change) return { ok: true, entries: [reversal] };
  const rebooking = rebookingOf(state, request.change, order, inForce);
  return rebooking.ok ? { ok: true, entries: [reversal, rebooking.entry] } : rebooking;
}

type Entries =
  | { readonly ok: true; readonly entries: readonly LedgerEntry[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** What would be booked. */
export interface PlannedAdjustment {
  readonly status: "planned";
  readonly request: AdjustmentRequest;
  readonly contentHash: string;
  /** What stands of the event. */
  readonly state: LedgerEntry;
  /** The reversal of it, and unless it is voided what would stand instead. */
  readonly entries: readonly LedgerEntry[];
}

export interface AdjustmentMoment extends InForce {
  readonly now: Instant;
  /** base64url */
  readonly sha256: (text: string) => string;
}

/** Says what a request would book of an event with this history, or why nothing. */
export function planAdjustment(
  request: AdjustmentRequest,
  history: readonly LedgerEntry[],
  caller: Caller,
  { rate, rules, now, sha256 }: AdjustmentMoment,
): AdjustmentResult | PlannedAdjustment {
  const { requestId, reason } = request;
  const state = history.at(-1);
  if (state === undefined || history[0]?.kind !== "usage") return { status: "not_found" };
  const contentHash = sha256(contentOf(request));
  const known = before(requestId, contentHash, history);
  if (known) return known;
  if (state.adjustment?.part === "reversal") return conflict(voided);
  const number = (state.adjustment?.number ?? 0) + 1;
  if (number > adjustmentsMax) return conflict(tooMany);

  const order = { number, requestId, reason, by: caller.keyId, contentHash, receivedAt: now };
  const made = entriesOf(request, state, order, { rate, rules });
  if (!made.ok) return { status: "rejected", errors: made.errors };
  return { status: "planned", request, contentHash, state, entries: made.entries };
}

/** Books what was planned, unless another adjustment of the event came first. */
export const makeBookAdjustment = (deps: HistoryDeps) => {
  const { ledger } = deps;
  const readHistory = makeReadHistory(deps);
  return async ({ request, contentHash, entries }: PlannedAdjustment): Promise<AdjustmentResult> => {
    const { status } = await ledger.appendTogether(entries);
    switch (status) {
      case "accepted":
        return { status, entries };
      case "duplicate":
        return (
          before(request.requestId, contentHash, await readHistory(request.source, request.id)) ?? conflict(overtaken)
        );
      case "conflict":
        return conflict(overtaken);
      case "unavailable":
        throw new Unavailable("ledger");
      default:
        return status satisfies never;
    }
  };
};

/** What an adjustment would book, by the history, the prices and the rules of now; or what it comes to without. */
export const makePlanAdjustment = (deps: AdjustDeps) => {
  const { rater, rules, clock, sha256 } = deps;
  const readHistory = makeReadHistory(deps);
  return async (request: AdjustmentRequest, caller: Caller): Promise<AdjustmentResult | PlannedAdjustment> => {
    const wrong = reasonErrors(request.reason);
    if (wrong.length > 0) return { status: "rejected", errors: wrong };
    const history = await readHistory(request.source, request.id);
    const inForce = { rate: await rater(), rules: (await rules()).compiled };
    return planAdjustment(request, history, caller, { ...inForce, now: clock(), sha256 });
  };
};

/**
 * Replaces what stands of an event by entries of their own: a reversal, and unless it is voided a rebooking. Of
 * competing requests the first wins and the others conflict; the same request again is a duplicate. However old the event
 * is, its next number is claimed in the ledger: whoever has not seen the number taken, in the lake or there, conflicts.
 */
export const makeAdjust = (deps: AdjustDeps) => {
  const plan = makePlanAdjustment(deps);
  const book = makeBookAdjustment(deps);
  return async (request: AdjustmentRequest, caller: Caller): Promise<AdjustmentResult> => {
    const planned = await plan(request, caller);
    return planned.status === "planned" ? book(planned) : planned;
  };
};
