import type { Caller } from "#app/caller.ts";
import type { makeRestate, RestatementPage, RestatementRequest } from "#app/restate.ts";
import type { RestatementPage as WirePage } from "#contract/restatements.ts";
import type { Handlers, Input } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import type { RestatedGroup } from "#core/restatement.ts";
import { mayActAs } from "#core/role.ts";
import { formatInstant, hourMs, type Instant } from "#core/time.ts";
import type { UsageFilter } from "#core/usage-filter.ts";
import { problemOf } from "./refusal.ts";

export interface RestatementsDeps {
  readonly restate: ReturnType<typeof makeRestate>;
  readonly clock: () => Instant;
}

type Sent = Input<Routes["restate"]>["body"];

const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function requestOf({ dry_run, cursor, filter, set, ...sent }: Sent): RestatementRequest {
  const { key_id, received_since, ...fields } = filter;
  return {
    ...sent,
    dryRun: dry_run,
    filter: given({ ...fields, keyId: key_id, receivedSince: received_since }) as UsageFilter,
    ...(set && { set: given(set) }),
    ...(cursor && { after: cursor }),
  };
}

const total = (groups: readonly RestatedGroup[], of: "before" | "after") =>
  groups.reduce((sum, group) => sum + group[of], 0n) as PicoUsd;

function sums(before: PicoUsd, after: PicoUsd) {
  const difference = (after - before) as PicoUsd;
  return { before_usd: formatUsd(before), after_usd: formatUsd(after), difference_usd: formatUsd(difference) };
}

function wirePage({ id, kind, dry_run }: Sent, page: RestatementPage, now: Instant): WirePage {
  const { matched, adjusted, skipped, stillUnpriced, refused, groups, next, lakeUntil } = page;
  return {
    ...{ id, kind, dry_run, matched, adjusted, skipped },
    still_unpriced: stillUnpriced.map(({ meters, ...group }) => ({ ...group, meters: [...meters] })),
    refused: refused.map((one) => ({ ...one })),
    groups: groups.map(({ before, after, ...group }) => ({
      ...{ provider: group.provider, model: group.model, events: group.events, requests: group.requests },
      ...{ cost_class: group.costClass, cost_class_after: group.costClassAfter },
      ...sums(before, after),
      ...{ unpriced_before: group.unpricedBefore, unpriced_after: group.unpricedAfter },
    })),
    ...sums(total(groups, "before"), total(groups, "after")),
    next_cursor: next && JSON.stringify(next),
    lake_until: lakeUntil === null ? null : formatInstant(lakeUntil),
    unmerged_hours: lakeUntil === null ? null : Math.max(0, Math.ceil((now - lakeUntil) / hourMs)),
  };
}

export const makeRestateHandler =
  ({ restate, clock }: RestatementsDeps): Handlers<Routes, Caller>["restate"] =>
  async ({ body }, caller) => {
    if (body.kind === "void" && !mayActAs(caller.role, "admin")) {
      const message = "What a key has sent is voided by an admin: this key's role is another.";
      return { status: 403, body: problemOf({ code: "forbidden", message }) };
    }
    const result = await restate(requestOf(body), caller);
    switch (result.status) {
      case "done":
        return { status: 200, body: wirePage(body, result, clock()) };
      case "unknown_key": {
        const message = `There is no key ${body.filter.key_id} that could be revoked: nothing was voided.`;
        return { status: 404, body: problemOf({ code: "not_found", message }) };
      }
      case "rejected": {
        const message = "Some fields cannot be taken: each is named with what is wanted.";
        const fields = result.errors.map((error) => ({ ...error, path: `body.${error.path}` }));
        return { status: 400, body: problemOf({ code: "bad_request", message, fields }) };
      }
      default:
        return result satisfies never;
    }
  };
