import type { AuditAction, AuditDraft } from "#core/audit.ts";
import { eventKey } from "#core/event-key.ts";
import type { FieldError } from "#core/field-error.ts";
import { isPriceGiven } from "#core/given-prices.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import {
  type Assignment,
  assignmentTo,
  isSameUsage,
  type RestatedEvent,
  type RestatedGroup,
  type RestatementKind,
  restatedGroups,
  type UnpricedGroup,
  unpricedGroups,
} from "#core/restatement.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import { unpricedMeters } from "#core/unpriced-meters.ts";
import {
  type AdjustDeps,
  type AdjustmentRequest,
  type AdjustmentResult,
  makeBookAdjustment,
  type PlannedAdjustment,
  planAdjustment,
} from "./adjust.ts";
import { assignmentErrors } from "./assignment-errors.ts";
import { auditOnce } from "./audit-once.ts";
import type { Caller } from "./caller.ts";
import { makeReadHistory } from "./event-history.ts";
import type { AuditLog } from "./ports/audit.ts";
import type { LakeEvents } from "./ports/lake-events.ts";
import type { PipelineState } from "./ports/pipeline-state.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import {
  type EventPlace,
  eventsPerPage,
  makeSelectEvents,
  type SelectedEvent,
  type Selection,
} from "./select-events.ts";

export interface RestateDeps extends Omit<AdjustDeps, "lakeEvents"> {
  readonly engine: QueryEngine;
  readonly audit: AuditLog;
  readonly pipeline: Pick<PipelineState, "watermark">;
  /** False when there is no such key. */
  readonly revokeKey: (id: string, reason: string, caller: Caller) => Promise<boolean>;
}

/** A page of a restatement. */
export interface RestatementRequest extends Selection {
  /** Chosen by who asks, one for all pages: what it has done is not done again. */
  readonly id: string;
  readonly kind: RestatementKind;
  /** Of `assign`. */
  readonly set?: Assignment;
  readonly reason: string;
  /** True: nothing is booked, and nobody is told. */
  readonly dryRun: boolean;
}

export interface RestatementPage {
  readonly status: "done";
  /** Events of this page that the filter lets through, as the lake has them. */
  readonly matched: number;
  /** Of those: booked, or in a dry run to be booked. */
  readonly adjusted: number;
  /** Of those: as wanted already. */
  readonly skipped: number;
  /** Of those: asked to be priced, and without a price now as before. */
  readonly stillUnpriced: readonly UnpricedGroup[];
  /** Of those: another adjustment came first, or it cannot be booked. */
  readonly refused: readonly { readonly source: string; readonly id: string; readonly reason: string }[];
  readonly groups: readonly RestatedGroup[];
  /** Null when this was the last page. */
  readonly next: EventPlace | null;
  /** What has landed later is not in the lake, and no event of it on a page. Null: the lake is empty. */
  readonly lakeUntil: Instant | null;
}

export type RestatementResult =
  | RestatementPage
  | { readonly status: "unknown_key" }
  | { readonly status: "rejected"; readonly errors: readonly FieldError[] };

const ACTION: Readonly<Record<RestatementKind, AuditAction>> = {
  assign: "attribution.assign",
  reprice: "usage.reprice",
  reclassify: "usage.reclassify",
  void: "key.void",
};

/** A page ends early after so long: API Gateway gives up after 30 seconds. */
const pageMs = 18_000;
const eventsAtOnce = 10;

/** What is to be changed of an event; undefined when it is as wanted. */
function changeOf({ kind, set = {} }: RestatementRequest, state: LedgerEntry): AdjustmentRequest["change"] | undefined {
  if (state.adjustment?.part === "reversal") return undefined;
  switch (kind) {
    case "assign": {
      const attribution = assignmentTo(state, set);
      return attribution && { attribution };
    }
    case "reprice":
      return isPriceGiven(state.priceVersion) ? undefined : { rerate: true };
    case "reclassify":
      return { reclassify: true };
    case "void":
      return { void: true };
    default:
      return kind satisfies never;
  }
}

/** The entry that would stand instead of the one that is reversed; undefined when none would. */
const insteadOf = ({ entries }: PlannedAdjustment) =>
  entries.find(({ adjustment }) => adjustment?.part === "rebooking");

type Plan = PlannedAdjustment | AdjustmentResult;

interface Planned {
  readonly source: string;
  readonly id: string;
  readonly planned: Plan;
}

function isWanted(planned: Plan): boolean {
  const instead = planned.status === "planned" ? insteadOf(planned) : undefined;
  return planned.status === "planned" && instead !== undefined && isSameUsage(planned.state, instead);
}

function refusalOf(result: Plan): string | undefined {
  switch (result.status) {
    case "planned":
    case "accepted":
    case "duplicate":
      return undefined;
    case "conflict":
      return result.reason;
    case "not_found":
      return "It is not known any more.";
    case "rejected":
      return result.errors.map(({ path, found, wanted }) => `${path}: found ${found}, want ${wanted}`).join("; ");
    default:
      return result satisfies never;
  }
}

