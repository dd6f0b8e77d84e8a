import * as z from "zod";
import type { PriceStore, StoredRate } from "#app/ports/prices.ts";
import { SERVICE_TIERS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import type { Instant } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { jsonText, parseItem } from "./stored-item.ts";
import { writeAudited } from "./write-audited.ts";

const storedRate = z.strictObject({
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

const rateItem = z.object({ rate: jsonText(storedRate) });

/** Epoch milliseconds in so many digits compare as text until the year 33658. */
const instantDigits = 15;

export function dynamoPrices(deps: ControlTableDeps): PriceStore {
  const table = controlTable(deps);
  return {
    async add(rate, audit) {
      const addition = {
        p: "prices",
        s: `${String(rate.setAt).padStart(instantDigits, "0")}#${rate.id}`,
        set: "rate = :rate",
        onlyIf: "attribute_not_exists(p)",
        values: { ":rate": JSON.stringify(rate) },
      };
      // Where the condition does not hold, this very rate stands already.
      await writeAudited(table, [addition], [audit]);
    },

    async list() {
      const items = await table.list("prices");
      return items.map((item): StoredRate => parseItem(rateItem, item).rate);
    },
  };
}
