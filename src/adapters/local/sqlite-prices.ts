import * as z from "zod";
import type { PriceStore, StoredRate } from "#app/ports/prices.ts";
import { SERVICE_TIERS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import type { Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";
import { appendAudit } from "./sqlite-audit.ts";

export const pricesSchema = `
  create table if not exists negotiated_rates (
    position integer primary key,
    id text not null unique,
    rate text not null
  ) strict`;

const storedRate = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  setAt: z.int().transform((value) => value as Instant),
  setBy: z.string(),
  provider: z.string(),
  model: z.string(),
  meter: z.enum([...METERS, "*"]),
  tier: z.enum([...SERVICE_TIERS, "*"]),
  usd_per_million: z.string().exactOptional(),
  discount_percent: z.string().exactOptional(),
  from: z.string(),
  to: z.string().nullable(),
  note: z.string().exactOptional(),
});

function readRate(text: string): StoredRate {
  const { v: _, ...rate } = storedRate.parse(JSON.parse(text));
  return rate;
}

/** @param database opened with `pricesSchema` and `auditSchema` */
export function sqlitePrices(database: Sqlite): PriceStore {
  return {
    async add(rate, audit) {
      database.write(() => {
        const { changes } = database
          .prepare("insert or ignore into negotiated_rates (id, rate) values (?, ?)")
          .run(rate.id, JSON.stringify({ v: 1, ...rate }));
        if (changes === 1) appendAudit(database, [audit]);
      });
    },

    async list() {
      return database
        .read(() => database.prepare("select rate from negotiated_rates order by position").all())
        .map((row) => readRate(row.rate as string));
    },
  };
}
