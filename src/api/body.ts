import { ANY_MEDIA_TYPE, type RawBody } from "#contract/route.ts";
import type { Incoming } from "./incoming.ts";
import { isDeeperThan } from "./json-depth.ts";
import { type Outcome, refuse } from "./refusal.ts";

const WIRE_BYTES_MAX = 4 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024;
const DEPTH_MAX = 32;

export interface JsonBody {
  /** In lower case, without parameters. */
  readonly mediaType: string;
  readonly json: unknown;
}

const tooLarge = refuse(
  "too_large",
  "The body is larger than 4 MB: send fewer events in a request, or compress it (content-encoding: gzip).",
);
const tooLargeUnpacked = refuse(
  "too_large",
  "The body is larger than 16 MB when unpacked: send fewer events in a request.",
);

/** The bytes of a stream; undefined, and the stream left, when there are more than `max`. */
async function collect(stream: AsyncIterable<Uint8Array>, max: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

async function readWire(request: Incoming): Promise<Outcome<Uint8Array>> {
  if (Number(request.headers.get("content-length") ?? 0) > WIRE_BYTES_MAX) return tooLarge;
  try {
    const value = request.body === null ? new Uint8Array() : await collect(request.body, WIRE_BYTES_MAX);
    return value === undefined ? tooLarge : { ok: true, value };
  } catch {
    return refuse("bad_request", "The body broke off before its end.");
  }
}

async function unpacked(bytes: Uint8Array): Promise<Outcome<Uint8Array>> {
  const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  try {
    const value = await collect(packed.pipeThrough(new DecompressionStream("gzip")), UNPACKED_BYTES_MAX);
    return value === undefined ? tooLargeUnpacked : { ok: true, value };
  } catch {
    return refuse("bad_request", "The body is not whole gzip data, as its content-encoding says.");
  }
}

/** What bytes of JSON in UTF-8 say, when they nest no deeper than so many levels. */
export function parseJson(bytes: Uint8Array, depthMax: number): Outcome<unknown> {
  if (isDeeperThan(bytes, depthMax)) {
    return refuse("bad_request", `The body nests deeper than ${depthMax} levels.`);
  }
  try {
    return { ok: true, value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is not JSON" : "it is not UTF-8";
    return refuse("bad_request", `The body cannot be read: ${reason}.`);
  }
}

function mediaTypeOf(request: Incoming, accepted: readonly string[]): Outcome<string> {
  const [mediaType = "", ...parameters] = (request.headers.get("content-type") ?? "").toLowerCase().split(";");
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith("charset="));
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  const taken = accepted.includes(mediaType.trim()) || accepted.includes(ANY_MEDIA_TYPE);
  if (taken && isUtf8) return { ok: true, value: mediaType.trim() };
  return refuse("unsupported_media_type", `Send the body as ${accepted.join(" or ")}, in UTF-8.`);
}

/** Reads a body within the limits of size and media type, and unpacks it. */
export async function readBytes(request: Incoming, accepted: readonly string[]): Promise<Outcome<RawBody>> {
  const mediaType = mediaTypeOf(request, accepted);
  if (!mediaType.ok) return mediaType;
  const encoding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip") {
    return refuse("unsupported_media_type", "Send the body uncompressed or with content-encoding: gzip.");
  }
  const wire = await readWire(request);
  if (!wire.ok) return wire;
  const bytes = encoding === "gzip" ? await unpacked(wire.value) : wire;
  return bytes.ok ? { ok: true, value: { mediaType: mediaType.value, bytes: bytes.value } } : bytes;
}

/** Reads a JSON body within the limits of size, depth and media type; nothing is parsed that exceeds them. */
export async function readBody(request: Incoming, accepted: readonly string[]): Promise<Outcome<JsonBody>> {
  const body = await readBytes(request, accepted);
  if (!body.ok) return body;
  const { mediaType, bytes } = body.value;
  const json = parseJson(bytes, DEPTH_MAX);
  return json.ok ? { ok: true, value: { mediaType, json: json.value } } : json;
}
