import * as z from "zod";
import { ADOPTION_KINDS, adoptionRowsMax } from "#core/adoption-plan.ts";
import { month } from "./months.ts";
import { label, replyInstant, text } from "./values.ts";

const customersError = "a whole number of customers from 0 to 1000000000";
const rowsError = `an array of 1 to ${adoptionRowsMax} rows`;

export const adoptionRow = z.strictObject(
  {
    feature: label(64),
    month,
    customers: z
      .int({ error: customersError })
      .min(0, { error: customersError })
      .max(1_000_000_000, { error: customersError }),
  },
  { error: "an object with feature, month and customers" },
);

export const newAdoptionPlan = z
  .strictObject(
    {
      kind: z.enum(ADOPTION_KINDS, { error: `one of ${ADOPTION_KINDS.join(", ")}` }),
      rows: z
        .array(adoptionRow, { error: rowsError })
        .min(1, { error: rowsError })
        .max(adoptionRowsMax, { error: rowsError })
        .meta({ description: "Every month from a feature's first to its last, each once" }),
      reason: text(500).optional(),
      dry_run: z.boolean({ error: "true or false" }).optional().meta({ description: "Check it, and change nothing" }),
    },
    { error: "one of kind, rows, reason, dry_run" },
  )
  .meta({ id: "NewAdoptionPlan" });

export const adoptionPlanParams = z.object({ id: label(64) });

export const setAdoptionPlan = z.object({
  id: z.string(),
  revision: z.int().nullable().meta({ description: "Null of a dry run" }),
  rows: z.int(),
});

export const storedAdoptionPlan = z.object({
  id: z.string(),
  revision: z.int(),
  kind: z.enum(ADOPTION_KINDS),
  rows: z.array(z.object({ feature: z.string(), month: z.string(), customers: z.int() })),
  set_by: z.string().meta({ description: "The id of a key" }),
  set_at: replyInstant,
});

export const storedAdoptionPlans = z.object({ adoption_plans: z.array(storedAdoptionPlan) });
