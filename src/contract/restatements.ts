import * as z from "zod";
import {
  ATTRIBUTION_DIMENSIONS,
  COST_CLASSES,
  POLICY_STATUSES,
  PRICE_STATUSES,
  UNALLOCATED,
} from "#core/dimensions.ts";
import { RESTATEMENT_KINDS } from "#core/restatement.ts";
import { cursorOf } from "./cursor.ts";
import { serviceTier } from "./events.ts";
import {
  dimensionValue,
  environment,
  eventTime,
  label,
  purpose,
  replyInstant,
  text,
  usageDate,
  usd,
} from "./values.ts";

const oneOf = (values: readonly string[]) => ({ error: `one of ${values.join(", ")}` });
const lackable = [...ATTRIBUTION_DIMENSIONS, "any"] as const;

const filterShape = {
  source: text(200).optional(),
  key_id: text(200).optional().meta({ description: "Of the key it was sent with" }),
  received_since: eventTime.optional(),
  missing: z.enum(lackable, oneOf(lackable)).optional().meta({ description: "This dimension is unallocated" }),
  team: label(64).optional(),
  feature: label(64).optional(),
  environment: environment.or(z.literal(UNALLOCATED)).optional(),
  region: label(64).optional(),
  customer_tier: label(64).optional(),
  purpose: purpose.optional(),
  cost_class: z.enum(COST_CLASSES, oneOf(COST_CLASSES)).optional(),
  provider: label(64).optional(),
  model: label(200).optional(),
  service_tier: serviceTier.optional(),
  price_status: z.enum(PRICE_STATUSES, oneOf(PRICE_STATUSES)).optional(),
  policy_status: z.enum(POLICY_STATUSES, oneOf(POLICY_STATUSES)).optional(),
};

const setShape = {
  team: dimensionValue.optional(),
  feature: dimensionValue.optional(),
  environment: environment.optional(),
  region: dimensionValue.optional(),
  customer_tier: dimensionValue.optional(),
  purpose: purpose.optional(),
};

const namesError = (shape: object) => ({ error: `an object with any of ${Object.keys(shape).join(", ")}` });

const setError = `at least one of ${ATTRIBUTION_DIMENSIONS.join(", ")}, as \`assign\` fills, and no other kind`;
const voidError = "with `void` a `key_id` and a `received_since`";

type Checked = {
  readonly kind: string;
  readonly filter: Filter;
  readonly set?: Partial<Record<string, unknown>> | undefined;
};
type Filter = { readonly key_id?: string | undefined; readonly received_since?: number | undefined };

const hasItsSet = ({ kind, set }: Checked) =>
  kind === "assign" ? ATTRIBUTION_DIMENSIONS.some((name) => set?.[name] !== undefined) : set === undefined;
const hasItsFilter = ({ kind, filter }: Checked) =>
  kind !== "void" || (filter.key_id !== undefined && filter.received_since !== undefined);

export const restatement = z
  .strictObject({
    id: text(200).meta({ description: "Chosen by the asker, one for all pages: what it has done is not done again" }),
    kind: z.enum(RESTATEMENT_KINDS, oneOf(RESTATEMENT_KINDS)),
    from: usageDate,
    to: usageDate.meta({ description: "Last usage date, included" }),
    filter: z
      .strictObject(filterShape, namesError(filterShape))
      .meta({ description: "Of usage as it stands now: each named field has this value" }),
    set: z.strictObject(setShape, namesError(setShape)).optional().meta({
      description: "Of `assign`: fills what is unallocated, changes nothing that is allocated but the purpose",
    }),
    reason: text(500),
    dry_run: z
      .boolean({ error: "true or false" })
      .meta({ description: "True: says what it would book, and books nothing" }),
    cursor: cursorOf(z.tuple([usageDate, z.string()])),
  })
  .refine(({ from, to }) => from <= to, { path: ["to"], error: "`from` or a later day" })
  .refine(hasItsSet, { path: ["set"], error: setError })
  .refine(hasItsFilter, { path: ["filter"], error: voidError });

const sums = {
  before_usd: usd,
  after_usd: usd,
  difference_usd: usd.meta({ description: "After less before" }),
};

const group = z.object({
  provider: z.string(),
  model: z.string(),
  cost_class: z.enum(COST_CLASSES),
  cost_class_after: z.enum(COST_CLASSES).nullable().meta({ description: "Null when it is voided" }),
  events: z.number(),
  requests: z.number(),
  ...sums,
  unpriced_before: z.number().meta({ description: "Events without a cost: they are in no sum" }),
  unpriced_after: z.number(),
});

/** A page: at most 100 events, as the lake has them. */
export const restatementPage = z.object({
  id: z.string(),
  kind: z.enum(RESTATEMENT_KINDS),
  dry_run: z.boolean(),
  matched: z.number().meta({ description: "Events of this page that the filter lets through" }),
  adjusted: z.number().meta({ description: "Of those: booked, or in a dry run to be booked" }),
  skipped: z.number().meta({ description: "Of those: as wanted already" }),
  still_unpriced: z
    .array(
      z.object({
        provider: z.string(),
        model: z.string(),
        meters: z.array(z.string()).meta({ description: "What has no price" }),
        events: z.number(),
      }),
    )
    .meta({ description: "Of those, with `reprice`: without a price now as before; they are not skipped" }),
  refused: z
    .array(z.object({ source: z.string(), id: z.string(), reason: z.string() }))
    .meta({ description: "Of those: another adjustment came first, or it cannot be booked" }),
  groups: z.array(group).meta({ description: "What was adjusted, by provider and model and the cost class of it" }),
  ...sums,
  next_cursor: z.string().nullable(),
  lake_until: replyInstant
    .nullable()
    .meta({ description: "What has landed later is not in the lake, and no event of it on a page; null: nothing is" }),
  unmerged_hours: z
    .number()
    .nullable()
    .meta({ description: "Begun hours since then: their events come with the next run of the pipeline" }),
});

export type RestatementPage = z.output<typeof restatementPage>;
