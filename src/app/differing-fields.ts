import type { LedgerEntry } from "#core/ledger-entry.ts";

type Values = Readonly<Record<string, string | number | undefined>>;

/** Zero and absent say the same. */
function sameValues(a: object, b: object): boolean {
  const [one, other] = [a as Values, b as Values];
  return Object.keys({ ...one, ...other }).every((name) => (one[name] ?? 0) === (other[name] ?? 0));
}

/**
 * The fields of an event, as its sender writes them, in which two entries of the same id differ. May be empty though
 * the events differ: an entry keeps one of a provider's spellings, and of the attribution what the key has made of it.
 */
export function differingFields(a: LedgerEntry, b: LedgerEntry): readonly string[] {
  const differs: Readonly<Record<string, boolean>> = {
    time: a.time !== b.time,
    provider: a.provider !== b.provider,
    model: a.requestedModel !== b.requestedModel,
    service_tier: a.serviceTier !== b.serviceTier,
    speed: a.speed !== b.speed,
    serving_location: a.servingLocation !== b.servingLocation,
    requests: a.requests !== b.requests,
    meters: !sameValues(a.quantities, b.quantities),
    attribution: a.keyId === b.keyId && !sameValues(a.attribution, b.attribution),
    tags: !sameValues(a.tags, b.tags),
    response_id: a.responseId !== b.responseId,
  };
  return Object.keys(differs).filter((field) => differs[field]);
}
