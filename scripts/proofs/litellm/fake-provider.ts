import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Tokens as the provider bills them, in the meters of this project. */
export type Billed = Readonly<Record<string, number>>;

/** A call that the provider has answered, and so bills. */
export interface ProviderCall {
  readonly model: string;
  readonly billed: Billed;
}

const chat: Billed = {
  uncached_input_tokens: 86,
  cache_read_tokens: 1_920,
  text_output_tokens: 172,
  reasoning_tokens: 128,
};
const chatUsage = {
  ...{ prompt_tokens: 2_006, completion_tokens: 300, total_tokens: 2_306 },
  prompt_tokens_details: { cached_tokens: 1_920, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 128, audio_tokens: 0 },
};

const claude: Billed = {
  ...{ uncached_input_tokens: 21, cache_read_tokens: 1_000, cache_write_5m_tokens: 188_000, cache_write_1h_tokens: 86 },
  text_output_tokens: 393,
};
const claudeUsage = {
  ...{ input_tokens: 21, cache_read_input_tokens: 1_000, cache_creation_input_tokens: 188_086, output_tokens: 393 },
  cache_creation: { ephemeral_5m_input_tokens: 188_000, ephemeral_1h_input_tokens: 86 },
};

const chunkPauseMs = 1_500;

export interface FakeProvider extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly ProviderCall[];
}

interface Sent {
  readonly model: string;
  readonly stream?: boolean;
}

async function bodyOf(request: IncomingMessage): Promise<Sent> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString("utf8")) as Sent;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const failure = (message: string) => ({ error: { message, type: "server_error", code: null } });

/** Three pieces and, last, the usage; slowly where a client is to go away in between. */
async function stream(response: ServerResponse, base: object, model: string, isSlow: boolean): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const write = (chunk: object) =>
    response.write(`data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", model, ...chunk })}\n\n`);
  for (const content of ["one ", "two ", "three"]) {
    write({ choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }] });
    if (isSlow) await sleep(chunkPauseMs);
    if (response.destroyed) return;
  }
  write({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  write({ choices: [], usage: chatUsage });
  response.end("data: [DONE]\n\n");
}

/** OpenAI's and Anthropic's interfaces on this machine; a model's name says how it behaves. */
export async function startFakeProvider(): Promise<FakeProvider> {
  const calls: ProviderCall[] = [];
  const attempts = new Map<string, number>();
  let ids = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { model, stream: streams = false } = await bodyOf(request);
    const attempt = (attempts.get(model) ?? 0) + 1;
    attempts.set(model, attempt);
    if (model === "always-down" || (model === "gpt-4o-mini" && attempt % 2 === 1))
      return answer(response, 500, failure("down"));
    if (model === "bad-request") return answer(response, 400, failure("bad"));
    const id = `${++ids}-${process.pid}`;
    const path = request.url ?? "";
    if (path.includes("/embeddings")) {
      calls.push({ model, billed: { uncached_input_tokens: 8 } });
      const data = [{ object: "embedding", index: 0, embedding: [0.1, 0.2] }];
      return answer(response, 200, { object: "list", model, data, usage: { prompt_tokens: 8, total_tokens: 8 } });
    }
    if (path.includes("/messages")) {
      calls.push({ model, billed: claude });
      const content = [{ type: "text", text: "hi" }];
      const message = { id: `msg_${id}`, type: "message", role: "assistant", model, content, stop_reason: "end_turn" };
      return answer(response, 200, { ...message, usage: claudeUsage });
    }
    calls.push({ model, billed: chat });
    const base = { id: `chatcmpl-${id}`, created: Math.floor(Date.now() / 1000) };
    if (streams) return stream(response, base, model, model === "gpt-4.1-nano");
    const choices = [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }];
    answer(response, 200, { ...base, object: "chat.completion", model, choices, usage: chatUsage });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => answer(response, 500, failure(String(error))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
