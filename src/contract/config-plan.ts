import * as z from "zod";
import { configDocument } from "./config.ts";
import { storedRates } from "./prices.ts";
import { text } from "./values.ts";

const revision = z
  .string()
  .meta({ description: "Names the state of config and prices; another one after each change" });

const plannedChange = z.object({
  section: z.string(),
  id: z.string(),
  change: z.enum(["add", "change", "remove"]),
  from: z.unknown().meta({ description: "Null where there was nothing" }),
  to: z.unknown().meta({ description: "Null where nothing is left" }),
  restates: z
    .object({ from: z.string(), to: z.string() })
    .exactOptional()
    .meta({ description: "Days whose usage is booked otherwise than it would be now" }),
  meaning: z.array(z.string()).meta({ description: "Sentences on what does not go without saying" }),
});

export type PlannedChange = z.output<typeof plannedChange>;

const storedRate = storedRates.shape.prices.element;

/** As it stands. */
export const configState = z.object({
  revision,
  config: z.record(z.string(), z.unknown()).meta({ description: "Every part of `finops.yaml` but the prices" }),
  prices: z.array(storedRate),
});

export const configPlan = z.object({
  revision,
  changes: z.array(plannedChange),
  kept: z
    .array(storedRate.extend({ hint: z.string() }))
    .meta({ description: "Prices that the document does not have and that go on none the less" }),
});

export type ConfigPlan = z.output<typeof configPlan>;

export const configApplication = z.strictObject(
  {
    document: configDocument,
    expected_revision: text(64).meta({ description: "Of the plan that is to be applied" }),
    reason: text(500).optional().meta({ description: "Why: it stands in the audit log" }),
  },
  { error: "one of document, expected_revision, reason" },
);

export const configApplied = z.object({ revision, changes: z.array(plannedChange) });
