import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request of LiteLLM's exporter, and what this project's server answered. */
export interface Post {
  readonly path: string;
  readonly body: Buffer;
  readonly status: number;
  readonly answer: string;
}

export interface Wire extends AsyncDisposable {
  readonly url: string;
  readonly posts: readonly Post[];
}

interface Payload {
  readonly litellm_call_id: string;
  readonly startTime: number;
  readonly status: string;
  readonly cache_hit: boolean | null;
  readonly model: string;
}

/** How many calls of each model LiteLLM's callback has posted at least once: what it did not post, it lost. */
export function postedCalls(posts: readonly Post[]): ReadonlyMap<string, number> {
  const payloads = posts.flatMap(({ body }) => JSON.parse(body.toString("utf8")) as Payload[]);
  const used = payloads.filter(({ status, cache_hit }) => status === "success" && cache_hit !== true);
  const once = new Map(
    used.map((one) => [`${one.litellm_call_id} ${one.startTime}`, one.model.split("/").at(-1) ?? ""]),
  );
  return new Map([...Map.groupBy(once.values(), (model) => model)].map(([model, calls]) => [model, calls.length]));
}

/**
 * Stands between LiteLLM and the server and keeps what passes. The first answer is lost on its way, as in any network:
 * LiteLLM sends those calls again.
 */
export async function startWire(target: string): Promise<Wire> {
  const posts: Post[] = [];

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const { authorization, "content-type": type, "content-encoding": encoding } = request.headers;
    const reply = await fetch(`${target}${request.url}`, {
      method: "POST",
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(type !== undefined && { "content-type": type }),
        ...(encoding !== undefined && { "content-encoding": encoding }),
      },
      body,
    });
    const answer = Buffer.from(await reply.arrayBuffer());
    posts.push({ path: request.url ?? "", body, status: reply.status, answer: answer.toString("utf8") });
    const isLost = posts.length === 1;
    response.writeHead(isLost ? 503 : reply.status, { "content-type": reply.headers.get("content-type") ?? "" });
    response.end(isLost ? "" : answer);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
