import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import { s3LedgerExports } from "#aws/s3-ledger-exports.ts";
import { encodeEntry } from "#core/entry-codec.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { entry } from "../lake/entries.ts";
import { ledgerExportsContract } from "../ports/ledger-exports.contract.ts";
import { type S3Server, s3Server } from "./s3-server.ts";

/** As DynamoDB writes an item, one to a line. */
const line = (one: LedgerEntry) =>
  JSON.stringify({
    Item: { k: { S: one.key }, e: { S: encodeEntry(one) }, x: { N: "1798024000" }, w: { S: "w-1" } },
  });
const folder = (id: string) => `exports/${id}/AWSDynamoDB/01693773600000-a1b2c3d4`;

function put(server: S3Server, key: string, text: string): void {
  const body = key.endsWith(".gz") ? gzipSync(text) : Buffer.from(text);
  server.objects.set(key, { body, contentType: undefined });
}

const dataFile = (id: string, name: string) => `${folder(id)}/data/${name}.json.gz`;

function finish(server: S3Server, id: string): void {
  for (const name of ["_started", "manifest-files.json", "manifest-summary.json", "manifest-summary.checksum"]) {
    put(server, `${folder(id)}/${name}`, "{}");
  }
}

ledgerExportsContract("exports of the ledger in S3", async () => {
  const server = await s3Server();
  return {
    exports: s3LedgerExports(server),
    make: async (entries) => {
      const half = Math.ceil(entries.length / 2);
      for (const [name, part] of [
        ["abc", entries.slice(0, half)],
        ["xyz", entries.slice(half)],
        ["empty", []],
      ] as const) {
        put(server, dataFile("one", name), part.map((one) => `${line(one)}\n`).join(""));
      }
      finish(server, "one");
      return "one";
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

test("an export whose summary is not there yet is unfinished, another's beside it or not", async () => {
  await using server = await s3Server();
  const exports = s3LedgerExports(server);
  put(server, dataFile("one", "abc"), "");
  finish(server, "other");
  expect(await exports.find("one")).toEqual({ status: "unfinished" });
  finish(server, "one");
  expect(await exports.find("one")).toEqual({ status: "ready", files: [dataFile("one", "abc")] });
  expect(await exports.find("o")).toEqual({ status: "absent" });
});

test("lines that are no item of the ledger are problems, each under its number; the others are read", async () => {
  await using server = await s3Server();
  put(server, dataFile("one", "abc"), ["{", JSON.stringify({ Item: {} }), line(entry({ id: "good" }))].join("\n"));
  const lines = await Array.fromAsync(s3LedgerExports(server).lines(dataFile("one", "abc"), 0));
  expect(lines.map((found) => [found.line, "entry" in found])).toEqual([
    [0, false],
    [1, false],
    [2, true],
  ]);
});

test("a file that breaks off is an error, not a shorter file", async () => {
  await using server = await s3Server();
  const whole = gzipSync(Array.from({ length: 2_000 }, (_, i) => line(entry({ id: `e${i}` }))).join("\n"));
  server.objects.set(dataFile("one", "abc"), { body: whole.subarray(0, whole.length / 2), contentType: undefined });
  await expect(Array.fromAsync(s3LedgerExports(server).lines(dataFile("one", "abc"), 0))).rejects.toThrow();
});

test("S3 out of order is an outage of the exports", async () => {
  await using server = await s3Server();
  server.down.add("GET");
  await expect(s3LedgerExports(server).find("one")).rejects.toThrow(Unavailable);
  await expect(Array.fromAsync(s3LedgerExports(server).lines(dataFile("one", "abc"), 0))).rejects.toThrow(Unavailable);
});
