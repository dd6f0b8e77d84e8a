import type { DynamoDBRecord } from "aws-lambda";
import { expect, test } from "vitest";
import { changesOf } from "#aws/stream-records.ts";
import { encodeEntry } from "#core/entry-codec.ts";
import { entryWith } from "../ports/sample-entry.ts";

const entry = (id: string) => entryWith({ id, quantities: { uncached_input_tokens: 7 } });

/** As Lambda delivers it. */
function record(id: string, sequence: string, changed: Partial<DynamoDBRecord> = {}): DynamoDBRecord {
  const NewImage = { k: { S: `["test","${id}"]` }, e: { S: encodeEntry(entry(id)) }, x: { N: "1" }, w: { S: "w1" } };
  return {
    eventID: id,
    eventName: "INSERT",
    eventSource: "aws:dynamodb",
    dynamodb: {
      Keys: { k: { S: `["test","${id}"]` } },
      SequenceNumber: sequence,
      StreamViewType: "NEW_IMAGE",
      NewImage,
    },
    ...changed,
  };
}

test("insertions become changes, in order, with their shard and sequence number", () => {
  expect(changesOf([record("1", "100000000000000000001"), record("2", "100000000000000000002")], "shard-1")).toEqual({
    changes: [
      { shard: "shard-1", sequence: "100000000000000000001", entry: entry("1") },
      { shard: "shard-1", sequence: "100000000000000000002", entry: entry("2") },
    ],
    failed: undefined,
  });
});

test("expired and changed entries say nothing", () => {
  const removed = record("1", "100000000000000000001", { eventName: "REMOVE", dynamodb: { SequenceNumber: "1" } });
  const modified = record("2", "100000000000000000002", { eventName: "MODIFY" });
  const { changes, failed } = changesOf([removed, modified, record("3", "100000000000000000003")], "shard-1");
  expect(changes.map(({ sequence }) => sequence)).toEqual(["100000000000000000003"]);
  expect(failed).toBeUndefined();
});

test.each([
  ["an entry of an unknown version", { e: { S: '{"v":9,"s":"web","i":"2"}' } }, '["web","2"]: version 9 is unknown'],
  ["text that is no JSON", { e: { S: "not JSON" } }, "stored entry not JSON"],
  ["no entry", {}, "no entry"],
])("a record with %s is named, and nothing behind it is taken", (_, NewImage, why) => {
  const bad = record("2", "100000000000000000002", { dynamodb: { SequenceNumber: "100000000000000000002", NewImage } });
  const { changes, failed } = changesOf(
    [record("1", "100000000000000000001"), bad, record("3", "100000000000000000003")],
    "s",
  );
  expect(changes.map(({ entry: { id } }) => id)).toEqual(["1"]);
  expect(failed?.sequence).toBe("100000000000000000002");
  expect(failed?.error.message).toContain(why);
});

test("no records are no changes", () => {
  expect(changesOf([], "shard-1")).toEqual({ changes: [], failed: undefined });
});
