import type { LakeBudgetSpend } from "#app/ports/lake-budget-spend.ts";
import { decodeMeasuredSpend, encodeMeasuredSpend } from "#core/measured-spend.ts";
import type { Sqlite } from "./sqlite.ts";

export const lakeBudgetSpendSchema = `
  create table if not exists lake_budget_spend (
    budget_id text primary key,
    measured text not null
  ) strict`;

/** @param database opened with `lakeBudgetSpendSchema` */
export function sqliteLakeBudgetSpend(database: Sqlite): LakeBudgetSpend {
  return {
    async put(measured, gone) {
      database.write(() => {
        const replace = database.prepare("insert or replace into lake_budget_spend values (?, ?)");
        for (const one of measured) replace.run(one.budgetId, encodeMeasuredSpend(one));
        const remove = database.prepare("delete from lake_budget_spend where budget_id = ?");
        for (const id of gone) remove.run(id);
      });
    },

    async list() {
      return database
        .read(() => database.prepare("select measured from lake_budget_spend order by budget_id").all())
        .map(({ measured }) => decodeMeasuredSpend(measured as string));
    },
  };
}
