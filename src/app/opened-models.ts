import type { ModelName } from "#core/approved-models.ts";
import { compileConfig } from "#core/compile-config.ts";
import type { ModelPolicy } from "#core/config.ts";
import type { ConfigChange } from "#core/config-changes.ts";
import { ENVIRONMENTS, type Environment, UNALLOCATED } from "#core/dimensions.ts";
import type { Meter } from "#core/meters.ts";
import type { ModelUse } from "#core/model-policy.ts";
import { parseUnitPrice, type UnitPrice } from "#core/money.ts";
import { matchesPattern } from "#core/pattern.ts";
import type { UsageDate } from "#core/time.ts";
import type { Configs } from "./config-effects.ts";

type Effects = ReadonlyMap<ConfigChange, readonly string[]>;

interface Asked {
  readonly policies: readonly ConfigChange[];
  readonly days: readonly UsageDate[];
  readonly used: readonly ModelName[];
}

/** A price at which a use is judged, in words; the first is none at all. */
interface AtPrice {
  readonly text: string;
  readonly unitPrices: NonNullable<ModelUse["unitPrices"]>;
}

interface Opened extends ModelName {
  readonly cause: ConfigChange;
  /** Where, for whom, at what price and from when. */
  readonly place: string;
  readonly verb: "approved" | "allowed";
}

const sentencesMax = 10;
/** Where more policies change at once, each is looked at alone: a plan of thousands has to answer, too. */
const pairsMax = 10_000;
/** More than anything costs: only a policy without a limit lets it through. */
const anyPrice = (10n ** 30n) as UnitPrice;

const policiesOf = ({ from, to }: ConfigChange) => [from, to].filter((policy) => policy !== null) as ModelPolicy[];

/**
 * What the policies speak of, by name or pattern, alone and where two meet, and what is in use. A pattern stands for all
 * that it matches: as a name, only patterns that are at least as wide match it.
 */
function namesOf(lists: readonly ModelPolicy[], changed: readonly ModelPolicy[], used: readonly ModelName[]) {
  const ofLists = lists.map(({ provider = "*", model = "*" }) => ({ provider, model }));
  const meeting = changed.length * lists.length <= pairsMax ? lists : [];
  const met = changed.flatMap((one) =>
    meeting.map((other) => ({
      provider: one.provider ?? other.provider ?? "*",
      model: one.model ?? other.model ?? "*",
    })),
  );
  const all = [{ provider: "*", model: "*" }, ...ofLists, ...met, ...used];
  return [...new Map(all.map(({ provider, model }) => [`${provider} ${model}`, { provider, model }])).values()];
}

function pricesOf(changed: readonly ModelPolicy[]): readonly AtPrice[] {
  const limits = changed.flatMap(({ max_usd_per_million: max = {} }) => Object.entries(max) as [Meter, string][]);
  const at = (meter: Meter, unitPrice: UnitPrice, text: string) => ({ text, unitPrices: [{ meter, unitPrice }] });
  const unlimited = limits.map(([meter]) => at(meter, anyPrice, ` at any price of ${meter}`));
  const limited = limits.map(([meter, usd]) =>
    at(meter, parseUnitPrice(usd) ?? anyPrice, ` at ${usd} USD per million ${meter}`),
  );
  return [{ text: "", unitPrices: [] }, ...unlimited, ...limited];
}

/** Empty where it is for everybody. */
function forTeams(teams: readonly string[], named: readonly string[]): string {
  const others = named.filter((team) => !teams.includes(team));
  if (!teams.includes(UNALLOCATED)) return ` for ${teams.join(", ")}`;
  return others.length === 0 ? "" : ` for all teams but ${others.join(", ")}`;
}

function text({ provider, model, verb, place }: Opened): string {
  const name = provider === "*" && model === "*" ? "every model" : `${provider} ${model}`;
  return `makes ${name} ${verb} ${place} without a cost review (docs/governance.md)`;
}

