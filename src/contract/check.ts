import type * as z from "zod";
import type { FieldError } from "#core/field-error.ts";
import { insteadOfMeter, nearestMeters } from "./meters.ts";

const foundMax = 100;
const errorsMax = 20;

/** A value of JSON in at most 100 characters; never walks into it. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value.slice(0, foundMax)) : String(value);
  return text.length > foundMax ? `${text.slice(0, foundMax - 1)}…` : text;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part).slice(0, 64)}`))
    .join("");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** By the name of an object: what is wanted in place of a key that it does not know. */
const INSTEAD: ReadonlyMap<PropertyKey | undefined, (key: string) => string> = new Map([
  ["meters", insteadOfMeter],
  ["usd_per_million", nearestMeters],
]);

/** What is wrong in the only form of several that has the fields which were sent; nothing where that is none or several. */
function errorsOfForm({ path, errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const known = errors.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 && issue.code !== "unrecognized_keys"),
  );
  const [only, ...others] = known;
  return only === undefined || others.length > 0 ? [] : only.map((one) => ({ ...one, path: [...path, ...one.path] }));
}

function withForms(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const ofForm = issue.code === "invalid_union" ? errorsOfForm(issue) : [];
  return ofForm.length > 0 ? ofForm : [issue];
}

function fieldErrors(error: z.ZodError, input: unknown, root: string): FieldError[] {
  const errors = error.issues.flatMap(withForms).flatMap((issue): { path: PropertyKey[]; wanted: string }[] => {
    if (issue.code !== "unrecognized_keys") return [{ path: issue.path, wanted: issue.message }];
    const instead = INSTEAD.get(issue.path.at(-1));
    return issue.keys.map((key) => ({ path: [...issue.path, key], wanted: instead?.(key) ?? issue.message }));
  });
  return errors.slice(0, errorsMax).map(({ path, wanted }) => ({
    path: pathText(root === "" ? path : [root, ...path]),
    found: describe(valueAt(input, path)),
    wanted,
  }));
}

export type Checked<S extends z.ZodType> =
  | { readonly ok: true; readonly data: z.output<S> }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Does `input` fit the schema? `root` stands before each path: "query" makes it "query.from". */
export function check<S extends z.ZodType>(schema: S, input: unknown, root = ""): Checked<S> {
  const result = schema.safeParse(input);
  return result.success
    ? { ok: true, data: result.data }
    : { ok: false, errors: fieldErrors(result.error, input, root) };
}
