import { createServer, type RequestListener, type Server } from "node:http";
import { toNodeHandler } from "srvx/node";

export interface HttpServer {
  readonly url: string;
  /** Takes no new connections and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

const host = "127.0.0.1";
/** A sender has so long for its whole request: one that stalls is cut off. */
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;
const keepAliveTimeoutMs = 65_000;
/** Requests that are still under way then are cut off. */
const drainMs = 10_000;
const idleCheckMs = 20;

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Serves web-standard handlers on this machine alone. Port 0 takes any free one. */
export async function serveHttp(port: number, handle: (request: Request) => Promise<Response>): Promise<HttpServer> {
  const limits = { requestTimeout: requestTimeoutMs, headersTimeout: headersTimeoutMs };
  const server = createServer(limits, toNodeHandler(handle) as RequestListener);
  server.keepAliveTimeout = keepAliveTimeoutMs;
  const bound = await listen(server, port);
  return {
    url: `http://${host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), drainMs);
        // A connection that is kept alive after its last answer would hold the server open.
        const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
        server.close(() => {
          clearTimeout(cut);
          clearInterval(idle);
          resolve();
        });
      }),
  };
}
