import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fetch } from "#contract/client.ts";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;
beforeAll(async () => {
  finops = await openFinops();
});
afterAll(() => finops[Symbol.asyncDispose]());

const attribution = ["team=search", "environment=production", "region=eu", "customer_tier=pro"];
const fixed = [...attribution, "provider=openai", "model=gpt-4o"].flatMap((pair) => ["--set", pair]);
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

function csvFile(name: string, rows: number, tokens: (i: number) => number | string = () => 1_000): string {
  const path = join(finops.folder, name);
  const lines = Array.from(
    { length: rows },
    (_, i) => `${yesterday} 10:00:00.${String(i).padStart(7, "0")},${tokens(i)}`,
  );
  writeFileSync(path, `${["at,uncached_input_tokens", ...lines].join("\n")}\n`);
  return path;
}

async function importJson(path: string, more: readonly string[] = [], fetcher?: Fetch) {
  const words = ["import", path, "--map", "at=time", ...fixed, ...more, "--json"];
  const outcome = await finops.run(words, fetcher);
  return { ...outcome, summary: outcome.out === "" ? undefined : JSON.parse(outcome.out) };
}

async function total(feature: string): Promise<string> {
  const words = ["report", "cost", "--group-by", "feature", "--filter", `feature=${feature}`, "--json"];
  const { out } = await finops.run(words);
  return JSON.parse(out).total_cost_usd;
}

const imports = (url: string) => url.includes("/v1/imports?");

/** Lets `healthy` requests through, then the line is dead. */
function dyingFetch(healthy: number): Fetch {
  let left = healthy;
  return (url, request) => {
    if (imports(url) && left-- <= 0) throw new TypeError("fetch failed");
    return fetch(url, request);
  };
}

function countingFetch(): { fetch: Fetch; parts: () => string[] } {
  const parts: string[] = [];
  return {
    fetch: (url, request) => {
      if (imports(url)) parts.push(new URL(url).searchParams.get("part") ?? "");
      return fetch(url, request);
    },
    parts: () => parts,
  };
}

test("a file counts once, however often, packed or not", async () => {
  const set = ["--set", "feature=twice"];
  const path = csvFile("twice.csv", 2_500);
  const first = await importJson(path, set);
  expect(first.err).toBe("");
  expect(first.exitCode).toBe(0);
  expect(first.summary).toMatchObject({ rows: 2_500, new: 2_500, known: 0, conflicting: 0, rejected: 0 });

  const again = await importJson(path, set);
  expect(again.summary).toMatchObject({ rows: 2_500, new: 0, known: 2_500, conflicting: 0 });

  const packed = `${path}.gz`;
  writeFileSync(packed, gzipSync(readFileSync(path)));
  const unpacked = await importJson(packed, set);
  expect(unpacked.summary).toMatchObject({ rows: 2_500, new: 0, known: 2_500, conflicting: 0 });
  expect(await total("twice")).toBe("6.25");
});

test("rows that are refused are told by their lines, the others are in, and the exit code is 1", async () => {
  const path = csvFile("refused.csv", 5, (i) => [1_000, "many", 1_000, -2, 1_000][i] ?? 0);
  appendFileSync(path, "too,many,cells\n");
  const { exitCode, summary, err } = await importJson(path, ["--set", "feature=refused"]);
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ rows: 6, new: 3, rejected: 3 });
  expect(summary.rejected_rows.map(({ line }: { line: number }) => line)).toEqual([3, 5, 7]);
  expect(err).toMatch(/^line 3 \(id [0-9a-f]{20}-1\): rejected: meters\.uncached_input_tokens: found .*many/m);
  expect(err).toMatch(/3 rows were not taken/);
  expect(await total("refused")).toBe("0.0075");
});

test("an import that was cut off goes on where it stopped", async () => {
  const set = ["--set", "feature=cut"];
  const path = csvFile("cut.csv", 3_500);
  const cut = await importJson(path, set, dyingFetch(2));
  expect(cut.exitCode).toBe(3);
  expect(cut.err).toContain("run the same command again");

  const counting = countingFetch();
  const rest = await importJson(path, set, counting.fetch);
  expect(rest.exitCode).toBe(0);
  expect(rest.err).toContain("went on after 2,000 rows");
  expect(counting.parts()).toEqual(["3", "4"]);
  expect(rest.summary).toMatchObject({ rows: 3_500, new: 3_500, known: 0 });
  expect(await total("cut")).toBe("8.75");
});

test("an answer that is lost costs nothing: the part is sent again and counts once", async () => {
  let lost = 0;
  const losing: Fetch = async (url, request) => {
    const reply = await fetch(url, request);
    if (imports(url) && lost++ % 2 === 0) throw new TypeError("fetch failed");
    return reply;
  };
  const { exitCode, summary } = await importJson(csvFile("lost.csv", 1_500), ["--set", "feature=lost"], losing);
  expect(exitCode).toBe(0);
  expect(summary).toMatchObject({ rows: 1_500, new: 1_500, known: 0 });
  expect(await total("lost")).toBe("3.75");
});

test("nothing is skipped when the server no longer knows the import", async () => {
  const set = ["--set", "feature=forgotten"];
  const path = csvFile("forgotten.csv", 1_200);
  await importJson(path, set, dyingFetch(1));
  const forgetting: Fetch = async (url, request) => {
    const notFound = { error: { code: "not_found", message: "no such import" } };
    if (url.includes("/v1/imports/imp_") && !posted) return { status: 404, text: async () => JSON.stringify(notFound) };
    posted ||= request.method === "POST";
    return fetch(url, request);
  };
  let posted = false;
  const { summary, err } = await importJson(path, set, forgetting);
  expect(err).not.toContain("went on");
  expect(summary).toMatchObject({ rows: 1_200, new: 200, known: 1_000 });
});

