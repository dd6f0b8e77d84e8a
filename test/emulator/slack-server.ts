import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface SlackServer extends AsyncDisposable {
  /** Of an incoming webhook: it is a secret. */
  readonly url: string;
  /** How it answered, and to what, in order. */
  readonly posts: readonly { readonly status: number; readonly body: SlackPost }[];
}

interface SlackPost {
  readonly text?: string;
  readonly blocks?: readonly unknown[];
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString();
}

/** Incoming webhooks as Slack answers them. The first post of all is one too many in a second. */
export async function startSlack(): Promise<SlackServer> {
  const posts: { status: number; body: SlackPost }[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await read(request)) as SlackPost;
    const status = posts.length === 0 ? 429 : 200;
    posts.push({ status, body });
    response
      .writeHead(status, status === 429 ? { "retry-after": "1" } : {})
      .end(status === 200 ? "ok" : "rate_limited");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T000/B000/a-secret-path`,
    posts,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
