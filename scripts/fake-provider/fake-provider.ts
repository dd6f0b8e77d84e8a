import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type Asked, answerers } from "./answers.ts";
import { type Billed, countsOf } from "./billed.ts";

/** Between the events of a stream that a caller means to cut. */
const slowMs = 15;

/**
 * Answers as OpenAI and Anthropic do, on this machine. What a call's text says decides how: "refuse" is a 400, "retry"
 * a 500 at the first attempt, "slow" a stream that takes its time, "break" one that ends in the middle.
 */
export interface FakeProvider {
  readonly url: string;
  /** Calls that were answered, in order. */
  readonly billed: readonly Billed[];
  readonly requests: () => number;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_1", "request-id": "req_1" });
  response.end(JSON.stringify(body));
}

async function stream(response: ServerResponse, answer: Answer, billed: Billed, how: string): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "req_1", "request-id": "req_1" });
  response.on("close", () => {
    if (!response.writableFinished) billed.isCut = true;
  });
  for (const [i, { event, data }] of answer.events.entries()) {
    if (response.destroyed) return;
    if (how.includes("break") && i === 4) {
      // What was written so far is to arrive.
      await sleep(slowMs);
      response.destroy();
      return;
    }
    const text = typeof data === "string" ? data : JSON.stringify(data);
    response.write(`${event ? `event: ${event}\n` : ""}data: ${text}\n\n`);
    if (how.includes("slow")) await sleep(slowMs);
  }
  response.end();
}

function answererOf(path: string) {
  const answerer = answerers[path];
  if (!answerer) throw new Error(`nothing answers ${path}`);
  return answerer;
}

export async function startFakeProvider(): Promise<FakeProvider> {
  const billed: Billed[] = [];
  const background = new Map<string, object>();
  let requests = 0;

  function book(path: string, asked: Asked): { answer: Answer; entry: Billed } {
    const answerer = answererOf(path);
    const call = billed.length;
    const id = `${path.slice(1).replace("/", "-")}-${call}`;
    const answer = answerer(id, asked, countsOf(call));
    const { model, meters } = answer;
    const entry: Billed = { id, path, model, meters, isStream: asked.stream ?? false, isCut: false };
    billed.push(entry);
    if (asked.background) background.set(id, answerer(id, { ...asked, background: false }, countsOf(call)).whole);
    return { answer, entry };
  }

  const server = createServer(async (request, response) => {
    requests++;
    const { pathname } = new URL(request.url ?? "", "http://provider");
    const path = pathname.replace(/^\/v1/, "");
    if (request.method === "GET") {
      const known = background.get(path.replace("/responses/", ""));
      return reply(response, known ? 200 : 404, known ?? { error: { message: "no such response" } });
    }
    const how = await bodyOf(request);
    if (how.includes("refuse")) return reply(response, 400, { error: { message: "refused", type: "invalid_request" } });
    if (how.includes("retry") && request.headers["x-stainless-retry-count"] === "0") {
      response.setHeader("retry-after-ms", "1");
      return reply(response, 500, { error: { message: "try again" } });
    }
    const asked = JSON.parse(how) as Asked;
    const { answer, entry } = book(path, asked);
    if (asked.stream) await stream(response, answer, entry, how);
    else reply(response, 200, answer.whole);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    billed,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
