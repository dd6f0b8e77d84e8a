import { parsed } from "./json.ts";

/** The part of `fetch` that the meter needs. */
export type Fetch = (
  url: string,
  request: {
    readonly method: "POST";
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** What the server says; its status is 0 when it says nothing. */
export interface Reply {
  readonly status: number;
  /** Undefined where the body is not JSON. */
  readonly body?: unknown;
  readonly retryAfterMs: number;
  /** For people: what went wrong, if it did. */
  readonly message: string;
  readonly cause?: unknown;
}

export interface Connection {
  readonly url: string;
  readonly key: string;
  readonly fetch: Fetch;
}

/** Posts a body of JSON; answers within the time, whatever happens. */
export type Post = (path: string, body: string, msMax: number, aborter?: AbortController) => Promise<Reply>;

export function makePost({ url, key, fetch }: Connection): Post {
  const base = `${url}`.replace(/\/+$/, "");
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return async (path, sent, msMax, aborter = new AbortController()) => {
    const timeout = setTimeout(() => aborter.abort(`no answer in ${msMax} ms`), msMax);
    try {
      const response = await fetch(base + path, { method: "POST", headers, body: sent, signal: aborter.signal });
      const text = await response.text();
      return {
        status: response.status,
        body: parsed(text),
        retryAfterMs: Number(response.headers.get("retry-after")) * 1_000 || 0,
        message: `${path} answered ${response.status}: ${text.slice(0, 500)}`,
      };
    } catch (cause) {
      const deeper = (cause as Error | undefined)?.cause ?? "";
      return { status: 0, retryAfterMs: 0, message: `${path}: ${cause} ${deeper}`, cause };
    } finally {
      clearTimeout(timeout);
    }
  };
}
