import type { Column, Table } from "./tables.ts";

/** A column of a table that is there, its type in the words of the same dialect as `typeOf`. */
export interface ExistingColumn {
  readonly name: string;
  readonly type: string;
}

/** Rows written before have no value in a new column: in a sum that is zero, elsewhere the column must allow it. */
const mayBeNew = ({ type, optional }: Column) => optional || type.startsWith("decimal");

/**
 * The columns that a table lacks. A table only ever gets columns more: an entry written years ago stays readable. One
 * that is not defined here is of a newer version, from which a deploy has gone back: it stays, and what is written
 * meanwhile has no value in it. A column of another type is refused: no statement could mend it without a loss.
 */
export function addedColumns(
  table: Table,
  existing: readonly ExistingColumn[],
  typeOf: (type: Column["type"]) => string,
): Column[] {
  const found = new Map(existing.map(({ name, type }) => [name, type.replaceAll(" ", "").toLowerCase()]));
  const added = table.columns.filter(({ name }) => !found.has(name));
  const faults = [
    ...table.columns
      .filter(({ name, type }) => found.has(name) && found.get(name) !== typeOf(type))
      .map(({ name, type }) => `column ${name} is ${found.get(name)}, this version has ${typeOf(type)}`),
    ...added
      .filter((column) => !mayBeNew(column))
      .map(({ name }) => `new column ${name} is neither optional nor a sum`),
  ];
  if (faults.length === 0) return added;
  throw new RangeError(
    `table ${table.name}: ${faults.join("; ")}: a table only gets columns that old rows can do without`,
  );
}
