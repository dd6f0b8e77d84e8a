import { crc32 } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { type Answer, type Asked, answeringServer } from "./answering-server.ts";

interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

export interface S3Server extends AsyncDisposable {
  readonly client: S3Client;
  readonly bucket: string;
  readonly objects: Map<string, StoredObject>;
  /** Methods that meet a server that is down. */
  readonly down: Set<string>;
}

const bucket = "bucket-1";

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
});

const noSuchKey = xml(404, "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>");

function list(objects: ReadonlyMap<string, StoredObject>, query: URLSearchParams): Answer {
  const prefix = query.get("prefix") ?? "";
  const after = query.get("start-after") ?? "";
  const max = Number(query.get("max-keys") ?? 1_000);
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const contents = keys.slice(0, max).map((key) => `<Contents><Key>${key.replaceAll("&", "&amp;")}</Key></Contents>`);
  const truncated = `<IsTruncated>${keys.length > max}</IsTruncated>`;
  return xml(200, `<ListBucketResult>${truncated}${contents.join("")}</ListBucketResult>`);
}

function checksumOf(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
}

function put(objects: Map<string, StoredObject>, key: string, { headers, body }: Asked): Answer {
  const source = headers["x-amz-copy-source"];
  if (typeof source === "string") {
    const found = objects.get(decodeURIComponent(source.slice(bucket.length + 1)));
    if (found === undefined) return noSuchKey;
    objects.set(key, found);
    return xml(200, "<CopyObjectResult><ETag>&quot;e&quot;</ETag></CopyObjectResult>");
  }
  if (headers["x-amz-checksum-crc32"] !== checksumOf(body)) {
    return xml(400, "<Error><Code>BadDigest</Code><Message>The checksum does not match.</Message></Error>");
  }
  objects.set(key, { body, contentType: headers["content-type"] });
  return { status: 200 };
}

/** So much of S3 as the adapters use, in memory: objects of one bucket by their keys. */
export async function s3Server(): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const down = new Set<string>();
  const server = await answeringServer((asked) => {
    const { method, url } = asked;
    if (down.has(method)) return { status: 503 };
    const key = decodeURIComponent(url.pathname.slice(bucket.length + 2));
    if (method === "PUT") return put(objects, key, asked);
    if (method === "GET" && key === "") return list(objects, url.searchParams);
    if (method === "DELETE") {
      objects.delete(key);
      return { status: 204 };
    }
    const found = objects.get(key);
    return found ? { status: 200, body: found.body } : noSuchKey;
  });
  const client = new S3Client({ ...server.client, forcePathStyle: true });
  return {
    client,
    bucket,
    objects,
    down,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
