import type { FieldError } from "#core/field-error.ts";
import type { Attributes } from "./span.ts";

/** An attribute of a call cannot be taken: the span is rejected for it. */
export class WrongAttribute extends Error {
  readonly error: FieldError;
  constructor(error: FieldError) {
    super(`${error.path}: found ${error.found}, wanted ${error.wanted}`);
    this.error = error;
  }
}

/** The first of the names that has text in it. */
export function textOf(attributes: Attributes, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** Numbers may stand as text: Micrometer sends nothing else. NaN is what JavaScript makes of an unknown sum. */
function isGiven(value: unknown): value is string | number {
  return (typeof value === "string" && value.trim() !== "") || (typeof value === "number" && !Number.isNaN(value));
}

export function hasAny(attributes: Attributes, names: readonly string[]): boolean {
  return names.some((name) => isGiven(attributes.get(name)));
}

/** The first of the names that is there, as a count; 0 where none is. Throws what is wrong with it. */
export function countOf(attributes: Attributes, ...names: readonly string[]): number {
  for (const name of names) {
    const value = attributes.get(name);
    if (!isGiven(value)) continue;
    const count = Number(value);
    if (Number.isSafeInteger(count) && count >= 0) return count;
    const wanted = `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;
    throw new WrongAttribute({ path: `attributes.${name}`, found: String(value).slice(0, 100), wanted });
  }
  return 0;
}

/** A count within a structure that stands as JSON text; 0 where there is none. */
export function countWithin(attributes: Attributes, name: string, field: string): number {
  const text = textOf(attributes, name);
  if (text === undefined) return 0;
  try {
    const count: unknown = JSON.parse(text)?.[field];
    return Number.isSafeInteger(count) && (count as number) >= 0 ? (count as number) : 0;
  } catch {
    return 0;
  }
}
