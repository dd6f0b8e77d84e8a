import { isJson, type Json } from "./json.ts";
import { marksOf, type Seen, type Tally, textLength, tokensOf } from "./tally.ts";
import type { UsageFormat } from "./usage-event.ts";

export interface CallTallyOptions {
  readonly format: UsageFormat;
  /** The request's body: read only when tokens must be guessed. */
  readonly body: Json;
  /** A chat's stream was asked for its usage on the caller's behalf: the caller is not to see the difference. */
  readonly hidesUsage: boolean;
  readonly book: (seen: Seen) => void;
  /** The answer is not there yet: it goes on in the background under this id. */
  readonly wait: (responseId: string) => void;
}

/** The texts that a provider counts as input, in each of the bodies. */
const promptOf = ({ messages, input, prompt, system, instructions, tools }: Json) =>
  textLength([messages, input, prompt, system, instructions, tools]);

/** The text in a chunk of a stream, or in a whole answer. */
function answerOf({ delta, choices, output, content }: Json): number {
  const chosen = Array.isArray(choices) ? choices.map((one) => one?.delta ?? one?.message ?? one?.text) : undefined;
  return textLength(delta) + textLength(chosen) + textLength(output) + textLength(content);
}

/** What is missing when a stream ends early: guessed from the texts, beside what the provider has told so far. */
function guess(format: UsageFormat, told: Json, input: number, output: number): Json {
  const isChat = format === "openai_chat" || format === "openai_embeddings";
  const outputName = isChat ? "completion_tokens" : "output_tokens";
  const most = Math.max(output, Number(told[outputName]) || 0);
  return { [isChat ? "prompt_tokens" : "input_tokens"]: input, ...told, [outputName]: most };
}

/**
 * Reads what openai and @anthropic-ai/sdk answer, whole or in chunks. The usage is the provider's own object; Anthropic
 * tells the input first and the output last. A stream that ends before it has told is booked by a guess.
 */
export function callTally({ format, body, hidesUsage, book, wait }: CallTallyOptions): Tally<unknown> {
  let usage: Json = {};
  let isTold = false;
  let isNothing = false;
  let characters = 0;
  let responseId: unknown;
  let model: unknown = body.model ?? "unknown";
  let tier: unknown;

  function read(part: Json): void {
    const whole = [part.response, part.message].find(isJson) ?? part;
    responseId ??= whole.id;
    if (typeof whole.model === "string" && whole.model) model = whole.model;
    tier = whole.service_tier ?? tier;
    if (isJson(whole.usage)) {
      const said = Object.entries(whole.usage).filter(([, value]) => value !== null);
      usage = { ...usage, ...Object.fromEntries(said) };
      if (part.type !== "message_start") isTold = true;
    } else if (whole.status === "failed" || whole.status === "cancelled") {
      isNothing = true;
    } else if (whole === part && (whole.status === "queued" || whole.status === "in_progress")) {
      isNothing = true;
      wait(`${whole.id}`);
    }
    if (!isTold) characters += answerOf(part);
  }

  return {
    see(part) {
      try {
        if (!isJson(part)) return part;
        read(part);
        if (!hidesUsage || !("usage" in part)) return part;
        if (part.usage && Array.isArray(part.choices) && part.choices.length === 0) return undefined;
        if (part.usage === null) delete (part as { usage?: unknown }).usage;
      } catch {
        // Whatever it is, the caller gets it.
      }
      return part;
    },
    end() {
      if (isNothing) return;
      book({
        model: `${model}`,
        usage: isTold ? usage : guess(format, usage, tokensOf(promptOf(body)), tokensOf(characters)),
        usage_format: format,
        ...(!isTold && { quantities_estimated: true }),
        ...marksOf(responseId, tier),
      });
    },
  };
}
