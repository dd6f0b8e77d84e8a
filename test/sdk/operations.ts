import type { Clients } from "./open-metered.ts";

const messages = [{ role: "user", content: "What is six times seven?" }] as const;
const chat = { model: "gpt-4o", messages: [...messages] };
const ask = { model: "gpt-4o-mini", input: "What is six times seven?" };
const message = { model: "claude-sonnet-4-6", max_tokens: 100, messages: [...messages] };

async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const part of parts) list.push(part);
  return list;
}

async function textOf(response: Response): Promise<object> {
  return { status: response.status, url: response.url.replace(/:\d+/, ""), text: await response.text() };
}

/** Every way to call, and all that a caller sees of the answer. Each is one call of a model. */
export const operations: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
  "chat.completions.create": ({ openai }) => openai.chat.completions.create(chat),
  "chat.completions.create, stream": async ({ openai }) =>
    all(await openai.chat.completions.create({ ...chat, stream: true })),
  "chat.completions.create, stream that asks for usage": async ({ openai }) =>
    all(await openai.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } })),
  "chat.completions.create, withResponse": async ({ openai }) => {
    const { data, response, request_id } = await openai.chat.completions.create(chat).withResponse();
    return { data, status: response.status, request_id };
  },
  "chat.completions.create, stream withResponse": async ({ openai }) => {
    const { data, response } = await openai.chat.completions.create({ ...chat, stream: true }).withResponse();
    return { parts: await all(data), status: response.status };
  },
  "chat.completions.create, asResponse": async ({ openai }) =>
    textOf(await openai.chat.completions.create(chat).asResponse()),
  "chat.completions.create, asResponse and then parsed": async ({ openai }) => {
    const promise = openai.chat.completions.create(chat);
    const { status } = await promise.asResponse();
    return { status, data: await promise };
  },
  "chat.completions.parse": ({ openai }) => openai.chat.completions.parse(chat),
  "chat.completions.stream": ({ openai }) => openai.chat.completions.stream(chat).finalChatCompletion(),
  "chat.completions.runTools": ({ openai }) =>
    openai.chat.completions.runTools({ ...chat, tools: [] }).finalChatCompletion(),
  "a stream in two": async ({ openai }) => {
    const [left, right] = (await openai.chat.completions.create({ ...chat, stream: true })).tee();
    return Promise.all([all(left), all(right)]);
  },
  "a stream as a web stream": async ({ openai }) => {
    const stream = await openai.chat.completions.create({ ...chat, stream: true });
    return new Response(stream.toReadableStream()).text();
  },
  "withOptions of the client": ({ openai }) => openai.withOptions({ timeout: 5_000 }).chat.completions.create(chat),
  "post of the client": ({ openai }) => openai.post("/chat/completions", { body: chat }),
  "responses.create": ({ openai }) => openai.responses.create(ask),
  "responses.create, stream": async ({ openai }) => all(await openai.responses.create({ ...ask, stream: true })),
  "responses.create, stream asResponse": async ({ openai }) =>
    textOf(await openai.responses.create({ ...ask, stream: true }).asResponse()),
  "responses.create, in the background": async ({ openai }) => {
    const begun = await openai.responses.create({ ...ask, background: true });
    return [begun, await openai.responses.retrieve(begun.id), await openai.responses.retrieve(begun.id)];
  },
  "responses.parse": ({ openai }) => openai.responses.parse(ask),
  "responses.stream": ({ openai }) => openai.responses.stream(ask).finalResponse(),
  "embeddings.create": ({ openai }) =>
    openai.embeddings.create({ model: "text-embedding-3-small", input: "forty-two" }),
  "embeddings.create, floats": ({ openai }) =>
    openai.embeddings.create({ model: "text-embedding-3-small", input: "forty-two", encoding_format: "float" }),
  "messages.create": ({ anthropic }) => anthropic.messages.create(message),
  "messages.create, stream": async ({ anthropic }) =>
    all(await anthropic.messages.create({ ...message, stream: true })),
  "messages.create, withResponse": async ({ anthropic }) => {
    const { data, response } = await anthropic.messages.create(message).withResponse();
    return { data, status: response.status };
  },
  "messages.create, stream asResponse": async ({ anthropic }) =>
    textOf(await anthropic.messages.create({ ...message, stream: true }).asResponse()),
  "messages.parse": ({ anthropic }) => anthropic.messages.parse(message),
  "messages.stream": ({ anthropic }) => anthropic.messages.stream(message).finalMessage(),
  "beta.messages.create": ({ anthropic }) => anthropic.beta.messages.create(message),
  "beta.messages.stream": ({ anthropic }) => anthropic.beta.messages.stream(message).finalMessage(),
};
