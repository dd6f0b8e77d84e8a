import type { RegisteredDimension, Registry } from "./config.ts";
import { ATTRIBUTION_DIMENSIONS, type AttributionDimension, ENVIRONMENTS } from "./dimensions.ts";
import type { FieldError } from "./field-error.ts";
import { nearestName } from "./nearest-name.ts";

const isEnvironment = (name: string) => (ENVIRONMENTS as readonly string[]).includes(name);

function checkDimension(dimension: AttributionDimension, { values }: RegisteredDimension): FieldError[] {
  const at = `registry.${dimension}.values`;
  const owners = new Map<string, string>();
  const errors: FieldError[] = [];
  const take = (name: string, path: string) => {
    const owner = owners.get(name);
    if (owner === undefined) owners.set(name, path);
    else errors.push({ path, found: JSON.stringify(name), wanted: `another name: ${owner} has it` });
  };
  for (const [i, { id }] of values.entries()) {
    take(id, `${at}[${i}].id`);
    if (dimension === "environment" && !isEnvironment(id)) {
      const wanted = `one of ${ENVIRONMENTS.join(", ")}; other spellings are aliases of these`;
      errors.push({ path: `${at}[${i}].id`, found: JSON.stringify(id), wanted });
    }
  }
  for (const [i, { id, aliases = [] }] of values.entries()) {
    for (const [j, alias] of aliases.entries()) {
      const path = `${at}[${i}].aliases[${j}]`;
      take(alias, path);
      if (dimension === "environment" && alias !== id && isEnvironment(alias)) {
        errors.push({ path, found: JSON.stringify(alias), wanted: "another spelling: it is an environment itself" });
      }
    }
  }
  return errors;
}

/** Every name of a dimension, id or alias, means one value. */
export function checkRegistry(registry: Registry): FieldError[] {
  return ATTRIBUTION_DIMENSIONS.flatMap((dimension) => {
    const registered = registry[dimension];
    return registered === undefined ? [] : checkDimension(dimension, registered);
  });
}

/** Why this value of a dimension would be as good as missing; nothing where the dimension takes any. */
export function checkRegistered(
  registry: Registry,
  dimension: AttributionDimension,
  value: string,
  path: string,
): FieldError[] {
  const registered = registry[dimension];
  if (registered === undefined || registered.mode === "open") return [];
  if (registered.values.some(({ id }) => id === value)) return [];
  const named = registered.values.find(({ aliases = [] }) => aliases.includes(value))?.id;
  const ids = registered.values.map(({ id }) => id);
  const meant = named ?? nearestName(value, ids);
  const hint = meant === undefined ? "" : `: did you mean ${JSON.stringify(meant)}?`;
  const wanted = `a registered ${dimension}, as registry.${dimension} is strict and does not have it as an id${hint}`;
  return [{ path, found: JSON.stringify(value), wanted }];
}
