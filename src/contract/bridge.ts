import * as z from "zod";
import { BRIDGE_PARTS, type BridgePart } from "#core/bridge.ts";
import { COST_CLASSES } from "#core/dimensions.ts";
import { firstDayOf, lastDayOf, parseMonth } from "#core/drivers/plan-months.ts";
import { daysBetween, parseUsageDate, type UsageDate } from "#core/time.ts";
import { usd } from "./values.ts";

const daysMax = 366;
const periodError = `a UTC month such as "2026-10", or days such as "2026-10-01..2026-10-15", at most ${daysMax}`;

function periodOf(sent: string): { readonly from: UsageDate; readonly to: UsageDate } | undefined {
  const month = parseMonth(sent);
  if (month !== undefined) return { from: firstDayOf(month), to: lastDayOf(month) };
  const [from, to, ...rest] = sent.split("..").map((day) => parseUsageDate(day));
  if (from === undefined || to === undefined || rest.length > 0) return undefined;
  const days = daysBetween(from, to) + 1;
  return days >= 1 && days <= daysMax ? { from, to } : undefined;
}

const period = z.string({ error: periodError }).transform((sent, context) => {
  const parsed = periodOf(sent);
  if (parsed !== undefined) return parsed;
  context.issues.push({ code: "custom", message: periodError, input: sent });
  return z.NEVER;
});

export const bridgeQuery = z.strictObject({ from: period, to: period }, { error: "the parameters from and to" });

const parts = Object.fromEntries(BRIDGE_PARTS.map((part) => [`${part}_usd`, usd])) as Record<
  `${BridgePart}_usd`,
  typeof usd
>;

const step = {
  from_cost_usd: usd,
  to_cost_usd: usd,
  difference_usd: usd.meta({ description: "The sum of the parts, exactly" }),
  ...parts,
};

const days = z.object({ from: z.string(), to: z.string(), days: z.int() });
const costClass = z.enum(COST_CLASSES);

/** Why a period costs something else than another: in each row the parts sum to the difference, and the rows to the total. */
export const bridgeReport = z.object({
  currency: z.literal("USD"),
  from: days,
  to: days,
  order: z.array(z.enum(BRIDGE_PARTS)).meta({ description: "In which the drivers take their new values" }),
  total: z.object(step),
  cost_classes: z.array(z.object({ cost_class: costClass, ...step })),
  segments: z
    .array(
      z.object({
        feature: z.string(),
        cost_class: costClass,
        by_customers: z
          .boolean()
          .meta({ description: "False: too few calls name their customer, or not about as many in both periods" }),
        ...step,
      }),
    )
    .meta({ description: "The largest difference first" }),
  notes: z.array(z.string()),
});
