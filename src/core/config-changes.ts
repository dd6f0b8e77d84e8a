import type { Config } from "./config.ts";
import { ATTRIBUTION_DIMENSIONS } from "./dimensions.ts";

/** The lists of the config, by their names in plans and in the audit log. */
const LISTS = {
  rules: (config) => config.rules,
  cost_classes: (config) => config.cost_classes,
  policies: (config) => config.policies.list,
  shared_costs: (config) => config.shared_costs,
  fixed_costs: (config) => config.fixed_costs,
  sources: (config) => config.sources,
  precedence: (config) => config.precedence,
  budgets: (config) => config.budgets,
} as const satisfies Readonly<Record<string, (config: Config) => readonly { readonly id: string }[]>>;

type ConfigSection = keyof typeof LISTS | "registry" | "otlp_attributes" | "settings";

/** A part of the config that is added, changed or removed on its own, with its audit entry. */
interface ConfigItem {
  readonly section: ConfigSection;
  /** The item's own id; `team/search` in the registry; the name of a setting or of a dimension. */
  readonly id: string;
}

export interface ConfigChange extends ConfigItem {
  readonly change: "add" | "change" | "remove";
  /** Values of JSON; null where there was nothing, or is nothing any more. */
  readonly from: unknown;
  readonly to: unknown;
}

type Items = ReadonlyMap<string, unknown>;

/** The same for values that differ in the order of their fields alone. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function changesOf(section: ConfigSection, before: Items, after: Items): ConfigChange[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return ids.flatMap((id): ConfigChange[] => {
    if (!after.has(id)) return [{ section, id, change: "remove", from: before.get(id), to: null }];
    const to = after.get(id);
    if (!before.has(id)) return [{ section, id, change: "add", from: null, to }];
    const from = before.get(id);
    return canonical(from) === canonical(to) ? [] : [{ section, id, change: "change", from, to }];
  });
}

function registryItems({ registry }: Config): Items {
  return new Map(
    ATTRIBUTION_DIMENSIONS.flatMap((dimension): [string, unknown][] => {
      const registered = registry[dimension];
      if (registered === undefined) return [];
      const values = registered.values.map((value): [string, unknown] => [`${dimension}/${value.id}`, value]);
      return [[dimension, { mode: registered.mode }], ...values];
    }),
  );
}

function settings({ enforcement, coverage, policies }: Config): Items {
  return new Map<string, unknown>([
    ["enforcement", enforcement],
    ["coverage", coverage],
    ["policies.unlisted", policies.unlisted],
  ]);
}

/** What is kept stays in its order and what is added comes last: any other order is a change of its own. */
function orderChange(list: keyof typeof LISTS, before: readonly string[], after: readonly string[]): ConfigChange[] {
  const kept = before.filter((id) => after.includes(id));
  const expected = [...kept, ...after.filter((id) => !before.includes(id))];
  if (expected.every((id, i) => id === after[i])) return [];
  return [{ section: "settings", id: `${list}.order`, change: "change", from: before, to: after }];
}

/** Every change that makes `after` of `before`, each item once; none when they say the same. */
export function configChanges(before: Config, after: Config): ConfigChange[] {
  const lists = (Object.keys(LISTS) as (keyof typeof LISTS)[]).flatMap((list) => {
    const [old, wanted] = [LISTS[list](before), LISTS[list](after)];
    const byId = (items: readonly { readonly id: string }[]) => new Map(items.map((item) => [item.id, item] as const));
    const order = orderChange(
      list,
      old.map(({ id }) => id),
      wanted.map(({ id }) => id),
    );
    return [...changesOf(list, byId(old), byId(wanted)), ...order];
  });
  const attributes = ({ otlp_attributes }: Config) => new Map<string, unknown>(Object.entries(otlp_attributes));
  return [
    ...changesOf("registry", registryItems(before), registryItems(after)),
    ...lists,
    ...changesOf("otlp_attributes", attributes(before), attributes(after)),
    ...changesOf("settings", settings(before), settings(after)),
  ];
}
