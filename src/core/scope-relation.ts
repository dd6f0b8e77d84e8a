import type { Budget, Scope } from "./config.ts";
import { SPEND_DIMENSIONS } from "./dimensions.ts";

type Values = readonly string[] | undefined;

/** Left out is every value. */
const isWithin = (inner: Values, outer: Values) =>
  outer === undefined || (inner?.every((value) => outer.includes(value)) ?? false);

const haveCommon = (some: Values, others: Values) =>
  some === undefined || others === undefined || some.some((value) => others.includes(value));

/** Some cell may be in both: no dimension is in both without a value in common. */
export function scopesOverlap(a: Scope, b: Scope): boolean {
  return SPEND_DIMENSIONS.every((dimension) => haveCommon(a[dimension], b[dimension]));
}

type Narrowed = Pick<Budget, "scope" | "customer_id" | "tags">;

/** As text the dimension, `customer_id` or tag of the outer budget that lets through less than the inner one; or undefined. */
export function outsideOf(inner: Narrowed, outer: Narrowed): string | undefined {
  const dimension = SPEND_DIMENSIONS.find((name) => !isWithin(inner.scope[name], outer.scope[name]));
  if (dimension !== undefined) return `scope.${dimension}`;
  if (!isWithin(inner.customer_id, outer.customer_id)) return "customer_id";
  const tag = Object.entries(outer.tags ?? {}).find(([name, values]) => !isWithin(inner.tags?.[name], values));
  return tag && `tags.${tag[0]}`;
}

/** Some spend may be of both. Two tags of different names may stand on one event. */
export function budgetsOverlap(a: Narrowed, b: Narrowed): boolean {
  if (!scopesOverlap(a.scope, b.scope) || !haveCommon(a.customer_id, b.customer_id)) return false;
  return Object.entries(a.tags ?? {}).every(([name, values]) => haveCommon(values, b.tags?.[name]));
}
