import * as z from "zod";
import { SEVERITIES } from "#core/alert.ts";
import {
  type ATTRIBUTION_DIMENSIONS,
  COST_CLASSES,
  ENVIRONMENTS,
  POLICY_STATUSES,
  PRICE_STATUSES,
  PURPOSES,
  SERVICE_TIERS,
  SPEND_DIMENSIONS,
  type SpendDimension,
  UNALLOCATED,
} from "#core/dimensions.ts";
import { METERS, type Meter } from "#core/meters.ts";
import { parseUsd } from "#core/money.ts";
import { nearestMeters } from "./meters.ts";
import { negotiatedRate } from "./prices.ts";
import { dimensionValue, environment, label, purpose, text, usageDate, usdPerMillion } from "./values.ts";

/** Of an object whose every key is known: a misspelt one would be lost silently. */
function named<S extends z.ZodRawShape>(shape: S, what?: string) {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return `an object with ${names}`;
      return what === undefined
        ? `one of ${names}`
        : `${what}, which ${issue.keys.join(" and ")} is not: one of ${names}`;
    },
  });
}

const listOf = <S extends z.ZodType>(item: S, what: string) => z.array(item, { error: `a list of ${what}` });

/** What must match one of them would match nothing without any. */
function oneOrMore<S extends z.ZodType>(item: S, what: string) {
  const error = `a list of at least one: ${what}`;
  return z.array(item, { error }).min(1, { error });
}

function oneOf<const V extends readonly [string, ...string[]]>(values: V) {
  return z.enum(values, { error: `one of ${values.join(", ")}` });
}

function wholeFrom1(what: string) {
  const error = `a whole number of ${what}, 1 or more, not in quotes`;
  return z.int({ error }).min(1, { error }).max(1_000_000_000, { error });
}

const amountError = 'a decimal string in quotes, such as "5000" or "249.50", of at most 12 decimals';
const amount = z
  .string({ error: amountError })
  .refine((sent) => parseUsd(sent) !== undefined, { error: amountError })
  .meta({ format: "decimal" });

const id = label(64).meta({ description: "Names it in plans and in the audit log; unique in its list" });
const pattern = text(200).meta({ description: "`*` stands for any characters; matched whole, in the letters given" });
const patterns = oneOrMore(pattern, "patterns");
const costClass = oneOf(COST_CLASSES);
const firstDay = usageDate.meta({ description: "First UTC day on which it holds" });
const lastDay = usageDate.meta({ description: "Last UTC day on which it holds; open when left out" });

const registeredValue = named({
  id: dimensionValue,
  owner: text(200).exactOptional(),
  cost_centre: text(64).exactOptional(),
  aliases: listOf(dimensionValue, "other spellings").exactOptional(),
});

const registeredDimension = named({
  mode: oneOf(["open", "strict"]).meta({
    description:
      "open: any value is taken. strict: a value that is neither registered nor an alias leaves it unallocated",
  }),
  values: listOf(registeredValue, "values, each with its `id`").default([]),
}).exactOptional();

const registry = named({
  team: registeredDimension,
  feature: registeredDimension,
  environment: registeredDimension,
  region: registeredDimension,
  customer_tier: registeredDimension,
} satisfies Record<(typeof ATTRIBUTION_DIMENSIONS)[number], unknown>);

const rule = named({
  id,
  when: named({
    key: oneOrMore(text(64), "ids of keys").exactOptional(),
    source: patterns.exactOptional(),
    provider: patterns.exactOptional(),
    model: patterns.exactOptional(),
    tags: z.record(text(64), pattern, { error: "an object of tags and patterns" }).exactOptional(),
  }).meta({ description: "Every named field must match; without any, the rule matches every event" }),
  set: named({
    team: dimensionValue.exactOptional(),
    feature: dimensionValue.exactOptional(),
    environment: environment.exactOptional(),
    region: dimensionValue.exactOptional(),
    customer_tier: dimensionValue.exactOptional(),
    purpose: purpose.exactOptional(),
    customer_id: label(64).exactOptional(),
  }),
});

const enforcementOf = oneOf(["observe", "quarantine", "reject"]).exactOptional();

const percentError = 'a percentage as text from "0" to "100" with at most 2 decimals, such as "95"';

