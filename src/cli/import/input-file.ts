import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { exitCodes, Failure, usageFailure } from "../failure.ts";

export interface InputFile {
  readonly path: string;
  /** As it lies on the disk. */
  readonly sizeBytes: number;
  readonly isGzip: boolean;
  readonly kind: "jsonl" | "csv";
  /** SHA-256 of what it holds, unpacked: the same for a file and its gzip. */
  readonly contentHash: string;
}

function readError(path: string, cause: unknown): Failure {
  const { code } = cause as { code?: string };
  if (code === "ENOENT") return usageFailure(`${path}: no such file`);
  if (code === "EACCES" || code === "EISDIR") return usageFailure(`${path}: cannot be read (${code})`);
  const fix = "pack the file again; what has been sent stays, and is known when it is sent once more";
  return new Failure(`${path}: ${(cause as Error).message}`, { exitCode: exitCodes.refused, fix, cause });
}

/** The content, unpacked, piece by piece; `onRead` is told how many bytes on the disk have been read. */
export async function* readUnpacked(
  file: Pick<InputFile, "path" | "isGzip">,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of createReadStream(file.path, { highWaterMark: 1 << 18 })) {
      onRead((piece as Buffer).length);
      yield piece as Buffer;
    }
  }
  try {
    // An error of either side reaches the loop below through the unpacker, which `pipeline` destroys with it.
    const content = file.isGzip ? pipeline(Readable.from(counted()), createGunzip(), () => {}) : counted();
    for await (const piece of content) yield piece as Buffer;
  } catch (cause) {
    throw readError(file.path, cause);
  }
}

async function startsWithGzipMagic(path: string): Promise<boolean> {
  for await (const piece of createReadStream(path, { end: 1 })) {
    return (piece as Buffer).length === 2 && (piece as Buffer).readUInt16BE() === 0x1f8b;
  }
  return false;
}

/** Reads the file once, in pieces, for its hash and its kind: JSON lines begin with `{`, all else is CSV. */
export async function inspectFile(path: string): Promise<InputFile> {
  let sizeBytes = 0;
  let isGzip = false;
  try {
    sizeBytes = (await stat(path)).size;
    isGzip = await startsWithGzipMagic(path);
  } catch (cause) {
    throw readError(path, cause);
  }
  const hash = createHash("sha256");
  let head = "";
  for await (const piece of readUnpacked({ path, isGzip }, () => {})) {
    hash.update(piece);
    if (head.length === 0)
      head = piece
        .subarray(0, 4096)
        .toString("utf8")
        .replace(/^\uFEFF/, "")
        .trimStart()
        .slice(0, 1);
  }
  if (head === "") throw usageFailure(`${path}: there is nothing in it`);
  if (head === "[")
    throw usageFailure(`${path}: a JSON array`, "write one event a line: jq -c '.[]' FILE > FILE.jsonl");
  return { path, sizeBytes, isGzip, kind: head === "{" ? "jsonl" : "csv", contentHash: hash.digest("hex") };
}
