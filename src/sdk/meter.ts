import type { Stats } from "./account.ts";
import { type AiMiddleware, makeAiMiddleware } from "./ai-middleware.ts";
import { type Authorization, type AuthorizeRequest, makeAuthorize } from "./authorize.ts";
import { makeContexts, within } from "./context.ts";
import { Delivery } from "./delivery.ts";
import { type Fetch, makePost } from "./post.ts";
import { type MeterProblem, makeReport } from "./problem.ts";
import type { Context, UsageEvent } from "./usage-event.ts";
import { type Begin, providerOf, watchCalls } from "./watch-calls.ts";
import { watchClient } from "./watch-client.ts";

export type { AiMiddleware } from "./ai-middleware.ts";
export type { Authorization, AuthorizeRequest } from "./authorize.ts";
export type { MeterProblem } from "./problem.ts";
export type { Attribution, Context, Meters, UsageEvent, UsageFormat } from "./usage-event.ts";

const eventCharactersMax = 32_000;
const endMs = 5_000;
const authorizeMs = 500;

export interface MeterOptions {
  /** Of the server: "https://finops.example.com". */
  readonly url: string;
  readonly key: string;
  /** Who counts: a name that no other sender uses, such as the service's. */
  readonly source: string;
  /** What holds for every call of this process. */
  readonly attribution?: Context;
  /** Told what went wrong; without it, each kind is a warning of the process, once. */
  readonly onError?: (problem: MeterProblem) => void;
  /** What `authorize` answers when the server does not. Default "allow". */
  readonly whenUnreachable?: "allow" | "deny";
  /** How long `authorize` waits for the server. Default 500. */
  readonly authorizeTimeoutMs?: number;
  /** In place of the global one: for a proxy, or a certificate of one's own. */
  readonly fetch?: Fetch;
}

export interface ClientOptions {
  /** Who answers, where the client's address does not say. */
  readonly provider?: string;
}

export interface OpenAiOptions extends ClientOptions {
  /** False for a server that refuses `stream_options`: streams of chats are then estimated. Default true. */
  readonly streamUsage?: boolean;
}

export interface Meter {
  /** Keeps one event for sending, and returns its id. Neither waits nor throws. */
  record(event: UsageEvent): string;
  /** Within `work`, and all that it begins, calls and events are for this context, inside those around it. */
  run<T>(context: Context, work: () => T): T;
  /** A client like this one whose calls are counted. The one given is not changed. */
  openai<C extends object>(client: C, options?: OpenAiOptions): C;
  /** A client like this one whose calls are counted. The one given is not changed. */
  anthropic<C extends object>(client: C, options?: ClientOptions): C;
  /** For `wrapLanguageModel` and `wrapEmbeddingModel` of the AI SDK. */
  aiMiddleware(): AiMiddleware;
  /** May this call be made? Answers within the timeout, and never throws. */
  authorize(request: AuthorizeRequest): Promise<Authorization>;
  /** True when the server has judged all events recorded so far; false when the time is over first. */
  flush(timeoutMs?: number): Promise<boolean>;
  /** Flushes, then ends: what is left is dropped, and so is what is recorded later. */
  close(timeoutMs?: number): Promise<boolean>;
  stats(): Stats;
}

/** One for the process. Nothing it does can fail or hold up a call: what goes wrong goes to `onError`. */
export function createMeter(options: MeterOptions): Meter {
  const report = makeReport(options.onError);
  const post = makePost({ ...options, fetch: options.fetch ?? fetch });
  const delivery = new Delivery(post, report);
  const contexts = makeContexts(options.attribution ?? {});
  const authorize = makeAuthorize({
    ...{ post, report, whenUnreachable: options.whenUnreachable ?? "allow" },
    msMax: options.authorizeTimeoutMs ?? authorizeMs,
  });

  function keep(event: UsageEvent, context: Context): string {
    let id = "";
    try {
      id = event.id ?? crypto.randomUUID();
      const { tags, ...attribution } = within(context, { ...event.attribution, tags: event.tags });
      const { source = options.source, time = new Date() } = event;
      const json = JSON.stringify({ ...event, id, source, time, attribution, tags });
      if (json.length <= eventCharactersMax) delivery.add(id, json);
      else delivery.refuse(id, `found ${json.length} characters, want at most ${eventCharactersMax}`);
    } catch (cause) {
      delivery.refuse(id, `cannot be written as JSON: ${cause}`);
    }
    return id;
  }

  const begin: Begin = (provider) => {
    const time = new Date();
    const context = contexts.current();
    let isBooked = false;
    return (seen) => {
      if (!isBooked) keep({ provider, time, ...seen } as unknown as UsageEvent, context);
      isBooked = true;
    };
  };

  return {
    record: (event) => keep(event, contexts.current()),
    run: contexts.run,
    openai(client, { provider = providerOf(client, "openai"), streamUsage = true } = {}) {
      return watchClient(client, watchCalls(begin, provider, streamUsage), report);
    },
    anthropic(client, { provider = providerOf(client, "anthropic") } = {}) {
      return watchClient(client, watchCalls(begin, provider, false), report);
    },
    aiMiddleware: () => makeAiMiddleware(begin),
    authorize: (request) => {
      const { attribution, tags } = request;
      return authorize({ source: options.source, ...request }, within(contexts.current(), { ...attribution, tags }));
    },
    flush: (timeoutMs = endMs) => delivery.flush(timeoutMs),
    close: (timeoutMs = endMs) => delivery.close(timeoutMs),
    stats: () => delivery.stats(),
  };
}
