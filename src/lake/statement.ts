import { parseUsageDate } from "#core/time.ts";
import { forecastLiteral } from "./forecast-literal.ts";

/** At most so many dates may be named in one statement: Athena writes to no more than 100 partitions at once. */
export const datesPerWriteMax = 90;

const hourPattern = /^\d{4}-\d{2}-\d{2}-([01]\d|2[0-3])$/;
const momentPattern = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/;
/** An order to erase: its id, the SHA-256 of a customer's id in hex, its moment. */
const orderPattern = /^(era_[A-Za-z0-9]{1,64}) ([0-9a-f]{64}) (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3})$/;

function literal(statement: string, name: string, value: string): string {
  if (parseUsageDate(value) !== undefined) return `date '${value}'`;
  if (hourPattern.test(value) && parseUsageDate(value.slice(0, 10)) !== undefined) return `'${value}'`;
  if (momentPattern.test(value)) return `'${value}'`;
  if (orderPattern.test(value)) return value.replace(orderPattern, "('$1', '$2', '$3')");
  const forecast = forecastLiteral(value);
  if (forecast !== undefined) return forecast;
  throw new RangeError(
    `${statement}: {{${name}}} must be dates, hours (2026-11-23, 2026-11-23-07), moments, orders to erase or forecasts, found "${value.slice(0, 200)}"`,
  );
}

/** What a `{{name}}` is filled with, as it stands in the text: `date '2026-11-01', date '2026-11-02'`, `'2026-11-23-07'`. */
export function sqlLiterals(statement: string, name: string, values: readonly string[]): string {
  return values.map((value) => literal(statement, name, value)).join(", ");
}

/**
 * The text of a statement with its `{{name}}` filled. Only dates, `YYYY-MM-DD-HH` hours, moments,
 * orders to erase (`<id> <hash> <moment>`) and forecasts (`forecastText`) can stand there: nothing that anyone sends reaches the text of a statement. Every place must be filled, and
 * everything given must have a place.
 */
export function renderStatement(
  statement: string,
  sql: string,
  substitutions: Readonly<Record<string, string | readonly string[]>>,
): string {
  const used = new Set<string>();
  const rendered = sql.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const given = Object.hasOwn(substitutions, name) ? substitutions[name] : undefined;
    const values = typeof given === "string" ? [given] : (given ?? []);
    if (values.length === 0) throw new RangeError(`${statement}: nothing is given for {{${name}}}`);
    used.add(name);
    return sqlLiterals(statement, name, values);
  });
  const unused = Object.keys(substitutions).filter((name) => !used.has(name));
  if (unused.length > 0) throw new RangeError(`${statement}: there is no {{${unused.join("}}, {{")}}}`);
  return rendered;
}
