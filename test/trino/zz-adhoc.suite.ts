import { readFileSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { renderStatement } from "#lake/statement.ts";
import { dayMs, type Instant, usageDateOf } from "#core/time.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { entry } from "../lake/entries.ts";
import { openTrinoLake } from "./trino-lake.ts";

test("explain", async () => {
  const lake = await openTrinoLake();
  const sql = readFileSync(new URL("../../sql/merge_usage_events.sql", import.meta.url), "utf8");
  let out = "";
  const now = Date.now() as Instant;
  for (let d = 6; d >= 0; d--) {
    const at = (now - d * dayMs) as Instant;
    const day = usageDateOf(at);
    const rows = Array.from({ length: 400 }, (_, i) => ({ entry: entry({ id: `${d}-${i}`, time: `${day}T00:00:00Z`, cost: 5n }), shard: "s", sequence: String(i), importId: "" }));
    await lake.landing.write(`f-${d}`, at, rows);
    const places = { from_hour: landedHour(at), first_day: day, last_day: day, known_from: day, known_to: day };
    if (d === 0) {
      await lake.landing.write(`g-${d}`, (at - 5 * 3600_000) as Instant, rows.slice(0, 100));
      const p = { ...places, from_hour: landedHour((at - 6 * 3600_000) as Instant) };
      const text = renderStatement("merge", sql, p);
      out += JSON.stringify(await lake.query(`explain analyze ${text}`), null, 1).replaceAll("\\n", "\n");
    } else await lake.query(renderStatement("merge", sql, places));
  }
  const check = readFileSync(new URL("../../sql/check_keys_once.sql", import.meta.url), "utf8");
  const day = usageDateOf(now);
  out += "\n=====CHECK\n" + JSON.stringify(await lake.query(`explain analyze ${renderStatement("c", check, { dates: [day], known_from: day, known_to: day })}`), null, 1).replaceAll("\\n", "\n");
  writeFileSync("/tmp/costs-explain.txt", out);
});
