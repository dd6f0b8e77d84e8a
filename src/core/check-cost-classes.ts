import type { CostClassRow, CostClassTable } from "./config.ts";
import type { FieldError } from "./field-error.ts";

const matchesAll = ({ cost_class: _, ...conditions }: CostClassRow) => Object.keys(conditions).length === 0;

function checkRows({ rows }: CostClassTable, path: string): FieldError[] {
  const all = rows.findIndex(matchesAll);
  const last = rows.length - 1;
  if (all === last) return [];
  if (all < 0) {
    const wanted = "a last row with nothing but `cost_class`, for all that no row before matches";
    return [{ path: `${path}.rows[${last}]`, found: "a row with conditions", wanted }];
  }
  const wanted = `a row that can match: rows[${all}] before it matches everything`;
  return [{ path: `${path}.rows[${all + 1}]`, found: "a row after it", wanted }];
}

/** Each day has one table, and each table a class for everything. */
export function checkCostClasses(tables: readonly CostClassTable[]): FieldError[] {
  const first = new Map<string, number>();
  return tables.flatMap((table, i) => {
    const path = `cost_classes[${i}]`;
    const known = first.get(table.from);
    first.set(table.from, known ?? i);
    const wanted = `a day of its own: cost_classes[${known}] begins on it too`;
    const sameDay = known === undefined ? [] : [{ path: `${path}.from`, found: JSON.stringify(table.from), wanted }];
    return [...sameDay, ...checkRows(table, path)];
  });
}