const costClassTable = named({
  id,
  from: usageDate.meta({ description: "First UTC day of usage that it classes; until the next table's" }),
  approved_by: text(200),
  reason: text(500),
  rows: oneOrMore(
    named({
      environment: oneOrMore(oneOf([...ENVIRONMENTS, UNALLOCATED]), "environments").exactOptional(),
      purpose: oneOrMore(oneOf(PURPOSES), "purposes").exactOptional(),
      customer_tier: patterns.exactOptional(),
      feature: patterns.exactOptional(),
      cost_class: costClass,
    }),
    "rows, the first that matches decides",
  ),
});

const mostPerMillion = z.strictObject(
  Object.fromEntries(METERS.map((meter) => [meter, usdPerMillion.exactOptional()])) as Record<
    Meter,
    z.ZodExactOptional<typeof usdPerMillion>
  >,
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? nearestMeters(issue.keys[0] ?? "")
        : "an object of meters and USD per million units",
  },
);

export const policy = named({
  id,
  status: oneOf(["approved", "pending", "denied", "deprecated"]),
  provider: pattern.exactOptional(),
  model: pattern.exactOptional(),
  environment: oneOrMore(environment, "environments").exactOptional(),
  team: oneOrMore(dimensionValue, "teams").exactOptional(),
  owner: text(200),
  reason: text(500),
  from: firstDay.exactOptional(),
  expires: lastDay.exactOptional(),
  deprecated_on: usageDate
    .exactOptional()
    .meta({ description: "Of a deprecated model: from this day on its use is unapproved" }),
  successor: text(200).exactOptional(),
  max_usd_per_million: mostPerMillion.exactOptional(),
});

const anyValue = (known: readonly string[]) => z.enum(known, { error: `one of ${known.join(", ")}` });

/** Of the dimensions that have a closed set of values. */
const CLOSED: Readonly<Partial<Record<SpendDimension, readonly string[]>>> = {
  environment: [...ENVIRONMENTS, UNALLOCATED],
  cost_class: COST_CLASSES,
  service_tier: SERVICE_TIERS,
  price_status: PRICE_STATUSES,
  policy_status: POLICY_STATUSES,
};

function scopeValues(dimension: SpendDimension) {
  const closed = CLOSED[dimension];
  return oneOrMore(closed === undefined ? label(200) : anyValue(closed), "values").exactOptional();
}

const scope = named(
  Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, scopeValues(name)])) as Record<
    SpendDimension,
    ReturnType<typeof scopeValues>
  >,
  "a dimension",
).meta({ description: "A filter on the dimensions of spend: each named one has one of its values" });

const splitBy = named({
  by: z.literal("weights"),
  weights: oneOrMore(named({ team: dimensionValue, weight: wholeFrom1("parts") }), "teams with their weights"),
});
const splitByUsage = named({
  by: z.literal("usage"),
  measure: oneOf(["cost", "requests", "tokens"]),
  of: scope,
});

const sharedCost = named({
  id,
  scope,
  from: firstDay,
  to: lastDay.exactOptional(),
  split: z.discriminatedUnion("by", [splitBy, splitByUsage], { error: "an object with `by`: weights or usage" }),
});

const fixedCost = named({
  id,
  vendor: text(200),
  team: dimensionValue,
  cost_class: costClass,
  feature: dimensionValue.exactOptional(),
  seats: wholeFrom1("seats").exactOptional(),
  usd_per_month: amount,
  from: firstDay,
  to: lastDay.exactOptional(),
  covers: patterns
    .exactOptional()
    .meta({ description: "Sources whose usage is paid by it: it keeps its list cost and costs nothing" }),
});

const source = named({
  id: pattern,
  silent_after_minutes: wholeFrom1("minutes"),
});

const precedence = named({
  id,
  provider: label(64).meta({ description: 'Or "*" for every provider' }),
  sources: oneOrMore(pattern, "patterns of sources, the one to be believed first"),
});

const attributeNames = oneOrMore(text(200), "names of attributes, the first that is there is taken").exactOptional();

const thresholdOn = oneOf(["actual", "forecast"]).meta({
  description: "actual: what is spent. forecast: what will have been spent at the period's end",
});
const thresholdPercentError = 'a percentage as text above "0" with at most 2 decimals, such as "80"';
const thresholdPercent = z
  .string({ error: thresholdPercentError })
  .regex(/^\d{1,6}(?:\.\d{1,2})?$/, { error: thresholdPercentError })
  .meta({ description: "Of the amount" });
