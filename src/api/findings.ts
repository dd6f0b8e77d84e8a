import type { Caller } from "#app/caller.ts";
import type { makeListDoubles } from "#app/list-doubles.ts";
import type { FindingStore } from "#app/ports/findings.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { StoredFinding } from "#core/finding.ts";
import { formatUsd } from "#core/money.ts";
import { daysBetween, formatInstant } from "#core/time.ts";
import { problemOf } from "./refusal.ts";

export interface FindingsDeps {
  readonly findings: Pick<FindingStore, "list">;
  readonly listDoubles: ReturnType<typeof makeListDoubles>;
}

function shown(finding: StoredFinding) {
  const { id, kind, subject, usageDate, text, cost, requests, since, lastSeen, resolvedAt } = finding;
  return {
    ...{ id, kind, subject, text, requests },
    usage_date: usageDate,
    cost_usd: cost === null ? null : formatUsd(cost),
    since: formatInstant(since),
    last_seen: formatInstant(lastSeen),
    resolved_at: resolvedAt === null ? null : formatInstant(resolvedAt),
  };
}

export const makeListFindings =
  ({ findings }: Pick<FindingsDeps, "findings">): Handlers<Routes, Caller>["listFindings"] =>
  async ({ query }) => ({ status: 200, body: { findings: (await findings.list(query.kind)).map(shown) } });

const daysMax = 90;

export const makeDoublesHandler =
  ({ listDoubles }: Pick<FindingsDeps, "listDoubles">): Handlers<Routes, Caller>["listDoubles"] =>
  async ({ query: { from, to } }) => {
    const days = daysBetween(from, to) + 1;
    if (days < 1 || days > daysMax) {
      const field = { path: "query.to", found: to, wanted: `a day from ${from} on, at most ${daysMax} days in all` };
      const message = "Some fields cannot be taken: each is named with what is wanted.";
      return { status: 400, body: problemOf({ code: "bad_request", message, fields: [field] }) };
    }
    const { calls, excess, isComplete } = await listDoubles(from, to);
    return {
      status: 200,
      body: {
        calls: calls.map(({ provider, responseId, reports, excess: ofCall }) => ({
          provider,
          response_id: responseId,
          reports: reports.map((report) => ({
            ...{ source: report.source, id: report.id, usage_date: report.usageDate, requests: report.requests },
            received_at: formatInstant(report.receivedAt),
            cost_usd: formatUsd(report.cost),
          })),
          excess_usd: formatUsd(ofCall),
        })),
        excess_usd: formatUsd(excess),
        complete: isComplete,
      },
    };
  };
