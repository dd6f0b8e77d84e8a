import type { FieldError } from "./field-error.ts";
import { parseUsd } from "./money.ts";

export function checkAmount(usd: string, path: string): FieldError[] {
  if ((parseUsd(usd) ?? 0n) > 0n) return [];
  return [{ path, found: JSON.stringify(usd), wanted: 'an amount above 0, such as "250"' }];
}
