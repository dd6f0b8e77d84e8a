import { expect, test } from "vitest";
import type { FailedBatch, FailedChanges } from "#app/ports/failed-changes.ts";
import type { ExportedLine, LedgerExports } from "#app/ports/ledger-exports.ts";
import { makeRedrive } from "#app/redrive.ts";
import { makeRedriveExport } from "#app/redrive-export.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Change, LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { sha256Hex } from "#server/secrets.ts";
import { memoryLanding } from "../fakes/memory-stores.ts";
import { at, entry } from "../lake/entries.ts";

/** The order to erase "acme", of a moment. */
const order = (id: string, requestedAt: Instant) => ({
  ...{ id, customerHash: sha256Hex("acme"), requestedAt, requestedBy: "key_1", reason: "asked", cleanedAt: null },
});
const personal = (id: string, customer: string, receivedAt: Instant): LedgerEntry => ({
  ...{ ...entry({ id, customer }), receivedAt, tags: { contact: "jo@acme.example" }, responseId: `resp-${id}` },
});

const change = (sequence: number, id = `e${sequence}`, shard = "shard-1"): Change => ({
  shard,
  sequence: `10000000000000000000${sequence}`,
  entry: entry({ id }),
});
const whole = (...changes: readonly Change[]): FailedBatch => ({ changes, problems: [] });

function world(batches: Record<string, FailedBatch>) {
  const waiting = new Map(Object.entries(batches));
  const landing = memoryLanding();
  const { erasures } = openControl(IN_MEMORY, () => now);
  let now = at("2026-11-22T12:00:00Z");
  const failedChanges: FailedChanges = {
    list: async (after, limit) =>
      [...waiting.keys()]
        .sort()
        .filter((id) => id > (after ?? ""))
        .slice(0, limit),
    read: async (id) => waiting.get(id),
    done: async (id) => void waiting.delete(id),
  };
  return {
    ...{ waiting, landing, failedChanges, erasures },
    redrive: makeRedrive({ failedChanges, landing, clock: () => now, erasures, sha256Hex }),
    wait: (ms: number) => {
      now = (now + ms) as Instant;
    },
    landed: () =>
      [...landing.files.values()].flat().map(({ shard, sequence, entry: { id } }) => ({ shard, sequence, id })),
  };
}

test("every change lands with its own shard and sequence, and its batch is done", async () => {
  const { redrive, waiting, landed } = world({ a: whole(change(1), change(2)), b: whole(change(1, "x", "shard-2")) });
  expect(await redrive(undefined)).toEqual({ objects: 2, changes: 3, undecodable: [], remaining: 0, next: undefined });
  expect(landed()).toEqual([
    { shard: "shard-1", sequence: "100000000000000000001", id: "e1" },
    { shard: "shard-1", sequence: "100000000000000000002", id: "e2" },
    { shard: "shard-2", sequence: "100000000000000000001", id: "x" },
  ]);
  expect([...waiting.keys()]).toEqual([]);
});

test("what cannot be decoded stays, named; what of its batch can lands, and again when it is redriven again", async () => {
  const { redrive, waiting, landed, failedChanges } = world({
    a: { changes: [change(1)], problems: ["shard-1 2: no entry"] },
    b: whole(change(3)),
  });
  const report = { objects: 1, changes: 2, undecodable: [{ id: "a", problems: ["shard-1 2: no entry"] }] };
  expect(await redrive(undefined)).toEqual({ ...report, remaining: 0, next: undefined });
  expect([...waiting.keys()]).toEqual(["a"]);
  await redrive(undefined);
  expect(landed().map(({ id }) => id)).toEqual(["e1", "e3"]);
  expect(await failedChanges.list(undefined, 10)).toEqual(["a"]);
});

test("a batch that did not land is not done, and comes again", async () => {
  const { redrive, waiting, landing, landed } = world({ a: whole(change(1)) });
  landing.fails = true;
  await expect(redrive(undefined)).rejects.toThrow(Unavailable);
  expect([...waiting.keys()]).toEqual(["a"]);
  await redrive(undefined);
  expect(landed()).toHaveLength(1);
});

