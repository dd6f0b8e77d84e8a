import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Answer, Incoming } from "#api/incoming.ts";
import { problemOf, STATUS_OF } from "#api/refusal.ts";

/** What is read of an event of an HTTP API, payload format 2.0. */
export interface GatewayEvent {
  /** Without the stage: it is `$default`. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Names in lower case; values of a repeated one joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly requestId: string;
    readonly domainName: string;
    readonly http: { readonly method: string };
  };
}

export interface GatewayResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const compressed = promisify(gzip);

/** The longer ones go compressed to whoever takes that. */
const compressFromBytes = 32 * 1024;
/** Lambda's bound on what a function gives back, as the JSON that it is sent as. */
const resultBytesMax = 6 * 1024 * 1024;
/** In JSON, a character of a body takes at most 6 bytes (`\\u0000`). */
const surelyFitsChars = 1024 * 1024 - 32 * 1024;

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** API Gateway decodes all of a path but `%25`, and passes on what is no encoding. */
function addressOf({ rawPath, rawQueryString, requestContext }: GatewayEvent): string {
  const path = encodeURI(rawPath.toWellFormed()).replaceAll("%2525", "%25").replace(/[?#]/g, encodeURIComponent);
  return `https://${requestContext.domainName}${path}${rawQueryString && `?${rawQueryString}`}`;
}

/** A plain object where a web `Request` would do: making the first one of a process takes 30 ms. */
export function incomingOf(event: GatewayEvent): Incoming {
  const { headers, body, isBase64Encoded, requestContext } = event;
  return {
    method: requestContext.http.method,
    url: addressOf(event),
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
    body: body === undefined ? null : oneChunk(Buffer.from(body, isBase64Encoded ? "base64" : "utf8")),
  };
}

const takesGzip = (accepted: string | undefined) =>
  accepted !== undefined && /(?:^|,)\s*gzip\s*(?:,|$|;\s*q=(?:1|0\.0*[1-9]))/i.test(accepted);

async function encoded({ status, headers, body }: Answer, sent: GatewayEvent["headers"]): Promise<GatewayResult> {
  if (Buffer.byteLength(body) < compressFromBytes || !takesGzip(sent["accept-encoding"])) {
    if (typeof body === "string") return { statusCode: status, headers, body, isBase64Encoded: false };
    return { statusCode: status, headers, body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
  }
  return {
    statusCode: status,
    headers: { ...headers, "content-encoding": "gzip", vary: "accept-encoding" },
    body: (await compressed(body)).toString("base64"),
    isBase64Encoded: true,
  };
}

function tooLarge({ isBase64Encoded }: GatewayResult): GatewayResult {
  const lessOr = isBase64Encoded ? "" : ", or take it compressed (accept-encoding: gzip)";
  const message = `The reply is longer than the 6 MB that can be sent: ask for less, as fewer days or a smaller group${lessOr}.`;
  return {
    statusCode: STATUS_OF.bad_request,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(problemOf({ code: "bad_request", message })),
    isBase64Encoded: false,
  };
}

/** Where Lambda would not send the reply, the one that every route has and that nobody repeats says what to do. */
export async function resultOf(answer: Answer, { headers }: GatewayEvent): Promise<GatewayResult> {
  const result = await encoded(answer, headers);
  if (result.body.length <= surelyFitsChars) return result;
  return Buffer.byteLength(JSON.stringify(result)) > resultBytesMax ? tooLarge(result) : result;
}
