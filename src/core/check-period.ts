import type { FieldError } from "./field-error.ts";
import type { UsageDate } from "./time.ts";

/** The last day is not before the first. `path` is of the last one. */
export function checkPeriod(from: UsageDate | undefined, to: UsageDate | undefined, path: string): FieldError[] {
  if (from === undefined || to === undefined || to >= from) return [];
  return [{ path, found: JSON.stringify(to), wanted: `a UTC day not before \`from\`, which is ${from}` }];
}
