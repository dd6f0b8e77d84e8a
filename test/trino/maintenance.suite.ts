import { expect, test } from "vitest";
import { usageDateOf } from "#core/time.ts";
import { MAINTENANCE } from "#lake/maintenance.ts";
import { entriesOver } from "./proof-entries.ts";
import { openTwoLakes } from "./two-lakes.ts";

/** Athena's OPTIMIZE in Trino's words. */
function inTrino(optimize: string, schema: string): string {
  const [, table] = /^optimize (\w+) rewrite data using bin_pack$/.exec(optimize) ?? [];
  return `alter table iceberg.${schema}.${table} execute optimize`;
}

test("OPTIMIZE puts the files of each day together, and no row changes", async () => {
  await using lakes = await openTwoLakes();
  const { trino } = lakes;
  const entries = entriesOver(3, usageDateOf(lakes.now()), 60);
  for (const part of [entries.slice(0, 30), entries.slice(30)]) {
    await lakes.land(part);
    const [{ status }] = await lakes.run();
    expect(status).toBe("succeeded");
    lakes.wait(3_600_000);
  }
  const rows = () => trino.query("select key, cost from usage_events order by key");
  const files = async () =>
    Number((await trino.query(`select count(*) as n from iceberg.${trino.schema}."usage_events$files"`))[0]?.n);
  const [before, filesBefore] = [await rows(), await files()];
  for (const { optimize } of MAINTENANCE) await trino.query(inTrino(optimize, trino.schema));
  expect(filesBefore).toBe(6);
  expect(await files()).toBe(3);
  expect(await rows()).toEqual(before);
});