test("a batch that landed and was not marked done lands again in its own file", async () => {
  const { redrive, failedChanges, waiting, landing } = world({ a: whole(change(1), change(2)) });
  const { done } = failedChanges;
  failedChanges.done = async () => {
    throw new Unavailable("failures");
  };
  await expect(redrive(undefined)).rejects.toThrow(Unavailable);
  failedChanges.done = done;
  await redrive(undefined);
  expect(landing.files.size).toBe(1);
  expect(waiting.size).toBe(0);
});

test("many batches are redriven 50 at a time, each once, past those that stay", async () => {
  const batches = Object.fromEntries(
    Array.from({ length: 120 }, (_, i): [string, FailedBatch] => {
      const id = String(i).padStart(3, "0");
      return [id, i % 10 === 0 ? { changes: [], problems: ["bad"] } : whole(change(i, id))];
    }),
  );
  const { redrive, waiting, landed } = world(batches);
  const reports: Awaited<ReturnType<typeof redrive>>[] = [];
  do reports.push(await redrive(reports.at(-1)?.next));
  while (reports.at(-1)?.next !== undefined);
  expect(reports.map(({ objects, remaining }) => [objects, remaining])).toEqual([
    [45, 70],
    [45, 20],
    [18, 0],
  ]);
  expect(landed()).toHaveLength(108);
  expect(waiting.size).toBe(12);
});

test("work that takes long is answered for before a gateway gives up", async () => {
  const { redrive, wait, failedChanges } = world({ a: whole(change(1)), b: whole(change(2)), c: whole(change(3)) });
  const { read } = failedChanges;
  failedChanges.read = async (id) => {
    wait(10_000);
    return read(id);
  };
  expect(await redrive(undefined)).toMatchObject({ objects: 2, remaining: 1, next: "b" });
});

test("an erased customer lands in no new file; who comes after the erasure does, and so do others", async () => {
  const orderedAt = at("2026-11-21T00:00:00Z");
  const later = (orderedAt + 1) as Instant;
  const entries = [personal("1", "acme", orderedAt), personal("2", "acme", later), personal("3", "other", orderedAt)];
  const changes = entries.map((one, i) => ({ ...change(i), entry: one }));
  const { redrive, erasures, landing } = world({ a: whole(...changes) });
  await erasures.add(order("era_2", orderedAt));
  await erasures.add(order("era_1", (orderedAt - 1_000) as Instant));
  await redrive(undefined);
  const { responseId: _, ...first } = entries[0] as LedgerEntry;
  const forgotten = { ...first, attribution: { ...first.attribution, customer_id: "erased" }, tags: {} };
  expect([...landing.files.values()].flat().map((row) => row.entry)).toEqual([forgotten, entries[1], entries[2]]);
});

/** An export of two files: 12,000 entries and 3, one of them unreadable. */
function exported(msPerLine = 0) {
  const landing = memoryLanding();
  const { erasures } = openControl(IN_MEMORY, () => now);
  let now = at("2026-11-22T12:00:00Z");
  const line = (n: number): ExportedLine => ({
    line: n,
    entry: { ...entry({ id: `e${n}` }), receivedAt: (at("2026-11-20T00:00:00Z") + n) as Instant },
  });
  const files: Record<string, readonly ExportedLine[]> = {
    one: Array.from({ length: 12_000 }, (_, n) => line(n)),
    two: [line(20_000), { line: 1, problem: "no entry" }, { ...line(20_002), line: 2 }],
  };
  /** How often a file was opened. */
  const opened: string[] = [];
  const ledgerExports: LedgerExports = {
    find: async (id) =>
      id === "good"
        ? { status: "ready", files: Object.keys(files).sort() }
        : { status: id === "half" ? "unfinished" : "absent" },
    async *lines(file, from) {
      opened.push(file);
      for (const one of (files[file] ?? []).filter((found) => found.line >= from)) {
        now = (now + msPerLine) as Instant;
        yield one;
      }
    },
  };
  const redrive = makeRedriveExport({ ledgerExports, landing, clock: () => now, erasures, sha256Hex });
  const part = async (after?: string, receivedFrom?: Instant, receivedTo?: Instant) => {
    const result = await redrive({ exportId: "good", after, receivedFrom, receivedTo });
    if (result.status !== "landed") throw new Error(result.status);
    return result;
  };
  const all = async () => {
    const results: Awaited<ReturnType<typeof part>>[] = [];
    do results.push(await part(results.at(-1)?.next));
    while (results.at(-1)?.next !== undefined);
    return results;
  };
  const ids = () => [...landing.files.values()].flat().map((row) => row.entry.id);
  return { landing, erasures, files, opened, redrive, part, all, ids };
}

