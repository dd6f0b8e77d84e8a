import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import type { Story } from "./story.ts";
import { ask, must, type Target } from "./target.ts";

const dayMs = 86_400_000;

interface Page {
  readonly rows: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
  readonly [total: string]: unknown;
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** All pages of a report, rows in an order of their own. */
async function report(target: Target, key: string, query: string): Promise<unknown> {
  const rows: Record<string, unknown>[] = [];
  for (let cursor: string | null = ""; ; ) {
    const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const {
      rows: more,
      next_cursor: next,
      ...totals
    }: Page = await must(target, key, `/v1/reports/cost?${query}${after}`);
    rows.push(...more);
    if (next === null) return { ...totals, rows: rows.map((row) => JSON.stringify(row)).sort() };
    cursor = next;
  }
}

const named = [
  "code-0",
  "conv-1",
  "code-2",
  "conv-3",
  "code-60",
  "code-6",
  "fresh",
  "from-development",
  "cloud",
  "old-0",
  "b1",
];

/** Everything that can be read of the story over HTTP. */
export async function readBooks(target: Target, key: string, { nowMs }: Story): Promise<Record<string, unknown>> {
  const recent = `from=${dayOf(nowMs - 31 * dayMs)}&to=${dayOf(nowMs + dayMs)}`;
  const queries = {
    "every day and combination": `${recent}&granularity=daily&group_by=${SPEND_DIMENSIONS.join(",")}&limit=700`,
    ...Object.fromEntries(
      SPEND_DIMENSIONS.map((dimension) => [`by ${dimension}`, `${recent}&granularity=total&group_by=${dimension}`]),
    ),
    "by month": `${recent}&granularity=monthly&group_by=team,feature`,
    filtered: `${recent}&granularity=daily&group_by=model&environment=production&team=search&team=growth`,
    "what was imported": `from=2023-11-15&to=2023-11-17&granularity=daily&group_by=${SPEND_DIMENSIONS.join(",")}`,
  };
  const books: Record<string, unknown> = {};
  for (const [name, query] of Object.entries(queries)) books[name] = await report(target, key, query);
  for (const id of named) {
    books[`explained ${id}`] = await ask(target, key, `/v1/explanations?source=azure-trace&id=${id}`);
  }
  books.import = await ask(target, key, "/v1/imports/imp_story");
  books.prices = await ask(target, key, "/v1/prices");
  return books;
}

/** Entries in the cells of the live window: what the stream's consumer has posted so far. */
export async function postedEntries(target: Target, key: string, { nowMs }: Story): Promise<number> {
  const query = `from=${dayOf(nowMs - 29 * dayMs)}&to=${dayOf(nowMs + dayMs)}&granularity=total`;
  const { rows }: Page = await must(target, key, `/v1/reports/cost?${query}`);
  return rows.reduce((sum, row) => sum + Number(row.entries), 0);
}