test("of a mended file without ids the mended rows count", async () => {
  const set = ["--set", "feature=mended"];
  const rows = [1_000, "many", 1_000, 1_000];
  const first = await importJson(
    csvFile("broken.csv", 4, (i) => rows[i] ?? 0),
    set,
  );
  expect(first.summary).toMatchObject({ rows: 4, new: 3, rejected: 1 });
  expect(first.err).toContain("mend the rejected rows and import the file again");
  expect(await total("mended")).toBe("0.0075");

  const mended = await importJson(csvFile("broken.csv", 4), set);
  expect(mended.exitCode).toBe(0);
  expect(mended.summary).toMatchObject({ rows: 4, new: 1, known: 3, conflicting: 0, rejected: 0 });
  expect(await total("mended")).toBe("0.01");
});

test("a file without ids is refused under another mapping: its rows would count again", async () => {
  const path = csvFile("mapped.csv", 10);
  await importJson(path, ["--set", "feature=mapped"]);
  const counting = countingFetch();
  const refused = await importJson(path, ["--set", "feature=mapped", "--set", "tags.run=2"], counting.fetch);
  expect(refused.exitCode).toBe(2);
  expect(refused.err).toContain("would count again");
  expect(counting.parts()).toEqual([]);
  expect(await total("mapped")).toBe("0.025");
  const others = await importJson(path, ["--set", "feature=mapped", "--set", "source=others"]);
  expect(others.summary).toMatchObject({ rows: 10, new: 10 });
});

test("recent rows are in reports when the command returns", async () => {
  const one = csvFile("one.csv", 1);
  for (let i = 1; i <= 10; i++) {
    await importJson(one, ["--set", "feature=at-once", "--set", `source=at-once-${i}`]);
    expect(Number(await total("at-once")) * 10_000).toBeCloseTo(25 * i);
  }
});

test("events of any age are taken: old ones are counted once the pipeline has merged them", async () => {
  const path = join(finops.folder, "old.jsonl");
  const event = (id: string, time: string) =>
    JSON.stringify({ id, source: "old", time, meters: { text_output_tokens: 100 }, prompt: "secret" });
  writeFileSync(path, [event("a", "2024-02-29T12:00:00Z"), event("b", "2024-03-01T00:00:00+01:00")].join("\n"));
  const words = ["import", path, ...fixed, "--set", "feature=old", "--json"];
  const first = JSON.parse((await finops.run(words)).out);
  expect(first).toMatchObject({ rows: 2, new: 2, known: 0, waiting: 0 });
  const again = JSON.parse((await finops.run(words)).out);
  expect(again).toMatchObject({ rows: 2, new: 0, known: 2, waiting: 0 });
  const report = ["report", "cost", "--from", "2024-02-01", "--to", "2024-03-31", "--filter", "feature=old"];
  const { out } = await finops.run([...report, "--granularity", "daily", "--csv"]);
  expect(out).toBe(
    "date,cost_class,team,feature,cost_usd,list_cost_usd,requests,text_output_tokens\r\n2024-02-29,cogs,search,old,0.002,0.002,2,200\r\n",
  );
});

test("the same id with other content is a conflict: nothing has changed, and the exit code is 1", async () => {
  const path = join(finops.folder, "conflict.jsonl");
  const line = (tokens: number) =>
    JSON.stringify({ id: "x", source: "c", time: `${yesterday}T12:00:00Z`, meters: { text_output_tokens: tokens } });
  const words = ["import", path, ...fixed, "--set", "feature=conflict", "--json"];
  writeFileSync(path, line(100));
  expect((await finops.run(words)).exitCode).toBe(0);
  writeFileSync(path, line(200));
  const { exitCode, out, err } = await finops.run(words);
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ new: 0, known: 0, conflicting: 1 });
  expect(err).toContain("line 1 (id x): conflicting: another event has this source and id");
  expect(err).toContain("finops adjust");
  expect(await total("conflict")).toBe("0.001");
});

test.each([
  ["a file that is not there", (folder: string) => [join(folder, "nowhere.csv")], 2],
  ["an empty file", (folder: string) => [written(join(folder, "empty.csv"), "")], 2],
  ["a JSON array", (folder: string) => [written(join(folder, "array.json"), "[{}]")], 2],
  [
    "a CSV without a time",
    (folder: string) => [written(join(folder, "t.csv"), "when,model\n1,m\n"), "--set", "provider=openai"],
    2,
  ],
  ["a mapping without =", (folder: string) => [written(join(folder, "m.csv"), "a\n1\n"), "--map", "a"], 2],
  [
    "gzip that is cut short",
    (folder: string) => [written(join(folder, "cut.gz"), gzipSync("a\n1\n").subarray(0, 15))],
    1,
  ],
])("%s is refused before anything is sent", async (_, words, exitCode) => {
  const counting = countingFetch();
  const outcome = await finops.run(["import", ...words(finops.folder)], counting.fetch);
  expect(outcome.exitCode).toBe(exitCode);
  expect(outcome.err).toMatch(/^finops: /);
  expect(counting.parts()).toEqual([]);
});

function written(path: string, content: string | Uint8Array): string {
  writeFileSync(path, content);
  return path;
}
