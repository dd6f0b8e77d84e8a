import { isJson, type Json, json } from "./json.ts";
import { marksOf, type Seen, type Tally, textLength, tokensOf } from "./tally.ts";
import type { Meters, UsageFormat } from "./usage-event.ts";
import type { Begin } from "./watch-calls.ts";
import { watchReadable } from "./watch-stream.ts";

interface Call {
  readonly params: object;
  readonly model: { readonly provider: string; readonly modelId: string };
}

/** The middleware of the AI SDK 6, for `wrapLanguageModel` and `wrapEmbeddingModel`. */
export interface AiMiddleware {
  readonly specificationVersion: "v3";
  wrapGenerate<R extends object>(call: Call & { doGenerate(): PromiseLike<R> }): Promise<R>;
  wrapStream<R extends object>(call: Call & { doStream(): PromiseLike<R> }): Promise<R>;
  wrapEmbed<R extends object>(call: Call & { doEmbed(): PromiseLike<R> }): Promise<R>;
}

type Counts = Readonly<Record<string, number | undefined>>;

/** How to read the provider's own usage, where the server can, and it agrees with what the AI SDK made of it. */
function rawFormat(raw: Json, provider: string, outputTotal: unknown): UsageFormat | undefined {
  if ("prompt_tokens" in raw && raw.completion_tokens === outputTotal) return "openai_chat";
  if (!("input_tokens" in raw) || raw.output_tokens !== outputTotal) return undefined;
  if (/anthropic/.test(provider)) return "anthropic_messages";
  return /responses/.test(provider) ? "openai_responses" : undefined;
}

/** The AI SDK's own counts: disjoint parts where it tells them, totals where it does not. */
const metersOf = (input: Counts, output: Counts): Meters => ({
  uncached_input_tokens: input.noCache ?? input.total,
  cache_read_tokens: input.cacheRead,
  cache_write_5m_tokens: input.cacheWrite,
  text_output_tokens: output.text ?? output.total,
  reasoning_tokens: output.text === undefined ? undefined : output.reasoning,
});

/** What one call of a model tells, at once or part by part. */
function aiTally({ model, params }: Call, book: (seen: Seen) => void): Tally<unknown> {
  let answeredBy: unknown = model.modelId;
  let id: unknown;
  let usage: Json = {};
  let tier: unknown;
  let characters = 0;

  /** Undefined when the provider has not counted. An embedding has one count. */
  function counted(): Pick<Seen, "meters" | "usage" | "usage_format"> | undefined {
    const input = "tokens" in usage ? { total: usage.tokens } : json(usage.inputTokens);
    if (input.total === undefined) return undefined;
    const output = json(usage.outputTokens);
    const raw = json(usage.raw);
    const usage_format = rawFormat(raw, model.provider, output.total);
    return usage_format ? { usage: raw, usage_format } : { meters: metersOf(input as Counts, output as Counts) };
  }

  return {
    see(part) {
      const told = json(part);
      const who = told.type === "response-metadata" ? told : json(told.response);
      answeredBy = who.modelId ?? answeredBy;
      id = who.id ?? id;
      tier = json(json(told.providerMetadata).openai).serviceTier ?? tier;
      if (isJson(told.usage)) usage = told.usage;
      else characters += textLength(told.delta);
      return part;
    },
    end() {
      const { prompt, values } = json(params);
      book({
        model: `${answeredBy}`,
        ...(counted() ?? {
          meters: {
            uncached_input_tokens: tokensOf(textLength(prompt) + textLength(values)),
            text_output_tokens: tokensOf(characters),
          },
          quantities_estimated: true,
        }),
        ...marksOf(id, tier),
      });
    },
  };
}

/** Each attempt that answers is a call; one that throws is none. */
export function makeAiMiddleware(begin: Begin): AiMiddleware {
  async function watch<R extends object>(call: Call, answer: () => PromiseLike<R>): Promise<R> {
    const tally = aiTally(call, begin(call.model.provider));
    const result = await answer();
    const { stream } = result as { stream?: unknown };
    if (stream instanceof ReadableStream) return { ...result, stream: watchReadable(stream, tally) };
    tally.see(result);
    tally.end();
    return result;
  }
  return {
    specificationVersion: "v3",
    wrapGenerate: (call) => watch(call, call.doGenerate),
    wrapStream: (call) => watch(call, call.doStream),
    wrapEmbed: (call) => watch(call, call.doEmbed),
  };
}
