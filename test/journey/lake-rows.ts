import { COST_DAILY, CUSTOMER_DAILY, type Table, USAGE_EVENTS } from "#lake/tables.ts";

/** Rows as text, in an order of their own, by the name of the table. */
export type LakeRows = Readonly<Record<string, readonly string[]>>;

/** Where and when a row came in differs between two systems, and so do the ids of keys; a map has no common text. */
const own = new Set(["received_at", "landed_at", "shard", "sequence", "key_id", "adjustment_by", "tags", "charges"]);

function queryOf({ name, columns }: Table): string {
  const texts = columns
    .filter((column) => !own.has(column.name))
    .map((column) => {
      const isTime = column.type === "timestamp(6)";
      const value = isTime ? `date_diff('millisecond', timestamp '2000-01-01 00:00:00', ${column.name})` : column.name;
      return `cast(${value} as varchar) as ${column.name}`;
    });
  return `select ${texts.join(", ")} from ${name}`;
}

/** The tables of the lake, every column that two systems have in common. */
export const lakeQueries: Readonly<Record<string, string>> = Object.fromEntries(
  [USAGE_EVENTS, COST_DAILY, CUSTOMER_DAILY].map((table) => [table.name, queryOf(table)]),
);
