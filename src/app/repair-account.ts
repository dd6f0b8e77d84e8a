import { paddedSequence } from "#core/ledger-entry.ts";
import { addUsd, formatUsd, type PicoUsd, parseUsd, zeroUsd } from "#core/money.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import type { DayRepair, PipelineState } from "./ports/pipeline-state.ts";
import type { SpendStore } from "./ports/spend.ts";
import { Unavailable } from "./unavailable.ts";

/*
 * Repairs are posted as if they were a shard of the stream. The text of that shard's mark is a counter, which makes each
 * a greater one than the one before, and the account: what has been added to cells, and which run is to tell it. As the
 * mark moves with the sums, no posting is without its account, wherever its run is killed.
 */

export const repairShard = "repair";

const counterChars = 40;
/** Records in between are of runs that were turned away while the one that repaired had the lease. */
const runsBackMax = 100;
/** Each time another process of the same run has posted in between. */
const attemptsMax = 10;

interface RepairAccount {
  /** The run whose record is to have these repairs. */
  readonly run: string;
  /** A day once. */
  readonly repairs: readonly DayRepair[];
}

export interface ClaimedRepairs {
  readonly mark: string | undefined;
  readonly repairs: readonly DayRepair[];
}

function accountOf(mark: string | undefined): RepairAccount | undefined {
  const text = mark?.slice(counterChars);
  return text ? (JSON.parse(text) as RepairAccount) : undefined;
}

/** The mark after this one. */
export function nextRepairMark(mark: string | undefined, account: RepairAccount): string {
  const counter = paddedSequence(String(BigInt(mark?.slice(0, counterChars) ?? 0) + 1n));
  return account.repairs.length === 0 ? counter : counter + JSON.stringify(account);
}

function usdOf({ usageDate, cost_usd }: DayRepair): PicoUsd {
  const cost = parseUsd(cost_usd);
  if (cost === undefined) throw new Error(`the repair of ${usageDate}: found ${cost_usd}, want a decimal string`);
  return cost;
}

/** The repairs with these cells added, all of one day. */
export function withCells(repairs: readonly DayRepair[], cells: readonly SpendCell[]): readonly DayRepair[] {
  const usageDate = cells[0]?.usageDate;
  if (usageDate === undefined) return repairs;
  const known = repairs.find((one) => one.usageDate === usageDate);
  const cost = cells.reduce((sum, { sums }) => addUsd(sum, sums.cost), known ? usdOf(known) : zeroUsd);
  const entries = Number(cells.reduce((sum, { sums }) => sum + sums.entries, 0n));
  const repair: DayRepair = {
    usageDate,
    cells: (known?.cells ?? 0) + cells.length,
    cost_usd: formatUsd(cost),
    entries: (known?.entries ?? 0) + entries,
  };
  return [...repairs.filter((one) => one !== known), repair];
}

function isSame(a: DayRepair, b: DayRepair): boolean {
  return a.usageDate === b.usageDate && a.cells === b.cells && a.cost_usd === b.cost_usd && a.entries === b.entries;
}

/** Not told when the run was killed, or was recorded when its account could not be read. */
async function isTold(state: PipelineState, { run, repairs }: RepairAccount): Promise<boolean> {
  const record = (await state.lastRuns(runsBackMax)).find(({ id }) => id === run);
  return record !== undefined && repairs.every((one) => record.repairs?.some((told) => isSame(told, one)));
}

/**
 * What was added to cells and is this run's to tell: its own repairs, and those of a run that was killed before it had
 * told them. From then on a posting of anybody who has read the mark before is stale.
 */
export async function claimRepairs(
  { spend, state }: { readonly spend: SpendStore; readonly state: PipelineState },
  run: string,
): Promise<ClaimedRepairs> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const mark = await spend.mark(repairShard);
    const account = accountOf(mark);
    if (account === undefined) return { mark, repairs: [] };
    const repairs = account.run !== run && (await isTold(state, account)) ? [] : account.repairs;
    const nextMark = nextRepairMark(mark, { run, repairs });
    const posting = { shard: repairShard, expectedMark: mark, nextMark, cells: [], touchedClosedDays: [] };
    if ((await spend.post(posting)) === "posted") return { mark: nextMark, repairs };
  }
  throw new Unavailable("spend");
}
