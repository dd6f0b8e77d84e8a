import { isJson, type Json, json } from "./json.ts";
import type { Report } from "./problem.ts";
import type { Tally } from "./tally.ts";
import { watchResponse } from "./watch-response.ts";
import { watchIterator } from "./watch-stream.ts";

/** What a request of the official clients gives: a promise whose answer is parsed when somebody asks for it. */
interface ApiPromise {
  parseResponse(...props: unknown[]): Promise<unknown>;
  asResponse(): Promise<Response>;
  _thenUnwrap(transform: unknown): ApiPromise;
}

type Request = (this: unknown, path: string, options?: unknown) => ApiPromise;

interface ApiClient {
  get: Request;
  post: Request;
  withOptions(options: object): ApiClient;
}

interface Watch {
  readonly tally: Tally<unknown>;
  /** In place of the caller's. */
  readonly options: unknown;
}

/** What to watch of a request; undefined for nothing. */
export type WatchRequest = (method: "get" | "post", path: string, options: Json) => Watch | undefined;

function watchAnswer(answer: unknown, tally: Tally<unknown>): void {
  const stream = answer as { iterator?: () => AsyncIterator<unknown> } | null | undefined;
  const iterate = stream?.iterator;
  if (stream && typeof iterate === "function") {
    // A second reading is an error of the client's own, and no second call.
    let isRead = false;
    stream.iterator = () => {
      if (isRead) return iterate.call(stream);
      isRead = true;
      return watchIterator(iterate.call(stream), tally);
    };
  } else if (isJson(answer)) {
    tally.see(answer);
    tally.end();
  }
}

/** The very promise that the client made. Nothing is read that the caller does not read. */
function watchPromise(promise: ApiPromise, tally: Tally<unknown>): void {
  const { parseResponse } = promise;
  let isParsed = false;
  promise.parseResponse = async (...props) => {
    isParsed = true;
    const answer = await parseResponse.apply(promise, props);
    watchAnswer(answer, tally);
    return answer;
  };
  const watchRaw = (one: ApiPromise) => {
    const { asResponse, _thenUnwrap } = one;
    one.asResponse = async () => {
      const response = await asResponse.call(one);
      return isParsed ? response : watchResponse(response, tally);
    };
    one._thenUnwrap = (transform) => watchRaw(_thenUnwrap.call(one, transform));
    return one;
  };
  watchRaw(promise);
}

function install(client: ApiClient, watchRequest: WatchRequest, report: Report): ApiClient {
  for (const method of ["get", "post"] as const) {
    const request = client[method];
    client[method] = (path, options) => {
      const watch = watchRequest(method, path, json(options));
      const promise = request.call(client, path, watch?.options ?? options);
      if (watch && "parseResponse" in promise) watchPromise(promise, watch.tally);
      else if (watch) report({ code: "unobserved", message: `${path}: an unknown client` });
      return promise;
    };
  }
  const { withOptions } = client;
  client.withOptions = (options) => install(withOptions.call(client, options), watchRequest, report);
  return client;
}

/**
 * A client like this one, of the same class and with the same options, whose requests are watched; this one stays as it
 * is. All helpers of openai and @anthropic-ai/sdk (`parse`, `stream`, `runTools`…) end in `post`.
 */
export function watchClient<C extends object>(client: C, watchRequest: WatchRequest, report: Report): C {
  // AzureOpenAI forgets these when it is copied, and without them it cannot be.
  const { apiVersion, deploymentName: deployment } = client as Json;
  try {
    const copy = (client as unknown as ApiClient).withOptions(apiVersion ? { apiVersion, deployment } : {});
    return install(copy, watchRequest, report) as unknown as C;
  } catch (cause) {
    report({ code: "unobserved", message: `this client: ${cause}`, cause });
    return client;
  }
}
