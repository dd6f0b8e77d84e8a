import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import type { ExportedLine, LedgerExports } from "#app/ports/ledger-exports.ts";
import { decodeEntry } from "#core/entry-codec.ts";
import { serviceError } from "./service-errors.ts";

/**
 * What DynamoDB writes of a table under a prefix: `AWSDynamoDB/<export>/data/*.json.gz`, an item a line, and at the end
 * `manifest-summary.json`.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
const prefixOf = (id: string) => `exports/${id}/AWSDynamoDB/`;
const dataPattern = /\/AWSDynamoDB\/([^/]+)\/data\/[^/]+\.json\.gz$/;
const summaryPattern = /\/AWSDynamoDB\/([^/]+)\/manifest-summary\.json$/;

const exportedItem = z.object({ Item: z.object({ e: z.object({ S: z.string() }) }) });

function lineOf(line: number, text: string): ExportedLine {
  try {
    return { line, entry: decodeEntry(exportedItem.parse(JSON.parse(text)).Item.e.S) };
  } catch (error) {
    return { line, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Point-in-time exports of the ledger in the bucket of failures, under `exports/<id>/`. */
export function s3LedgerExports({
  client,
  bucket,
}: {
  readonly client: S3Client;
  readonly bucket: string;
}): LedgerExports {
  const called = { part: "exports", resource: `bucket "${bucket}"` };

  async function listKeys(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for (;;) {
      const last = keys.at(-1);
      const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(last && { StartAfter: last }) });
      const { Contents = [] } = await client.send(list);
      if (Contents.length === 0) return keys;
      keys.push(...Contents.map(({ Key = "" }) => Key));
    }
  }

  /** Lets go of the file when nobody takes a line any more. */
  async function* readLines(file: string, from: number): AsyncGenerator<ExportedLine> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: file }));
    const packed = Body as Readable;
    const unpacked = packed.pipe(createGunzip());
    packed.once("error", (error) => unpacked.destroy(error));
    let line = 0;
    try {
      for await (const text of createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (line >= from) yield lineOf(line, text);
        line += 1;
      }
    } finally {
      unpacked.destroy();
      packed.destroy();
    }
  }

  return {
    async find(id) {
      const keys = await listKeys(prefixOf(id)).catch((error: unknown) => {
        throw serviceError(error, called);
      });
      if (keys.length === 0) return { status: "absent" };
      const finished = new Set(keys.flatMap((key) => summaryPattern.exec(key)?.[1] ?? []));
      const files = keys.filter((key) => dataPattern.test(key)).sort();
      const isFinished = finished.size > 0 && files.every((key) => finished.has(dataPattern.exec(key)?.[1] ?? ""));
      return isFinished ? { status: "ready", files } : { status: "unfinished" };
    },

    async *lines(file, from) {
      try {
        yield* readLines(file, from);
      } catch (error) {
        throw serviceError(error, called);
      }
    },
  };
}
