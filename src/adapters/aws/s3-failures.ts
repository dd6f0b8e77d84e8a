import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { FailedChanges } from "#app/ports/failed-changes.ts";
import { readFailureRecord } from "./failure-record.ts";
import { serviceError } from "./service-errors.ts";

/** Where Lambda writes them: `aws/lambda/<event source mapping>/<shard>/YYYY/MM/DD/<moment>-<uuid>`. */
const failedPrefix = "aws/lambda/";
const donePrefix = "redriven/";

/** S3's, of one page. */
const keysMax = 1_000;

const isAbsent = (error: unknown) => error instanceof Error && error.name === "NoSuchKey";

const encoded = (key: string) => key.split("/").map(encodeURIComponent).join("/");

/** The records that Lambda writes to a bucket of batches it has given up on; those done are moved to `redriven/`. */
export function s3Failures({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): FailedChanges {
  /** Undefined when there is no such object. */
  async function ifThere<T>(reply: Promise<T>): Promise<T | undefined> {
    try {
      return await reply;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw serviceError(error, { part: "failures", resource: `bucket "${bucket}"` });
    }
  }

  async function textOf(id: string): Promise<string | undefined> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: id }));
    return Body?.transformToString();
  }

  return {
    async list(after, limit) {
      const keys: string[] = [];
      while (keys.length < limit) {
        const last = keys.at(-1) ?? after;
        const list = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: failedPrefix,
          MaxKeys: Math.min(keysMax, limit - keys.length),
          ...(last !== undefined && { StartAfter: last }),
        });
        const { Contents = [] } = (await ifThere(client.send(list))) ?? {};
        if (Contents.length === 0) break;
        keys.push(...Contents.map(({ Key = "" }) => Key));
      }
      return keys;
    },

    async read(id) {
      if (!id.startsWith(failedPrefix)) return undefined;
      const text = await ifThere(textOf(id));
      return text === undefined ? undefined : readFailureRecord(text);
    },

    async done(id) {
      if (!id.startsWith(failedPrefix)) return;
      const copy = new CopyObjectCommand({
        Bucket: bucket,
        Key: donePrefix + id,
        CopySource: `${bucket}/${encoded(id)}`,
      });
      if ((await ifThere(client.send(copy))) === undefined) return;
      await ifThere(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: id })));
    },
  };
}
