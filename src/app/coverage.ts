import type { CoverageTarget } from "#core/config.ts";
import type { Covered } from "#core/coverage.ts";
import { groupSum, IS_UNALLOCATED } from "#core/group-sum.ts";
import { addUsd, type PicoUsd, zeroUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import { type CostReportDeps, readDays } from "./cost-report.ts";

export interface CoverageDeps extends CostReportDeps {
  readonly rules: () => Promise<CompanyRules>;
}

export interface CoverageQuery {
  readonly from: UsageDate;
  /** Included. */
  readonly to: UsageDate;
  readonly by: "total" | "day" | "team";
  /** Of these teams alone; undefined: of all. */
  readonly teams?: readonly string[];
}

interface CoverageRow extends Covered {
  /** The day or the team; "" for the total. */
  readonly of: string;
}

export interface Coverage {
  /** In order of the day or the team; one row for the total. */
  readonly rows: readonly CoverageRow[];
  readonly total: Covered;
  readonly target: CoverageTarget;
}

const nothing: Covered = { total: zeroUsd, allocated: zeroUsd };

function withCost({ total, allocated }: Covered, cost: PicoUsd, isAllocated: boolean): Covered {
  return { total: addUsd(total, cost), allocated: isAllocated ? addUsd(allocated, cost) : allocated };
}

/** How much of what was spent is allocated, exact, from the same sums as the cost report. */
export const makeCoverage =
  (deps: CoverageDeps) =>
  async ({ from, to, by, teams }: CoverageQuery): Promise<Coverage> => {
    const [{ packs, cells }, { config }] = await Promise.all([readDays(deps, from, to), deps.rules()]);
    const sums = groupSum({ groupBy: ["team", IS_UNALLOCATED], filters: teams === undefined ? {} : { team: teams } });
    for (const { usageDate, pack } of packs) sums.addPack(usageDate, pack);
    for (const [usageDate, ofDay] of Map.groupBy(cells, (cell) => cell.usageDate)) sums.addCells(usageDate, ofDay);
    const rows = new Map<string, Covered>();
    let total = nothing;
    for (const { period, values, sums: part } of sums.rows()) {
      const [team = "", isUnallocated] = values;
      const of = { total: "", day: period, team }[by];
      rows.set(of, withCost(rows.get(of) ?? nothing, part.cost, isUnallocated === "no"));
      total = withCost(total, part.cost, isUnallocated === "no");
    }
    const inOrder = [...rows].map(([of, covered]) => ({ of, ...covered })).sort((a, b) => (a.of < b.of ? -1 : 1));
    return { rows: inOrder, total, target: config.coverage };
  };
