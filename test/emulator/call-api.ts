import { request } from "node:http";

const callMsMax = 60_000;

export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  text(): Promise<string>;
}

export interface ApiCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/**
 * Calls an emulated HTTP API at the emulator's address with the Host of its endpoint: `*.execute-api.localhost` resolves
 * nowhere, and `fetch` lets nobody set a Host.
 */
export function callApi(endpoint: string, apiId: string, path: string, call: ApiCall = {}): Promise<ApiReply> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const { method = "GET", body } = call;
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const headers = { ...call.headers, ...length, host: `${apiId}.execute-api.localhost:${port}` };
    const sent = request({ hostname, port, path, method, headers, timeout: callMsMax }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text: async () => text });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in ${callMsMax} ms`)));
    sent.on("error", reject);
    sent.end(body);
  });
}