function auditOf({ id, kind, from, to, filter, set, reason }: RestatementRequest, at: Instant, by: string): AuditDraft {
  const { receivedSince, ...others } = filter;
  const since = receivedSince === undefined ? {} : { received_since: formatInstant(receivedSince) };
  return {
    ...{ at, by, reason, action: ACTION[kind], subject: `restatement/${id}` },
    from: JSON.stringify({ from, to, filter: { ...others, ...since } }),
    to: kind === "assign" ? JSON.stringify(set) : null,
  };
}

/** The lake as it is read for this page: an event's history is not asked for one by one. */
function lakeEventsOf(events: readonly SelectedEvent[]): LakeEvents {
  const histories = new Map(events.map(({ original, history }) => [original.key, history]));
  return { find: async (source, id) => histories.get(eventKey(source, id)) ?? [] };
}

/** Plans and books the events of a page in their order, some at once, until `until`. */
const makeRestateEvents = (deps: RestateDeps) => {
  const { audit, rater, rules, clock, sha256 } = deps;
  return async (request: RestatementRequest, events: readonly SelectedEvent[], until: number, caller: Caller) => {
    const pageDeps = { ...deps, lakeEvents: lakeEventsOf(events) };
    const readHistory = makeReadHistory(pageDeps);
    const book = makeBookAdjustment(pageDeps);
    const moment = { rate: await rater(), rules: (await rules()).compiled, now: clock(), sha256 };
    const restated: RestatedEvent[] = [];
    const refused: RestatementPage["refused"][number][] = [];
    const unpriced: Omit<UnpricedGroup, "events">[] = [];

    const plan = async ({ original: { source, id } }: SelectedEvent): Promise<Planned[]> => {
      const history = await readHistory(source, id);
      const state = history.at(-1);
      const change = state && changeOf(request, state);
      if (state === undefined || change === undefined) return [];
      const order = { requestId: request.id, source, id, reason: request.reason, change };
      const planned = planAdjustment(order, history, caller, moment);
      if (!isWanted(planned)) return [{ source, id, planned }];
      if (request.kind === "reprice" && state.cost === null) {
        unpriced.push({ provider: state.provider, model: state.model, meters: unpricedMeters(state, moment.rate) });
      }
      return [];
    };
    const settle = async ({ source, id, planned }: Planned) => {
      const result = planned.status === "planned" && !request.dryRun ? await book(planned) : planned;
      const reason = refusalOf(result);
      if (reason !== undefined) refused.push({ source, id, reason });
      else if (planned.status === "planned" && result.status !== "duplicate")
        restated.push({ state: planned.state, instead: insteadOf(planned) });
    };

    let done = 0;
    do {
      const part = events.slice(done, done + eventsAtOnce);
      const planned = (await Promise.all(part.map(plan))).flat();
      const books = !request.dryRun && planned.some((one) => one.planned.status === "planned");
      if (books) await auditOnce(audit, auditOf(request, clock(), caller.keyId));
      await Promise.all(planned.map(settle));
      done += part.length;
    } while (done < events.length && clock() <= until);
    return { restated, refused, unpriced, done };
  };
};

/**
 * Restates a page of the events that stand in the lake, each by an adjustment of its own, as `makeAdjust` books it: the
 * ledger's history decides. An event that is as wanted is skipped, so that a repeat finds nothing to do. The audit log
 * has one entry of a restatement, written before it books anything. A restatement that voids what a key has sent
 * revokes the key first.
 */
export const makeRestate = (deps: RestateDeps) => {
  const { engine, audit, rules, pipeline, revokeKey, clock } = deps;
  const select = makeSelectEvents({ engine });
  const restateEvents = makeRestateEvents(deps);
  return async (request: RestatementRequest, caller: Caller): Promise<RestatementResult> => {
    const { kind, filter, set = {}, reason, dryRun } = request;
    const until = clock() + pageMs;
    const errors = assignmentErrors(set, (await rules()).compiled.registry);
    if (errors.length > 0) return { status: "rejected", errors };
    if (kind === "void" && !dryRun) {
      if (!(await revokeKey(filter.keyId ?? "", reason, caller))) return { status: "unknown_key" };
      await auditOnce(audit, auditOf(request, clock(), caller.keyId));
    }
    // Before the lake is read: what has landed by then is surely in it.
    const lakeUntil = (await pipeline.watermark()) ?? null;
    const events = await select(request);
    const { restated, refused, unpriced, done } = await restateEvents(request, events, until, caller);
    const isLast = done === events.length && events.length < eventsPerPage;
    return {
      status: "done",
      matched: done,
      adjusted: restated.length,
      skipped: done - restated.length - refused.length - unpriced.length,
      stillUnpriced: unpricedGroups(unpriced),
      refused,
      groups: restatedGroups(restated),
      next: isLast ? null : (events[done - 1]?.place ?? null),
      lakeUntil,
    };
  };
};
