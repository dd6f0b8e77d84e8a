import * as z from "zod";
import { COST_CLASSES } from "#core/dimensions.ts";
import { parseRatio } from "#core/token-ratio.ts";
import { driverMonth, drivers, planning, segment } from "./drivers.ts";
import { month, monthCount, monthCountText } from "./months.ts";
import { label, replyInstant, text, usd } from "./values.ts";

const percentError = "a number from -100 to 10000 with at most 4 decimals, such as 40 or -12.5";

const percent = z
  .number({ error: percentError })
  .min(-100, { error: percentError })
  .max(10_000, { error: percentError })
  .refine((sent) => Number(sent.toFixed(4)) === sent, { error: percentError });

const shareError = "a number above 0 and up to 100 with at most 4 decimals";
const share = percent.refine((sent) => sent > 0 && sent <= 100, { error: shareError });

const customersError = "a whole number of customers from 0 to 1000000000";
const customers = z
  .int({ error: customersError })
  .min(0, { error: customersError })
  .max(1_000_000_000, { error: customersError });

const ratioError = 'a decimal string above 0 and below 1000 with at most 6 decimals, such as "1.15"';
const ratio = z.string({ error: ratioError }).refine((sent) => parseRatio(sent) !== undefined, { error: ratioError });

const model = z.strictObject(
  { provider: label(64), model: label(200) },
  { error: "an object with provider and model" },
);

const adoption = z
  .strictObject(
    {
      change: z.literal("adoption"),
      feature: label(64),
      from: month,
      percent: percent.exactOptional(),
      customers: customers.exactOptional().meta({ description: "In all, in place of percent" }),
    },
    { error: "one of change, feature, from, percent, customers" },
  )
  .refine((sent) => (sent.percent === undefined) !== (sent.customers === undefined), {
    error: "either percent or customers",
  });

const intensity = z.strictObject(
  { change: z.literal("intensity"), feature: label(64), from: month, percent },
  { error: "one of change, feature, from, percent" },
);

const modelChange = z.strictObject(
  {
    change: z.literal("model"),
    feature: label(64).exactOptional().meta({ description: "All features when it is left out" }),
    from: month,
    current: model,
    proposed: model,
    share_percent: share.default(100),
    token_ratio: ratio.default("1").meta({ description: "Tokens of the proposed model ÷ of the current" }),
  },
  { error: "one of change, feature, from, current, proposed, share_percent, token_ratio" },
);

const price = z.strictObject(
  { change: z.literal("price"), provider: label(64), model: label(200), from: month, percent },
  { error: "one of change, provider, model, from, percent" },
);

const rampError = "an array of 1 to 12 whole numbers of customers, month by month";

const launch = z.strictObject(
  {
    change: z.literal("launch"),
    feature: label(64),
    region: label(64),
    from: month,
    customers: z
      .array(customers, { error: rampError })
      .min(1, { error: rampError })
      .max(12, { error: rampError })
      .meta({ description: "Month by month; the last one holds for the months after" }),
    like: label(64).exactOptional().meta({ description: "An existing feature; the same one when it is left out" }),
  },
  { error: "one of change, feature, region, from, customers, like" },
);

const changesError = "an array of 1 to 50 changes";

const changes = z
  .array(
    z.discriminatedUnion("change", [adoption, intensity, modelChange, price, launch], {
      error: "an object whose `change` is adoption, intensity, model, price or launch",
    }),
    { error: changesError },
  )
  .min(1, { error: changesError })
  .max(50, { error: changesError })
  .meta({ description: "Applied one after the other" });

/** What stands in a file, too. */
export const scenarioEvaluation = z
  .strictObject({ changes, months: monthCount.optional() }, { error: "one of changes, months" })
  .meta({ id: "ScenarioEvaluation" });

export type SentScenario = z.input<typeof scenarioEvaluation>;
export type SentChange = SentScenario["changes"][number];

export const newScenario = z
  .strictObject({ changes, reason: text(500).optional() }, { error: "one of changes, reason" })
  .meta({ id: "NewScenario" });

export const scenarioParams = z.object({ id: label(64) });
export const scenarioPlanQuery = z.strictObject({ months: monthCountText.optional() }, { error: "one of months" });

export const storedScenario = z.object({
  id: z.string(),
  revision: z.int(),
  changes: z.array(z.record(z.string(), z.unknown())).meta({ description: "As they were set" }),
  set_by: z.string().meta({ description: "The id of a key" }),
  set_at: replyInstant,
});

export const storedScenarios = z.object({ scenarios: z.array(storedScenario) });

export const setDocument = z.object({ id: z.string(), revision: z.int() });
export const removedDocument = z.object({ id: z.string(), removed: z.literal(true) });

const compared = { baseline_usd: usd, scenario_usd: usd, difference_usd: usd };

/** Month by month. Segments sum to months, months to the total, exactly. */
export const scenarioPlan = z.object({
  ...planning,
  months: z.array(
    z.object({
      month: z.string(),
      ...compared,
      cost_classes: z.array(z.object({ cost_class: z.enum(COST_CLASSES), ...compared })),
    }),
  ),
  total: z.object({ from: z.string(), to: z.string(), ...compared }),
  segments: z.array(
    z.object({
      ...segment,
      months: z.array(z.object({ ...driverMonth, baseline: drivers, scenario: drivers, difference_usd: usd })),
    }),
  ),
  rest: z
    .object({ segments: z.int(), months: z.array(z.object({ month: z.string(), ...compared })) })
    .nullable()
    .meta({ description: "All but the 50 dearest segments together; null when there are no more" }),
});

export type WireScenarioPlan = z.output<typeof scenarioPlan>;
