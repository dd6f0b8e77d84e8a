import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface AnsweringServer extends AsyncDisposable {
  /** What a client of the SDK is made with to ask this server, once and not again. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
    readonly requestHandler: { readonly requestTimeout: number; readonly throwOnRequestTimeout: true };
  };
  /** Every request so far. */
  readonly asked: readonly Asked[];
}

/** A service of AWS as the SDK sees it over HTTP. "nothing": the connection stays open; "hang up": it is cut. */
export async function answeringServer(
  answer: (asked: Asked) => Answer | "nothing" | "hang up",
  patienceMs = 10_000,
): Promise<AnsweringServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", headers, url = "" } = request;
    const one = { method, url: new URL(url, "http://service"), headers, body: await buffer(request) };
    asked.push(one);
    const found = answer(one);
    if (found === "nothing") return;
    if (found === "hang up") request.socket.destroy();
    else response.writeHead(found.status, found.headers).end(found.body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    client: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      requestHandler: { requestTimeout: patienceMs, throwOnRequestTimeout: true },
    },
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
