import * as z from "zod";
import type { PipelineState, RunRecord } from "#app/ports/pipeline-state.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { jsonText, parseItem } from "./stored-item.ts";

const instant = z.int().transform((value) => value as Instant);
const usageDate = z.string().transform((value) => value as UsageDate);

const storedRun = z.strictObject({
  id: z.string(),
  startedAt: instant,
  finishedAt: instant,
  status: z.enum(["skipped", "succeeded", "failed"]),
  days: z.array(usageDate),
  differences: z.array(
    z.strictObject({
      usageDate,
      cells_usd: z.string(),
      cost_daily_usd: z.string(),
      combinations: z.int(),
      standing: z.boolean(),
    }),
  ),
  repairs: z
    .array(z.strictObject({ usageDate, cells: z.int(), cost_usd: z.string(), entries: z.int() }))
    .exactOptional(),
  error: z.string().exactOptional(),
});

const runItem = z.object({ run: jsonText(storedRun) });

/** Where the pipeline is: the watermark, and the last run's place among the runs. */
const headItem = z.object({ run_number: z.int(), run_id: z.string(), watermark: instant.optional() });

const leaseItem = z.object({ lease_holder: z.string(), expires_at: instant });

const lease = { p: "pipeline", s: "lease" };
const head = { p: "pipeline", s: "head" };

/** A lease that expired before any moment. */
const free = 0;

const runsKept = 1_000;
/** Run numbers in so many digits compare as text. */
const numberDigits = 12;
const runPlace = (number: number) => ({ p: "runs", s: String(number).padStart(numberDigits, "0") });

/** Each time another run has been recorded in between, which the lease makes rare. */
const attemptsMax = 5;

export function dynamoPipelineState(deps: ControlTableDeps): PipelineState {
  const table = controlTable(deps);

  async function readHead() {
    const item = await table.get(head.p, head.s);
    return item && parseItem(headItem, item);
  }

  /** Head and run together, on condition that the head is still the one read. */
  function record(run: RunRecord, watermark: Instant | undefined, before: z.infer<typeof headItem> | undefined) {
    const isAgain = before?.run_id === run.id;
    const number = (before?.run_number ?? 0) + (isAgain ? 0 : 1);
    return table.writeTogether([
      {
        ...head,
        set: `run_number = :number, run_id = :id${watermark === undefined ? "" : ", watermark = :watermark"}`,
        onlyIf: before === undefined ? "attribute_not_exists(p)" : "run_number = :before AND run_id = :idBefore",
        values: {
          ":number": number,
          ":id": run.id,
          ...(watermark !== undefined && { ":watermark": watermark }),
          ...(before && { ":before": before.run_number, ":idBefore": before.run_id }),
        },
      },
      { ...runPlace(number), set: "run = :run", values: { ":run": JSON.stringify(run) } },
      ...(number > runsKept ? [{ ...runPlace(number - runsKept), deleted: true } as const] : []),
    ]);
  }

  return {
    async takeLease(holder, now, ttlMs) {
      const taken = await table.update({
        ...lease,
        set: "lease_holder = :holder, expires_at = :expiresAt",
        onlyIf: "attribute_not_exists(p) OR lease_holder = :holder OR expires_at <= :now",
        values: { ":holder": holder, ":expiresAt": now + ttlMs, ":now": now },
      });
      return taken !== undefined;
    },

    async releaseLease(holder) {
      await table.update({
        ...lease,
        set: "expires_at = :free",
        onlyIf: "lease_holder = :holder",
        values: { ":free": free, ":holder": holder },
      });
    },

    async lease() {
      const item = await table.get(lease.p, lease.s);
      const held = item && parseItem(leaseItem, item);
      return held && held.expires_at !== free ? { holder: held.lease_holder, expiresAt: held.expires_at } : undefined;
    },

    async watermark() {
      return (await readHead())?.watermark;
    },

    async finish(run, watermark) {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        if (await record(run, watermark, await readHead())) return;
      }
      throw new Error(
        `pipeline: ${attemptsMax} other runs were recorded while run ${run.id} was: there must be a lease`,
      );
    },

    async lastRuns(count) {
      const items = await table.list("runs", { limit: count });
      return items.map((item): RunRecord => parseItem(runItem, item).run);
    },
  };
}
