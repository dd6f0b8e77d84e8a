import { callTally } from "./call-tally.ts";
import { type Json, json } from "./json.ts";
import type { Seen } from "./tally.ts";
import type { UsageFormat } from "./usage-event.ts";
import type { WatchRequest } from "./watch-client.ts";

/** A call that has begun: its time and context are those of the beginning. It is booked once, however often it is told. */
export type Begin = (provider: string) => (seen: Seen) => void;

const backgroundMax = 1_000;

/** The requests of openai and @anthropic-ai/sdk that use a model, and how to read what they say of it. */
const formats: Readonly<Record<string, UsageFormat>> = {
  "/chat/completions": "openai_chat",
  "/completions": "openai_chat",
  "/responses": "openai_responses",
  "/responses/compact": "openai_responses",
  "/embeddings": "openai_embeddings",
  "/v1/messages": "anthropic_messages",
};

/** Hosts that speak OpenAI's or Anthropic's language. */
const hosts =
  /\b(aiplatform|amazonaws|azure|deepseek|fireworks|generativelanguage|groq|mistral|perplexity|together|x)\.(googleapis\.com|com|ai|xyz)([:/]|$)/;

/** Names that providers have beside their host's. */
const names: Readonly<Record<string, string>> = {
  aiplatform: "vertex",
  amazonaws: "bedrock",
  generativelanguage: "gemini",
  x: "xai",
};

/** Who answers at the client's address; `own` where that does not say. */
export function providerOf(client: object, own: string): string {
  const host = hosts.exec(`${(client as Json).baseURL}`)?.[1];
  return host ? (names[host] ?? host) : own;
}

/** A stream of a chat tells its usage only when asked: the caller who did not ask does not see it. */
function askForUsage(options: Json, body: Json): Json | undefined {
  const asked = body.stream_options as Json | null | undefined;
  if (!body.stream || asked?.include_usage != null) return undefined;
  return { ...options, body: { ...body, stream_options: { ...asked, include_usage: true } } };
}

export function watchCalls(begin: Begin, provider: string, asksForUsage: boolean): WatchRequest {
  /** Answers that are being made in the background, by id: booked when they are fetched. */
  const waiting = new Map<string, (seen: Seen) => void>();
  return (method, path, options) => {
    const fetched = method === "get" && /^\/responses\/([^/?]+)/.exec(path)?.[1];
    const format = fetched ? "openai_responses" : method === "post" && formats[path.replace(/\?.*/, "")];
    const book = fetched ? waiting.get(fetched) : format && begin(provider);
    if (!format || !book) return undefined;
    const body = json(options.body);
    const asking = asksForUsage && format === "openai_chat" ? askForUsage(options, body) : undefined;
    const wait = (id: string) => {
      const [oldest = ""] = waiting.keys();
      if (waiting.size >= backgroundMax) waiting.delete(oldest);
      waiting.set(id, book);
    };
    return { tally: callTally({ format, body, hidesUsage: !!asking, book, wait }), options: asking ?? options };
  };
}
