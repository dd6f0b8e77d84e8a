import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "#cli/program.ts";
import type { Terminal } from "#cli/terminal.ts";
import type { Fetch } from "#contract/client.ts";
import { startServer } from "#server/start.ts";

const adminKey = "test-admin-key-0123456789abcdef";

interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export interface Finops extends AsyncDisposable {
  readonly url: string;
  readonly adminKey: string;
  /** A folder that goes with it. */
  readonly folder: string;
  /**
   * Runs a command line as `finops` would, with the admin key unless the words name another. `answer` is what a person
   * says to a question; without it there is none.
   */
  readonly run: (words: readonly string[], fetch?: Fetch, answer?: string) => Promise<Outcome>;
}

/** A server of its own on a free port, and the command line that talks to it. Pauses take no time. */
export async function openFinops(): Promise<Finops> {
  const folder = mkdtempSync(join(tmpdir(), "finops-cli-"));
  const server = await startServer({ port: 0, dataDir: join(folder, "data"), demo: false, adminKey });
  let ids = 0;
  return {
    ...{ url: server.url, adminKey, folder },
    run: async (words, fetcher = (url, request) => fetch(url, request), answer) => {
      const [out, err]: [string[], string[]] = [[], []];
      const terminal: Terminal = {
        out: (text) => out.push(text),
        err: (text) => err.push(text),
        isInteractive: false,
        ask: async () => answer,
        env: { FINOPS_URL: server.url, FINOPS_KEY: adminKey, XDG_STATE_HOME: join(folder, "state") },
        fetch: fetcher,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
        newId: () => `test-${++ids}`,
        now: Date.now,
      };
      return { exitCode: await run(words, terminal), out: out.join(""), err: err.join("") };
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
