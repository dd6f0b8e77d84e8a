import type { Budget, Scope } from "./config.ts";
import { SPEND_DIMENSIONS } from "./dimensions.ts";

const wordOf = (name: string) => name.replaceAll("_", " ");

/** "team search or ops, environment production"; of no filter at all "all spend". */
export function scopeText(scope: Scope): string {
  const parts = SPEND_DIMENSIONS.flatMap((name) => {
    const values = scope[name];
    return values === undefined ? [] : [`${wordOf(name)} ${values.join(" or ")}`];
  });
  return parts.length === 0 ? "all spend" : parts.join(", ");
}

/** With the customers and tags that it is narrowed to. */
export function budgetScopeText({ scope, customer_id, tags = {} }: Budget): string {
  const narrowed = [
    ...(customer_id === undefined ? [] : [`customer ${customer_id.join(" or ")}`]),
    ...Object.entries(tags).map(([tag, values]) => `tag ${tag} ${values.join(" or ")}`),
  ];
  return [scopeText(scope), ...narrowed].join(", ");
}