function told(all: readonly Opened[]): string[] {
  const isPartOf = (narrow: Opened, wide: Opened) =>
    narrow !== wide &&
    narrow.place === wide.place &&
    matchesPattern(wide.provider, narrow.provider) &&
    matchesPattern(wide.model, narrow.model);
  const lines = all.filter((one) => !all.some((other) => isPartOf(one, other))).map(text);
  const more = lines.length - sentencesMax;
  return more > 0 ? [...lines.slice(0, sentencesMax), `And ${more} more are made so.`] : lines;
}

/** One use of a model that is opened. */
interface OpenedUse extends Omit<Opened, "provider" | "model" | "place"> {
  readonly environment: Environment;
  readonly team: string;
  /** At what price and from when. */
  readonly how: string;
}

/** Judges a use before and after: how it is opened first, if it is. */
function opener(changes: readonly ConfigChange[], prices: readonly AtPrice[], days: Asked["days"], configs: Configs) {
  const [was, is] = [compileConfig(configs.before).verdict, compileConfig(configs.after).verdict];
  const byId = (id: string | undefined) => changes.find((change) => change.section === "policies" && change.id === id);
  const other = changes.find(({ section }) => section === "settings") ?? changes[0];
  const asked = prices.flatMap(({ text: price, unitPrices }) =>
    days.map((usageDate) => ({ price, unitPrices, usageDate })),
  );
  return (name: ModelName, environment: Environment, team: string): OpenedUse[] => {
    for (const { price, unitPrices, usageDate } of asked) {
      const use = { provider: name.provider, model: name.model, environment, team, usageDate, unitPrices };
      const [old, now] = [was(use), is(use)];
      if (old.status !== "unapproved" || now.status === "unapproved") continue;
      const cause = byId(now.policy) ?? byId(old.policy) ?? other;
      const since = usageDate === configs.today ? "" : ` from ${usageDate} on`;
      const verb = now.status === "approved" ? "approved" : "allowed";
      return cause === undefined ? [] : [{ environment, team, cause, verb, how: `${price}${since}` }];
    }
    return [];
  };
}

/** The uses of one model in as few sentences as say the same. */
function inPlaces(name: ModelName, uses: readonly OpenedUse[], named: readonly string[]): Opened[] {
  const byEnvironment = Map.groupBy(uses, ({ cause, verb, how, environment }) =>
    JSON.stringify([cause.section, cause.id, verb, how, environment]),
  );
  const ofTeams = [...byEnvironment.values()].map((of) => {
    const teams = of.map(({ team }) => team);
    return { ...(of[0] as OpenedUse), teams: forTeams(teams, named) };
  });
  const byPlace = Map.groupBy(ofTeams, ({ cause, verb, how, teams }) =>
    JSON.stringify([cause.section, cause.id, verb, how, teams]),
  );
  return [...byPlace.values()].map((of) => {
    const { cause, verb, teams, how } = of[0] as (typeof ofTeams)[number];
    const all = of.map(({ environment }) => environment);
    const environments = all.length === ENVIRONMENTS.length ? "every environment" : all.join(" and ");
    return { ...name, cause, verb, place: `in ${environments}${teams}${how}` };
  });
}

/** The uses that were unapproved and are so no more, told at the policy that lets them, or whose absence does. */
export function openedModels({ policies: changes, days, used }: Asked, configs: Configs): Effects {
  const { before, after } = configs;
  if (before.policies.list.length === 0) return new Map();
  const lists = [...before.policies.list, ...after.policies.list];
  const changed = changes.filter(({ section }) => section === "policies").flatMap(policiesOf);
  const named = [...new Set(lists.flatMap(({ team = [] }) => team))];
  const openedUse = opener(changes, pricesOf(changed), days, configs);
  const opened = namesOf(lists, changed, used).flatMap((name) => {
    const uses = ENVIRONMENTS.flatMap((environment) =>
      [UNALLOCATED, ...named].flatMap((team) => openedUse(name, environment, team)),
    );
    return inPlaces(name, uses, named);
  });
  return new Map([...Map.groupBy(opened, ({ cause }) => cause)].map(([cause, of]) => [cause, told(of)]));
}
