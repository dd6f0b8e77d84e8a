import { join } from "node:path";
import type { Instant } from "#core/time.ts";
import { compose } from "./compose.ts";
import { loadDemo } from "./demo/load-demo.ts";
import { logFault } from "./fault-log.ts";
import { type HttpServer, serveHttp } from "./http-server.ts";
import { guardOverload } from "./overload.ts";
import { adminKeyFor } from "./secrets.ts";
import { staticFiles } from "./static-files.ts";
import { openStores } from "./stores.ts";

export interface ServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** The demo's data and a company's own stay in folders of their own in it. */
  readonly dataDir: string;
  readonly demo: boolean;
  /** May do everything. Without it, one is made and kept in the data folder. */
  readonly adminKey?: string;
  /** What `authorize` answers while the rules cannot be read; allow unless told. */
  readonly authorizeWhenUnreachable?: "allow" | "deny";
}

export interface RunningServer {
  readonly url: string;
  readonly adminKey: string;
  /** Answers what is under way, then lets go of the folder. */
  close(): Promise<void>;
}

const webFolder = new URL("../../web/", import.meta.url);
const clock = () => Date.now() as Instant;

/** SIGTERM and SIGINT end the server in order; a second one ends it at once. What was acknowledged survives either. */
function closeOnSignal(close: () => Promise<void>): () => void {
  const signals = ["SIGTERM", "SIGINT"] as const;
  let closing = false;
  const onSignal = () => {
    if (closing) process.exit(1);
    closing = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logFault("closing failed", error);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** The whole product on one machine. Refuses a data folder that another server has. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { port, dataDir, demo, adminKey, authorizeWhenUnreachable = "allow" } = options;
  const folder = join(dataDir, demo ? "demo" : "data");
  await using started = new AsyncDisposableStack();
  const stores = started.adopt(await openStores(folder, clock), (open) => open.close());
  const key = adminKeyFor(folder, adminKey);
  const app = started.adopt(
    compose({ stores, clock, adminKey: key, demo, log: logFault, authorizeWhenUnreachable }),
    (running) => running.stop(),
  );
  if (demo) {
    await loadDemo({ dispatch: app.dispatch, adminKey: key, folder, now: clock });
    await app.runPipeline();
  }
  const files = staticFiles(webFolder);
  const guarded = guardOverload(app.dispatch);
  const http: HttpServer = started.adopt(
    await serveHttp(port, async (request) => files(request) ?? guarded(request)),
    (server) => server.close(),
  );
  app.startJudging(http.url);
  const resources = started.move();
  const close = async () => {
    forget();
    await resources.disposeAsync();
  };
  const forget = closeOnSignal(close);
  return { url: http.url, adminKey: key, close };
}
