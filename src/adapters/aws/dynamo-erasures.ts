import * as z from "zod";
import type { Erasure, Erasures, LedgerSweep } from "#app/ports/erasures.ts";
import { type Instant, parseUsageDate } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";

const instant = z.int().transform((value) => value as Instant);

const erasureItem = z.object({
  s: z.string(),
  customer_hash: z.string(),
  requested_at: instant,
  requested_by: z.string(),
  reason: z.string(),
  cleaned_at: instant.optional(),
});

function readErasure(item: unknown): Erasure {
  const stored = erasureItem.parse(item);
  return {
    id: stored.s,
    customerHash: stored.customer_hash,
    requestedAt: stored.requested_at,
    requestedBy: stored.requested_by,
    reason: stored.reason,
    cleanedAt: stored.cleaned_at ?? null,
  };
}

const sweepItem = z.object({
  /** Empty when the sweep is over. */
  sweep_key: z.string().default(""),
  sweep_started_at: instant.optional(),
  sweep_usage_date: z.string().transform(parseUsageDate).optional(),
});

function readSweep(item: unknown): LedgerSweep | undefined {
  const { sweep_key: key, sweep_started_at: startedAt, sweep_usage_date: usageDate } = sweepItem.parse(item);
  if (key === "" || startedAt === undefined || usageDate === undefined) return undefined;
  return { startedAt, usageDate, key };
}

const p = "erasures";

const byAge = (a: Erasure, b: Erasure) => a.requestedAt - b.requestedAt || (a.id < b.id ? -1 : 1);

/** Tombstones: one partition, without an expiry. */
export function dynamoErasures(deps: ControlTableDeps): Erasures {
  const table = controlTable(deps);
  return {
    async add({ id, customerHash, requestedAt, requestedBy, reason, cleanedAt }) {
      await table.update({
        p,
        s: id,
        set: `customer_hash = :hash, requested_at = :at, requested_by = :by, reason = :reason${
          cleanedAt === null ? "" : ", cleaned_at = :cleaned"
        }`,
        onlyIf: "attribute_not_exists(p)",
        values: {
          ":hash": customerHash,
          ":at": requestedAt,
          ":by": requestedBy,
          ":reason": reason,
          ...(cleanedAt !== null && { ":cleaned": cleanedAt }),
        },
      });
    },

    async get(id) {
      const item = await table.get(p, id);
      return item && readErasure(item);
    },

    async list() {
      return (await table.list(p)).map(readErasure).sort(byAge);
    },

    async setCleaned(id, at) {
      await table.update({
        p,
        s: id,
        set: "cleaned_at = if_not_exists(cleaned_at, :at)",
        onlyIf: "attribute_exists(p)",
        values: { ":at": at },
      });
    },

    async sweep(id) {
      const item = await table.get(p, id);
      return item && readSweep(item);
    },

    async setSweep(id, sweep) {
      await table.update({
        p,
        s: id,
        set: `sweep_key = :key${sweep ? ", sweep_started_at = :at, sweep_usage_date = :date" : ""}`,
        onlyIf: "attribute_exists(p)",
        values: { ":key": sweep?.key ?? "", ...(sweep && { ":at": sweep.startedAt, ":date": sweep.usageDate }) },
      });
    },
  };
}
