import type { Caller } from "#app/caller.ts";
import type { makeCoverage } from "#app/coverage.ts";
import type { makeQuarantine, QuarantineGroup } from "#app/quarantine.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { type Covered, coveragePercent, meetsTarget, sharePercent } from "#core/coverage.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { daysBetween, formatInstant, type Instant, type UsageDate } from "#core/time.ts";
import { problemOf } from "./refusal.ts";

export interface AttributionReportsDeps {
  readonly quarantine: ReturnType<typeof makeQuarantine>;
  readonly coverage: ReturnType<typeof makeCoverage>;
  readonly clock: () => Instant;
}

const quarantineDaysMax = 400;
const coverageDaysMax = 1_100;

/** Why these days cannot be looked at; undefined when they can. */
function daysProblem(from: UsageDate, to: UsageDate, daysMax: number) {
  const days = daysBetween(from, to) + 1;
  if (days >= 1 && days <= daysMax) return undefined;
  const field = { path: "query.to", found: to, wanted: `a day from ${from} on, at most ${daysMax} days in all` };
  const message = "Some fields cannot be taken: each is named with what is wanted.";
  return problemOf({ code: "bad_request", message, fields: [field] });
}

function shownGroup(group: QuarantineGroup, total: PicoUsd) {
  const { source, keyId, provider, model, lacks, events, requests, cost, unpriced, firstDay, lastDay } = group;
  return {
    ...{ source, key_id: keyId, provider, model },
    lacks: lacks.map(({ suggestion, ...lack }) => ({ ...lack, suggestion: suggestion && { ...suggestion } })),
    ...{ events: Number(events), requests: Number(requests), cost_usd: formatUsd(cost) },
    share_percent: sharePercent(cost, total),
    ...{ unpriced: Number(unpriced), first_day: firstDay, last_day: lastDay },
  };
}

export const makeQuarantineHandler =
  ({
    quarantine,
    clock,
  }: Pick<AttributionReportsDeps, "quarantine" | "clock">): Handlers<Routes, Caller>["quarantine"] =>
  async ({ query: { from, to } }) => {
    const wrong = daysProblem(from, to, quarantineDaysMax);
    if (wrong) return { status: 400, body: wrong };
    const { groups, isComplete, total, unallocated } = await quarantine(from, to);
    return {
      status: 200,
      body: {
        ...{ from, to, complete: isComplete },
        groups: groups.map((group) => shownGroup(group, total)),
        total_cost_usd: formatUsd(total),
        unallocated_usd: formatUsd(unallocated),
        unallocated_percent: sharePercent(unallocated, total),
        generated_at: formatInstant(clock()),
      },
    };
  };

function shownCover(covered: Covered, target: string) {
  const { total, allocated } = covered;
  return {
    total_cost_usd: formatUsd(total),
    allocated_usd: formatUsd(allocated),
    unallocated_usd: formatUsd((total - allocated) as PicoUsd),
    coverage_percent: coveragePercent(covered),
    meets_target: meetsTarget(covered, target),
  };
}

export const makeCoverageHandler =
  ({ coverage, clock }: Pick<AttributionReportsDeps, "coverage" | "clock">): Handlers<Routes, Caller>["coverage"] =>
  async ({ query: { from, to, by = "total" } }, { teams }) => {
    const wrong = daysProblem(from, to, coverageDaysMax);
    if (wrong) return { status: 400, body: wrong };
    const { rows, total, target } = await coverage({ from, to, by, ...(teams && { teams }) });
    const shown = (row: Covered) => shownCover(row, target.target_percent);
    return {
      status: 200,
      body: {
        ...{ from, to, by, target_percent: target.target_percent },
        rows: rows.map(({ of, ...row }) => ({
          ...(by === "day" && { date: of }),
          ...(by === "team" && { team: of }),
          ...shown(row),
        })),
        ...shown(total),
        generated_at: formatInstant(clock()),
      },
    };
  };
