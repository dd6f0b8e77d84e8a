import type { QueryValue } from "#app/ports/query-engine.ts";

/** Of one execution parameter, quotes included. */
const lengthMax = 1024;

/** The values of a statement's `?` as Athena takes them: the text of SQL literals, which it puts in their places. */
export function executionParameters(statement: string, values: readonly QueryValue[]): string[] {
  return values.map((value, i) => {
    const text = typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new RangeError(`sql/${statement}.sql: parameter ${i + 1} is ${value}, want a finite number`);
    }
    if (text.length <= lengthMax) return text;
    throw new RangeError(
      `sql/${statement}.sql: parameter ${i + 1} has ${text.length} characters, Athena takes ${lengthMax}`,
    );
  });
}
