import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const usage = {
  prompt_tokens: 2006,
  completion_tokens: 300,
  total_tokens: 2306,
  prompt_tokens_details: { cached_tokens: 1920 },
  completion_tokens_details: { reasoning_tokens: 128 },
};

async function bodyOf(request: IncomingMessage): Promise<{ model: string; stream?: boolean }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function stream(response: ServerResponse, id: string, model: string): void {
  const head = { id, object: "chat.completion.chunk", created: 1, model };
  const chunks = [
    { ...head, choices: [{ index: 0, delta: { role: "assistant", content: "hi" }, finish_reason: null }] },
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...head, choices: [], usage },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`);
}

/** OpenAI as far as clients need it: chat with and without a stream, and embeddings. "fail" is refused once, then served. */
export async function openFakeOpenAi() {
  const calls: string[] = [];
  let failed = false;
  const server = createServer(async (request, response) => {
    const { model, stream: wantsStream } = await bodyOf(request);
    const answer = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (model === "fail" && !failed) {
      failed = true;
      response.setHeader("retry-after-ms", "5");
      return answer(500, { error: { message: "boom", type: "server_error" } });
    }
    const id = `chatcmpl-${calls.length + 1}`;
    calls.push(id);
    if (request.url?.endsWith("/embeddings")) {
      const data = [{ object: "embedding", index: 0, embedding: [0.1, 0.2] }];
      return answer(200, { object: "list", model, data, usage: { prompt_tokens: 8, total_tokens: 8 } });
    }
    if (wantsStream) return stream(response, id, model);
    const message = { role: "assistant", content: '{"answer":"hi"}' };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    answer(200, { id, object: "chat.completion", created: 1, model, choices, usage });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** The ids of the calls that were served, in their order. */
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
