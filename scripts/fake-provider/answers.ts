import { anthropicUsage, type Counts, embeddingsUsage, openAiUsage } from "./billed.ts";

export interface Asked {
  readonly model: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly background?: boolean;
  readonly encoding_format?: string;
}

/** A call as its provider answers it. */
export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly meters: Readonly<Record<string, number>>;
  readonly whole: object;
  /** As server-sent events: their names where the provider names them. */
  readonly events: readonly { readonly event?: string; readonly data: unknown }[];
}

const words = ["The ", "answer ", "is ", "forty", "-two", "."];
const text = words.join("");

function chatAnswer(id: string, asked: Asked, counts: Counts): Answer {
  const { meters, usage } = openAiUsage("chat", counts);
  const model = asked.model;
  const common = { id, created: 1_790_000_000, model, service_tier: "default", system_fingerprint: "fp_1" };
  const hasUsage = asked.stream_options?.include_usage === true;
  const chunk = (choices: readonly object[], more: object = hasUsage ? { usage: null } : {}) => ({
    data: { ...common, object: "chat.completion.chunk", choices, ...more },
  });
  const choice = (delta: object, finish_reason: string | null = null) => [
    { index: 0, delta, logprobs: null, finish_reason },
  ];
  const message = { role: "assistant", content: text, refusal: null, annotations: [] };
  return {
    ...{ id, model, meters },
    whole: {
      ...{ ...common, object: "chat.completion", usage },
      choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
    },
    events: [
      chunk(choice({ role: "assistant", content: "", refusal: null })),
      ...words.map((content) => chunk(choice({ content }))),
      chunk(choice({}, "stop")),
      ...(hasUsage ? [chunk([], { usage })] : []),
      { data: "[DONE]" },
    ],
  };
}

function responsesAnswer(id: string, asked: Asked, counts: Counts): Answer {
  const { meters, usage } = openAiUsage("responses", counts);
  const model = asked.model;
  const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
  const item = { id: `msg_${id}`, type: "message", status: "completed", role: "assistant", content };
  const base = { id, object: "response", created_at: 1_790_000_000, model, error: null, incomplete_details: null };
  const settings = { instructions: null, metadata: {}, tools: [], tool_choice: "auto", parallel_tool_calls: true };
  const begun = { ...base, ...settings, status: "in_progress", output: [], usage: null };
  const whole = { ...base, ...settings, status: "completed", output: [item], usage, service_tier: "default" };
  const events = [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    { type: "response.output_item.added", output_index: 0, item: { ...item, status: "in_progress", content: [] } },
    {
      ...{ type: "response.content_part.added", item_id: item.id, output_index: 0, content_index: 0 },
      part: { ...content[0], text: "" },
    },
    ...words.map((delta) => ({
      ...{ type: "response.output_text.delta", item_id: item.id, output_index: 0, content_index: 0 },
      ...{ delta, logprobs: [] },
    })),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: whole },
  ];
  return {
    ...{ id, model, meters },
    whole: asked.background ? { ...begun, status: "queued", background: true } : whole,
    events: events.map((data, i) => ({ event: data.type, data: { ...data, sequence_number: i } })),
  };
}

function messagesAnswer(id: string, asked: Asked, counts: Counts): Answer {
  const { meters, usage } = anthropicUsage(counts);
  const model = asked.model;
  const begun = { id, type: "message", role: "assistant", model, stop_sequence: null };
  const { output_tokens, ...input } = usage;
  const events = [
    {
      type: "message_start",
      message: { ...begun, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    ...words.map((word) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: word } })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens } },
    { type: "message_stop" },
  ];
  return {
    ...{ id, model, meters },
    whole: { ...begun, content: [{ type: "text", text }], stop_reason: "end_turn", usage },
    events: events.map((data) => ({ event: data.type, data })),
  };
}

function embeddingsAnswer(id: string, asked: Asked, counts: Counts): Answer {
  const { meters, usage } = embeddingsUsage(counts);
  const vector = [0.25, -0.5, 0.125];
  const packed = Buffer.from(new Float32Array(vector).buffer).toString("base64");
  const embedding = asked.encoding_format === "base64" ? packed : vector;
  const data = [{ object: "embedding", index: 0, embedding }];
  return { id, model: asked.model, meters, whole: { object: "list", data, model: asked.model, usage }, events: [] };
}

/** By the end of the path. */
export const answerers: Readonly<Record<string, (id: string, asked: Asked, counts: Counts) => Answer>> = {
  "/chat/completions": chatAnswer,
  "/responses": responsesAnswer,
  "/messages": messagesAnswer,
  "/embeddings": embeddingsAnswer,
};