const severity = oneOf(SEVERITIES);

/** Either of the two: no threshold has both, or neither. */
const threshold = z.union(
  [
    named({ on: thresholdOn, percent: thresholdPercent, severity }),
    named({ on: thresholdOn, amount_usd: amount, severity }),
  ],
  {
    error: `an object with on (actual or forecast), severity (${SEVERITIES.join(", ")}) and either percent, such as "80", or amount_usd, such as "5000"`,
  },
);

const budget = named({
  id,
  owner: text(200),
  team: dimensionValue
    .exactOptional()
    .meta({ description: "Whom its alerts are for; left out: the only team of its scope, or nobody in particular" }),
  scope,
  customer_id: oneOrMore(label(64), "customers")
    .exactOptional()
    .meta({ description: "Narrows the scope to these customers; evaluated from the lake, after each run" }),
  tags: z
    .record(text(64), oneOrMore(text(64), "values"), { error: "an object of tags and lists of their values" })
    .refine((sent) => Object.keys(sent).length > 0, { error: "an object of at least one tag and its values" })
    .exactOptional()
    .meta({ description: "Narrows the scope to events that carry each of these tags; evaluated from the lake" }),
  period: oneOf(["day", "week", "month", "quarter", "year"]).meta({ description: "Of UTC; weeks begin on Monday" }),
  amount_usd: amount,
  changes: listOf(
    named({
      from: usageDate.meta({ description: "For periods that begin on this UTC day or later" }),
      amount_usd: amount,
    }),
    "changes, each with `from` and `amount_usd`",
  )
    .exactOptional()
    .meta({ description: "Other amounts, in the order of `from`" }),
  parent: label(64).exactOptional().meta({ description: "The id of the budget that this one is a part of" }),
  thresholds: listOf(threshold, "thresholds")
    .exactOptional()
    .meta({ description: "In order; left out: 80 and 100 % of what is spent, 100 % of what is forecast" }),
  when_used_up: oneOf(["warn", "deny"]).meta({ description: "What `authorize` answers once it is used up" }),
});

/** `finops.yaml`. What is left out stays as it is; an empty list is none. */
export const configDocument = named({
  registry: registry.exactOptional().meta({ description: "The allowed values of each dimension, with their aliases" }),
  rules: listOf(rule, "rules").exactOptional().meta({
    description: "Fill what neither key nor event says: of each dimension the first that matches and sets it",
  }),
  enforcement: named({ development: enforcementOf, staging: enforcementOf, production: enforcementOf })
    .exactOptional()
    .meta({ description: "What becomes of an event whose attribution is incomplete" }),
  coverage: named({
    target_percent: z
      .string({ error: percentError })
      .regex(/^(?:100(?:\.0{1,2})?|\d{1,2}(?:\.\d{1,2})?)$/, { error: percentError }),
  }).exactOptional(),
  cost_classes: listOf(costClassTable, "tables, each from a day on").exactOptional(),
  policies: named({
    unlisted: oneOf(["allow", "forbid"]).exactOptional(),
    list: listOf(policy, "policies").exactOptional(),
  })
    .exactOptional()
    .meta({ description: "Which models may be used where; the most specific policy decides" }),
  shared_costs: listOf(sharedCost, "shared costs").exactOptional(),
  fixed_costs: listOf(fixedCost, "seats and subscriptions").exactOptional(),
  sources: listOf(source, "senders that are expected to be heard of").exactOptional(),
  precedence: listOf(precedence, "rules on who is believed").exactOptional(),
  otlp_attributes: named({
    team: attributeNames,
    feature: attributeNames,
    environment: attributeNames,
    region: attributeNames,
    customer_tier: attributeNames,
    purpose: attributeNames,
    customer_id: attributeNames,
  })
    .exactOptional()
    .meta({ description: "Attributes of spans and resources that say whom a call is for, beside those known anyway" }),
  budgets: listOf(budget, "budgets").exactOptional(),
  prices: listOf(negotiatedRate, "prices").exactOptional().meta({
    description: "The company's own prices. They are only ever added: one that is left out goes on until its `to`",
  }),
}).meta({ id: "ConfigDocument", title: "finops.yaml" });

export type SentConfigDocument = z.input<typeof configDocument>;
export type TakenConfigDocument = z.output<typeof configDocument>;
