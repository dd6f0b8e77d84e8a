import type { CellSums, SpendCell } from "#core/spend-cell.ts";
import { hourMs, type Instant } from "#core/time.ts";
import { compareDays } from "./check-cells.ts";
import { readCostDaily } from "./cost-daily.ts";
import { missingCells } from "./missing-cells.ts";
import type { DayDifference, PipelineState } from "./ports/pipeline-state.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import type { SpendStore } from "./ports/spend.ts";
import { openFrom } from "./post-spend.ts";
import { claimRepairs, nextRepairMark, repairShard, withCells } from "./repair-account.ts";
import { daysToRepair, type RunState } from "./run-state.ts";
import { readShardPositions, settle } from "./settled-days.ts";

interface RepairDeps {
  readonly engine: QueryEngine;
  readonly spend: SpendStore;
  readonly state: PipelineState;
  readonly clock: () => Instant;
}

/** A transaction of the store takes 100 writes: these, the mark, and the day's generation. */
const cellsPerPosting = 98;
/** DynamoDB's stream keeps a change for 24 hours; one for clocks that differ and for a batch in hand. */
const streamKeptMs = 25 * hourMs;

/** Entries are missing, and nothing would get less. */
function isUpward({ cost, listCost, requests, entries, quantities }: CellSums): boolean {
  const amounts = [cost, listCost, requests, ...Object.values(quantities)];
  return entries > 0n && amounts.every((amount) => amount >= 0n);
}

/** What must be added to the day's cells; nothing when it is not the difference that was found, or must not be added. */
function amountsOf(
  found: DayDifference,
  cells: readonly SpendCell[],
  costDaily: readonly SpendCell[],
  mayLower: boolean,
): readonly SpendCell[] {
  const { usageDate } = found;
  const [now] = compareDays(new Map([[usageDate, cells]]), new Map([[usageDate, costDaily]]), [found], []);
  if (!now?.standing) return [];
  const missing = missingCells(cells, costDaily);
  return mayLower || missing.every(({ sums }) => isUpward(sums)) ? missing : [];
}

/**
 * Adds to the cells of days that have a standing difference what the lake has and they have not. A day is repaired when
 * nothing of it can still come by the stream (`settle`), and when each combination of dimensions that differs lacks
 * entries and would lose nothing; what is above the lake is lowered only where somebody has asked for it. What it has
 * added stands in the account (`repair-account.ts`).
 *
 * Nothing is added twice. The mark of the repairs is read first, then the lake, then the cells; each posting demands that
 * the mark is still the one before it. So between reading cells and adding to them no other repair has been: one that was
 * killed, or is run twice at a time, leaves what it has posted, and the next one finds only the rest missing. Events
 * that are posted meanwhile are not in the lake that was read: they make the difference another one than was found, and
 * the day waits.
 *
 * It can overshoot in one case: a reversal is in a cell and for two runs not in the lake, and the same cell lacks other
 * entries. Then the cell stands above the lake when the reversal has landed, and is told as a difference.
 */
export async function repairCells({ engine, spend, state, clock }: RepairDeps, run: RunState): Promise<void> {
  const differences = daysToRepair(run);
  const dates = differences.map(({ usageDate }) => usageDate);
  let { mark, repairs } = await claimRepairs({ spend, state }, run.id);
  const positions = await readShardPositions(engine, dates, (clock() - streamKeptMs) as Instant);
  const costDaily = await readCostDaily(engine, dates);
  for (const found of differences) {
    const { usageDate } = found;
    const ofDay = positions.filter((position) => position.usageDate === usageDate);
    if (!(await settle(spend, ofDay))) continue;
    const mayLower = run.lowerCells && run.backfill.includes(usageDate);
    const cells = await spend.read(usageDate, usageDate);
    const missing = amountsOf(found, cells, costDaily.get(usageDate) ?? [], mayLower);
    for (let i = 0; i < missing.length; i += cellsPerPosting) {
      const part = missing.slice(i, i + cellsPerPosting);
      const told = withCells(repairs, part);
      const nextMark = nextRepairMark(mark, { run: run.id, repairs: told });
      const touchedClosedDays = usageDate < openFrom(clock()) ? [usageDate] : [];
      const posting = { shard: repairShard, expectedMark: mark, nextMark, cells: part, touchedClosedDays };
      if ((await spend.post(posting)) === "stale") return;
      [mark, repairs] = [nextMark, told];
    }
  }
}
