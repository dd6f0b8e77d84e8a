import { request } from "node:http";
import type { Sending, Target } from "./target.ts";

const callMsMax = 60_000;

/**
 * Calls an emulated HTTP API at the emulator's address with the Host of its endpoint: `*.execute-api.localhost` resolves
 * nowhere, and `fetch` lets nobody set a Host.
 */
export function callApi(
  endpoint: string,
  apiId: string,
  path: string,
  { method, headers: given, body }: Sending,
): ReturnType<Target["call"]> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const headers = { ...given, ...length, host: `${apiId}.execute-api.localhost:${port}` };
    const sent = request({ hostname, port, path, method, headers, timeout: callMsMax }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: reply.statusCode ?? 0, text: async () => text });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in ${callMsMax} ms`)));
    sent.on("error", reject);
    sent.end(body);
  });
}
