import { expect, test } from "vitest";
import { readFailureRecord } from "#aws/failure-record.ts";
import { entry } from "../lake/entries.ts";
import { failedShard, failureRecord, inserted } from "./failure-records.ts";

test("a record of a failed batch has its changes, in order, with shard and sequence", () => {
  const [a, b] = [entry({ id: "a" }), entry({ id: "b" })];
  const records = [inserted("800000000003126276362", a), inserted("800000000003126276363", b)];
  expect(readFailureRecord(failureRecord(records))).toEqual({
    changes: [
      { shard: failedShard, sequence: "800000000003126276362", entry: a },
      { shard: failedShard, sequence: "800000000003126276363", entry: b },
    ],
    problems: [],
  });
});

test.each([
  ["no entry", { SequenceNumber: "800000000003126276363" }],
  ["an entry of another release", { SequenceNumber: "800000000003126276363", NewImage: { e: { S: '{"v":99}' } } }],
  ["an entry that is no text", { SequenceNumber: "800000000003126276363", NewImage: { e: { B: "AA==" } } }],
])("a change with %s does not hide the rest of its batch", (_, dynamodb) => {
  const [a, c] = [entry({ id: "a" }), entry({ id: "c" })];
  const broken = { ...inserted("800000000003126276363", a), dynamodb };
  const records = [inserted("800000000003126276362", a), broken, inserted("800000000003126276364", c)];
  const read = readFailureRecord(failureRecord(records));
  expect(read.changes.map(({ sequence }) => sequence)).toEqual(["800000000003126276362", "800000000003126276364"]);
  expect(read.problems).toEqual([expect.stringContaining("800000000003126276363")]);
});

test("what expired or was deleted is no change and no problem", () => {
  const removed = { ...inserted("800000000003126276362", entry()), eventName: "REMOVE" };
  expect(readFailureRecord(failureRecord([removed]))).toEqual({ changes: [], problems: [] });
});

test("fields that Lambda may add are let pass", () => {
  const record = JSON.parse(failureRecord([inserted("800000000003126276362", entry())]));
  const event = { ...JSON.parse(record.payload), window: { start: "a", end: "b" }, state: {}, shardId: failedShard };
  const text = JSON.stringify({ ...record, payload: JSON.stringify(event), newField: 1 });
  expect(readFailureRecord(text)).toMatchObject({ changes: [{ shard: failedShard }], problems: [] });
});

test.each([
  ["no JSON", "{", "it is no JSON"],
  ["nothing", "", "it is no JSON"],
  ["another record", JSON.stringify({ Records: [] }), "DDBStreamBatchInfo"],
  ["a record without the event", failureRecord([], { payload: undefined }), "800000000003126276362 to 8000"],
  ["a payload that is no JSON", failureRecord([], { payload: "<Whole Event>" }), "it is no JSON"],
  ["a payload that is no event", failureRecord([], { payload: "{}" }), "Records"],
])("%s is a problem, which says what was found", (_, text, told) => {
  expect(readFailureRecord(text)).toEqual({ changes: [], problems: [expect.stringContaining(told)] });
});
