import {
  type Attribution,
  type AttributionTrace,
  type ClaimedAttribution,
  type EventAttribution,
  missingDimensions,
  type Sender,
} from "./attribution.ts";
import type { FillByRules, ResolvedModel, RuledEvent } from "./attribution-rules.ts";
import type { MappedDimension } from "./config.ts";
import { ATTRIBUTION_DIMENSIONS, type AttributionDimension, type Purpose, UNALLOCATED } from "./dimensions.ts";
import type { CompiledRegistry } from "./registry.ts";

/** What attributing asks of an event. */
interface AttributableEvent extends RuledEvent {
  readonly claimed: EventAttribution;
}

export interface Attributed {
  readonly attribution: Attribution;
  /** Required dimensions that are unallocated. */
  readonly missing: readonly AttributionDimension[];
  /** Fields in which the event claimed another value than its key allows. The key has won. */
  readonly overridden: readonly MappedDimension[];
  /** Undefined when everything is as it was sent. */
  readonly trace: AttributionTrace | undefined;
}

/** An event, the key that it comes with, and its model as the catalogue names it. */
export type AttributeUse = (event: AttributableEvent, sender: Sender, model: ResolvedModel) => Attributed;

const MAPPED_DIMENSIONS: readonly MappedDimension[] = [...ATTRIBUTION_DIMENSIONS, "purpose", "customer_id"];

type Values = { [K in MappedDimension]?: string };

/** The parts of the trace, as they come about. */
type Notes = { [K in "filledBy" | "overridden" | "aliased" | "unregistered"]?: Values };

interface Draft {
  readonly values: Values;
  readonly notes: Notes;
  readonly overridden: MappedDimension[];
}

function note(notes: Notes, part: keyof Notes, dimension: MappedDimension, text: string): void {
  const noted = notes[part] ?? {};
  noted[dimension] = text;
  notes[part] = noted;
}

/** The trace says no customer's id. */
function override({ notes, overridden }: Draft, dimension: MappedDimension, sent: string): void {
  overridden.push(dimension);
  if (dimension !== "customer_id") note(notes, "overridden", dimension, sent);
}

function attributionOf(values: Values): Attribution {
  const known: Attribution = {
    team: values.team ?? UNALLOCATED,
    feature: values.feature ?? UNALLOCATED,
    environment: (values.environment as Attribution["environment"] | undefined) ?? UNALLOCATED,
    region: values.region ?? UNALLOCATED,
    customer_tier: values.customer_tier ?? UNALLOCATED,
    purpose: (values.purpose as Purpose | undefined) ?? "customer_facing",
  };
  return values.customer_id === undefined ? known : { ...known, customer_id: values.customer_id };
}

/** A key of one team has it fixed. */
function fixedOf({ attribution: { fixed }, teams }: Sender): ClaimedAttribution {
  const [team, ...others] = teams ?? [];
  return team === undefined || others.length > 0 || fixed.team !== undefined ? fixed : { ...fixed, team };
}

const mayBookTo = ({ teams }: Sender, dimension: MappedDimension, value: string) =>
  dimension !== "team" || teams === undefined || teams.includes(value);

const isRegistrable = (dimension: MappedDimension): dimension is AttributionDimension =>
  dimension !== "purpose" && dimension !== "customer_id";

/** The value that is meant; undefined where the registry knows none. */
const meantBy = (registry: CompiledRegistry, dimension: MappedDimension, sent: string) =>
  isRegistrable(dimension) ? registry.valueOf(dimension, sent) : sent;

function takeClaim(
  registry: CompiledRegistry,
  dimension: MappedDimension,
  sent: string,
  sender: Sender,
  draft: Draft,
): void {
  const meant = meantBy(registry, dimension, sent);
  if (meant === undefined) return note(draft.notes, "unregistered", dimension, sent);
  if (!mayBookTo(sender, dimension, meant)) return override(draft, dimension, sent);
  draft.values[dimension] = meant;
  if (meant !== sent) note(draft.notes, "aliased", dimension, sent);
}

/** Fixed by the key, else what the event says, else the key's default. Returns the dimensions of which none says any. */
function takeClaims(registry: CompiledRegistry, claimed: EventAttribution, sender: Sender, draft: Draft) {
  const fixed = fixedOf(sender);
  const { defaults } = sender.attribution;
  const open: MappedDimension[] = [];
  for (const dimension of MAPPED_DIMENSIONS) {
    const only = fixed[dimension];
    const sent = claimed[dimension];
    const byDefault = defaults[dimension];
    if (only !== undefined) {
      draft.values[dimension] = only;
      const agrees = sent === undefined || sent === only || meantBy(registry, dimension, sent) === only;
      if (!agrees) override(draft, dimension, sent);
    } else if (sent !== undefined) takeClaim(registry, dimension, sent, sender, draft);
    else if (byDefault !== undefined && mayBookTo(sender, dimension, byDefault)) draft.values[dimension] = byDefault;
    else open.push(dimension);
  }
  return open;
}

/**
 * Whom usage is for: of each dimension what the key fixes, else what the event says, else the key's default, else the
 * first rule that matches and sets it, else unallocated. What an event says and cannot be taken is not filled in by
 * others: it meant something else.
 */
export function makeAttributeUse(registry: CompiledRegistry, fillByRules: FillByRules): AttributeUse {
  return (event, sender, model) => {
    const draft: Draft = { values: {}, notes: {}, overridden: [] };
    const { values, notes, overridden } = draft;
    const open = takeClaims(registry, event.claimed, sender, draft);
    if (open.length > 0) {
      for (const [dimension, { rule, value }] of fillByRules({ event, model, keyId: sender.keyId }, open)) {
        if (!mayBookTo(sender, dimension, value)) continue;
        values[dimension] = value;
        note(notes, "filledBy", dimension, rule);
      }
    }
    const attribution = attributionOf(values);
    const isTraced = Object.keys(notes).length > 0;
    return { attribution, missing: missingDimensions(attribution), overridden, trace: isTraced ? notes : undefined };
  };
}
