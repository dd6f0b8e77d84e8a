import { expect, test } from "vitest";
import { s3Failures } from "#aws/s3-failures.ts";
import { s3Landing } from "#aws/s3-landing.ts";
import { at, entry } from "../lake/entries.ts";
import { failedChangesContract } from "../ports/failed-changes.contract.ts";
import { landingContract } from "../ports/landing.contract.ts";
import { failureId, failureRecord, inserted } from "./failure-records.ts";
import { s3Server } from "./s3-server.ts";

landingContract("the S3 landing", async () => {
  const server = await s3Server();
  return {
    landing: s3Landing(server),
    files: async () =>
      [...server.objects].map(([key, { body }]) => {
        const [, hour, name] = /^landing\/usage\/landed_hour=([^/]*)\/(.*)\.parquet$/.exec(key) ?? [];
        return { hour: hour ?? key, name: name ?? key, bytes: body };
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

failedChangesContract("failed batches in S3", async () => {
  const server = await s3Server();
  let number = 0;
  const put = (record: unknown) => {
    const key = failureId(`2026-11-20T10.00.${String(number++).padStart(2, "0")}-é+ &1`);
    server.objects.set(key, { body: Buffer.from(failureRecord([record], {}, "shard-1")), contentType: undefined });
  };
  return {
    failed: s3Failures(server),
    give: async ({ sequence, entry: one }) => put(inserted(sequence, one)),
    giveUndecodable: async (sequence) => put({ eventName: "INSERT", dynamodb: { SequenceNumber: sequence } }),
    kept: async () => server.objects.size,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

test("what is no failed batch is neither read nor moved", async () => {
  await using server = await s3Server();
  const failed = s3Failures(server);
  const key = `redriven/${failureId("1")}`;
  server.objects.set(key, { body: Buffer.from(failureRecord([])), contentType: undefined });
  expect(await failed.read(key)).toBeUndefined();
  await failed.done(key);
  expect([...server.objects.keys()]).toEqual([key]);
});

test("a landed file says that it is Parquet", async () => {
  await using server = await s3Server();
  await s3Landing(server).write("one", at("2026-11-20T10:00:00Z"), [
    { entry: entry(), shard: "s", sequence: "1", importId: "" },
  ]);
  expect([...server.objects.values()].map(({ contentType }) => contentType)).toEqual([
    "application/vnd.apache.parquet",
  ]);
});

test("more failed batches than S3 lists at once are listed, as many as are asked for", async () => {
  await using server = await s3Server();
  const ids = Array.from({ length: 2_100 }, (_, i) => failureId(String(i).padStart(6, "0")));
  for (const id of ids) server.objects.set(id, { body: Buffer.alloc(0), contentType: undefined });
  const failed = s3Failures(server);
  expect(await failed.list(undefined, 5_000)).toEqual(ids);
  expect(await failed.list(undefined, 2_050)).toHaveLength(2_050);
});

test("a batch that is done is kept under redriven/", async () => {
  await using server = await s3Server();
  server.objects.set(failureId("1"), { body: Buffer.from("text"), contentType: undefined });
  await s3Failures(server).done(failureId("1"));
  expect([...server.objects.keys()]).toEqual([`redriven/${failureId("1")}`]);
});

test("a batch whose move was cut short is still listed, and is moved by the next call", async () => {
  await using server = await s3Server();
  const stored = { body: Buffer.from("text"), contentType: undefined };
  server.objects.set(failureId("1"), stored);
  const failed = s3Failures(server);
  server.down.add("DELETE");
  await expect(failed.done(failureId("1"))).rejects.toThrow("failures is unavailable");
  expect(await failed.list(undefined, 10)).toEqual([failureId("1")]);
  server.down.delete("DELETE");
  await failed.done(failureId("1"));
  expect([...server.objects]).toEqual([[`redriven/${failureId("1")}`, stored]]);
});

test("a batch that could not be copied is not deleted", async () => {
  await using server = await s3Server();
  server.objects.set(failureId("1"), { body: Buffer.from("text"), contentType: undefined });
  server.down.add("PUT");
  await expect(s3Failures(server).done(failureId("1"))).rejects.toThrow("failures is unavailable");
  expect([...server.objects.keys()]).toEqual([failureId("1")]);
});
