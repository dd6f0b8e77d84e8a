import type { CatalogCard, CatalogModel } from "#core/price-book.ts";

/** What a snapshot adds to the name of its model: a date, a month, a build, "latest". */
const SNAPSHOT = /[-@](20\d{2}-\d{2}-\d{2}|20\d{6}|\d{4}|0\d{2}|latest|default)$/;
/** Fireworks' own ids are such paths. */
const ACCOUNT_PATH = /^accounts\/[^/]+\/[^/]+\//;

/** Where a name comes from. */
export interface NameOrigin {
  readonly inLitellm: boolean;
  readonly genaiId: string | undefined;
}

/**
 * Files a name under another one as its alias where both write the same model (a snapshot, a path, another spelling) and
 * either their prices are the same, or genai-prices alone knows the name and writes it out for the same model.
 */
export function gatherAliases(
  models: ReadonlyMap<string, CatalogModel>,
  originOf: (name: string) => NameOrigin,
): Record<string, CatalogModel> {
  const groups = groupByPrice(models);
  joinGenaiNames(groups, originOf);
  const byCanonical = new Map([...groups.values()].map((names) => [canonicalOf(names, originOf), names]));
  const gathered: Record<string, CatalogModel> = {};
  for (const [canonical, names] of [...byCanonical].sort(([a], [b]) => order(a, b))) {
    const model = models.get(canonical);
    const aliases = [...names].filter((name) => name !== canonical).sort(order);
    if (model !== undefined) gathered[canonical] = aliases.length === 0 ? model : { aliases, ...model };
  }
  return gathered;
}

/** The group of each name. */
type Groups = Map<string, Set<string>>;

/** Snapshots and paths without a plain name at their price stay apart: none of them stands for the others. */
function groupByPrice(models: ReadonlyMap<string, CatalogModel>): Groups {
  const named = new Map<string, string[]>();
  for (const [name, { cards }] of models) {
    const key = JSON.stringify([spelling(plainName(name)), cards.map(figures)]);
    named.set(key, [...(named.get(key) ?? []), name]);
  }
  const groups: Groups = new Map();
  for (const names of named.values()) {
    const plain = names.some((name) => spelling(name.replace(ACCOUNT_PATH, "")) === spelling(plainName(name)));
    const together = new Set(names);
    for (const name of names) groups.set(name, plain ? together : new Set([name]));
  }
  return groups;
}

/** A card without which source its prices come from, but with whether they are disputed. */
function figures({ from, brackets_inclusive, rates, uplifts }: CatalogCard): unknown {
  const prices = rates.map(({ meter, tier, above, usd_per_million, disputed }) => [
    meter,
    tier,
    above,
    usd_per_million,
    disputed,
  ]);
  return [
    from,
    brackets_inclusive,
    prices,
    uplifts?.map(({ serving_location, speed, multiply }) => [serving_location, speed, multiply]),
  ];
}

function joinGenaiNames(groups: Groups, originOf: (name: string) => NameOrigin): void {
  const known = [...groups.keys()].filter((name) => originOf(name).inLitellm);
  for (const [name, group] of groups) {
    const { inLitellm, genaiId } = originOf(name);
    if (inLitellm || [...group].some((member) => originOf(member).inLitellm)) continue;
    const same = known.filter((other) => originOf(other).genaiId === genaiId);
    const target =
      same.find((other) => spelling(other) === spelling(name)) ??
      same.find((other) => spelling(other) === spelling(plainName(name)));
    const into = target === undefined ? undefined : groups.get(target);
    if (into === undefined) continue;
    group.delete(name);
    groups.set(name, into.add(name));
  }
}

function plainName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).replace(SNAPSHOT, "");
}

function spelling(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9/]/g, "");
}

/** The plain name stands for its snapshots and paths, one whose prices LiteLLM gives for one that has it not. */
function canonicalOf(names: ReadonlySet<string>, originOf: (name: string) => NameOrigin): string {
  const rank = (name: string) =>
    (originOf(name).inLitellm ? 0 : 4) + (SNAPSHOT.test(name) ? 2 : 0) + (ACCOUNT_PATH.test(name) ? 0 : 1);
  const [first = ""] = [...names].sort((a, b) => rank(a) - rank(b) || a.length - b.length || order(a, b));
  return first;
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