test("an export lands in one request, 5,000 lines a file, every entry under a place of its own; a bad line is named", async () => {
  const { landing, all, opened } = exported();
  expect(await all()).toEqual([
    {
      ...{ status: "landed", objects: 2, changes: 12_002, remaining: 0, next: undefined },
      undecodable: ["two, line 2: no entry"],
    },
  ]);
  expect(opened).toEqual(["one", "two"]);
  expect([...landing.files.values()].map((rows) => rows.length)).toEqual([5_000, 5_000, 2_000, 2]);
  const rows = [...landing.files.values()].flat();
  expect(new Set(rows.map(({ sequence }) => sequence)).size).toBe(12_002);
  expect(new Set(rows.map(({ shard }) => shard))).toEqual(new Set(["export-good"]));
  await all();
  expect(landing.files.size).toBe(4);
});

test("an export that takes long is answered for before a gateway gives up, and goes on behind its last line", async () => {
  const { all, ids } = exported(2);
  const results = await all();
  expect(results.map(({ objects, changes, remaining, next }) => [objects, changes, remaining, next])).toEqual([
    [0, 10_000, 2, "10000 one"],
    [2, 2_002, 0, undefined],
  ]);
  expect(ids()).toEqual([...Array.from({ length: 12_000 }, (_, n) => `e${n}`), "e20000", "e20002"]);
});

test("a file that appears under the prefix between two requests hides none of the others", async () => {
  const { part, files, ids } = exported(2);
  const { next } = await part();
  files.another = [{ line: 0, entry: entry({ id: "other" }) }];
  await part(next);
  expect(new Set(ids()).size).toBe(12_002);
});

test("an export brings back no erased customer", async () => {
  const { part, erasures, files, landing } = exported();
  const receivedAt = at("2026-11-20T00:00:00Z");
  files.one = [{ line: 0, entry: personal("1", "acme", receivedAt) }];
  await erasures.add(order("era_1", receivedAt));
  await part();
  const [row] = [...landing.files.values()].flat();
  expect(row?.entry).toMatchObject({ id: "1", tags: {}, attribution: { customer_id: "erased" } });
  expect(row?.entry.responseId).toBeUndefined();
});

test("of an export, only what was received in a span of time", async () => {
  const { part, ids } = exported();
  const start = at("2026-11-20T00:00:00Z");
  await part(undefined, (start + 10) as Instant, (start + 15) as Instant);
  expect(ids()).toEqual(["e10", "e11", "e12", "e13", "e14"]);
});

test.each([
  ["half", undefined, "unfinished"],
  ["none", undefined, "absent"],
  ["good", "0 three", "wrong_cursor"],
  ["good", "-1 one", "wrong_cursor"],
  ["good", "x", "wrong_cursor"],
])("an export %s from %s is %s", async (exportId, after, status) => {
  const { redrive } = exported();
  expect(await redrive({ exportId, after, receivedFrom: undefined, receivedTo: undefined })).toEqual({ status });
});
