import type { RegisteredDimension, Registry } from "./config.ts";
import { ATTRIBUTION_DIMENSIONS, type AttributionDimension, ENVIRONMENTS } from "./dimensions.ts";
import { environmentOf } from "./environment-names.ts";
import { nearestName } from "./nearest-name.ts";
import { remember } from "./remember.ts";

export interface CompiledRegistry {
  /** The value that is meant by what was sent; undefined where the dimension does not know it. */
  valueOf(dimension: AttributionDimension, sent: string): string | undefined;
  /** The registered name or alias that is spelt most like it. */
  nearestTo(dimension: AttributionDimension, sent: string): string | undefined;
}

type ValueOf = (sent: string) => string | undefined;

/** By every name: aliases first, so that a name that is also another's alias stays itself. */
function namesOf({ values }: RegisteredDimension): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { id, aliases = [] } of values) for (const alias of aliases) names.set(alias, id);
  for (const { id } of values) names.set(id, id);
  return names;
}

function compileValues(registered: RegisteredDimension | undefined): ValueOf {
  if (registered === undefined) return (sent) => sent;
  const names = namesOf(registered);
  return registered.mode === "strict" ? (sent) => names.get(sent) : (sent) => names.get(sent) ?? sent;
}

/** There are three environments whatever is registered: a registry adds spellings, and strict allows fewer. */
function compileEnvironments(registered: RegisteredDimension | undefined): ValueOf {
  if (registered === undefined) return environmentOf;
  const names = namesOf(registered);
  return (sent) => {
    const environment = environmentOf(names.get(sent) ?? sent);
    const isAllowed = registered.mode === "open" || registered.values.some(({ id }) => id === environment);
    return isAllowed ? environment : undefined;
  };
}

const slipsRemembered = 1_000;

/** A sender says the same wrong thing with each event, and a registry may have thousands of names to compare. */
function compileNearest(registered: RegisteredDimension | undefined, known: readonly string[]) {
  const names = [...known, ...(registered?.values.flatMap(({ id, aliases = [] }) => [id, ...aliases]) ?? [])];
  const remembered = remember<{ readonly nearest: string | undefined }>(slipsRemembered);
  return (sent: string) => remembered(sent, () => ({ nearest: nearestName(sent, names) })).nearest;
}

export function compileRegistry(registry: Registry): CompiledRegistry {
  const values = Object.fromEntries(
    ATTRIBUTION_DIMENSIONS.map((dimension): [string, ValueOf] => [
      dimension,
      dimension === "environment" ? compileEnvironments(registry.environment) : compileValues(registry[dimension]),
    ]),
  ) as Readonly<Record<AttributionDimension, ValueOf>>;
  const nearest = Object.fromEntries(
    ATTRIBUTION_DIMENSIONS.map((dimension): [string, ValueOf] => [
      dimension,
      compileNearest(registry[dimension], dimension === "environment" ? ENVIRONMENTS : []),
    ]),
  ) as Readonly<Record<AttributionDimension, ValueOf>>;
  return {
    valueOf: (dimension, sent) => values[dimension](sent),
    nearestTo: (dimension, sent) => nearest[dimension](sent),
  };
}
