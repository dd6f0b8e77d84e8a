import * as z from "zod";
import type { LakeBudgetSpend } from "#app/ports/lake-budget-spend.ts";
import { decodeMeasuredSpend, encodeMeasuredSpend } from "#core/measured-spend.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { parseItem } from "./stored-item.ts";

const p = "lake-budget-spend";

const measuredItem = z.object({ measured: z.string() });

/** One partition, an item a budget. */
export function dynamoLakeBudgetSpend(deps: ControlTableDeps): LakeBudgetSpend {
  const table = controlTable(deps);
  return {
    async put(measured, gone) {
      for (const one of measured) {
        await table.update({ p, s: one.budgetId, set: "measured = :m", values: { ":m": encodeMeasuredSpend(one) } });
      }
      for (const s of gone) await table.writeTogether([{ p, s, deleted: true }]);
    },

    async list() {
      return (await table.list(p)).map((item) => decodeMeasuredSpend(parseItem(measuredItem, item).measured));
    },
  };
}
