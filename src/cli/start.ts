import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { makeClient } from "#contract/client.ts";
import { routes } from "#contract/routes.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { defaultDataDir, defaultPort, expectStatus } from "./connection.ts";
import { exitCodes, Failure, usageFailure } from "./failure.ts";
import { rememberFolder } from "./local-key.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { renderTable } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface StartOptions {
  readonly port: number;
  readonly data: string;
  readonly demo: boolean;
}

const reportDays = 30;
const rowsMax = 12;

/** Cost by feature of the last 30 days, dearest first. */
async function costByFeature(url: string, key: string, terminal: Terminal): Promise<string> {
  const client = makeClient(routes, { baseUrl: url, key, fetch: terminal.fetch });
  const to = usageDateOf(terminal.now() as Instant);
  const query = { from: addDays(to, 1 - reportDays), to, group_by: "team,feature", granularity: "total" } as const;
  const report = expectStatus(await client.costReport({ query }), 200);
  if (report.rows.length === 0) return "No events yet.\n";
  const rows = report.rows.toSorted((a, b) => Number(b.cost_usd) - Number(a.cost_usd)).slice(0, rowsMax);
  const table = renderTable(["team", "feature", "cost_usd", "requests"], rows);
  return `Cost by feature, ${query.from} to ${query.to} (UTC), USD${report.demo ? ", DEMO" : ""}\n\n${table}\ntotal ${moneyForPeople(report.total_cost_usd)} USD\n`;
}

function firstSteps(url: string, key: string, terminal: Terminal): string {
  const event = {
    ...{ id: "call-1", source: "my-service", time: new Date(terminal.now()).toISOString() },
    ...{ provider: "openai", model: "gpt-4o", meters: { uncached_input_tokens: 1200, text_output_tokens: 300 } },
    attribution: { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
  };
  return [
    "Send an event:",
    "",
    `  curl -s ${url}/v1/events -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${JSON.stringify(event)}'`,
    "",
    "Then, in another terminal:",
    "",
    "  npx finops explain --source my-service --id call-1",
    "  npx finops report cost --group-by feature,model",
    "  npx finops import FILE           JSON lines or CSV",
    "  npx finops --help",
    "",
  ].join("\n");
}

const startFixes: Readonly<Record<string, string>> = {
  EADDRINUSE: "stop what listens there, or take another port with --port (0: any free one)",
  EACCES: "choose a folder that you may write, with --data",
  EROFS: "choose a folder that you may write, with --data",
  ENOTDIR: "choose another folder with --data",
  ENOSPC: "make room on the disk, or choose another folder with --data",
};

/** A start that fails for a reason outside the program is told in a line; a bug keeps its trace. */
function startFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  const isKnown = error.name === "FolderInUse" || code in startFixes;
  return isKnown
    ? new Failure(error.message, { exitCode: exitCodes.refused, fix: startFixes[code], cause: error })
    : error;
}

/** As it can stand in an Authorization header. */
function adminKeyOf({ env }: Terminal): string | undefined {
  const key = env.FINOPS_ADMIN_KEY;
  if (key === undefined || /^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw usageFailure("FINOPS_ADMIN_KEY is no key", "set 1 to 512 printable characters without spaces, or unset it");
}

async function start(options: StartOptions, terminal: Terminal): Promise<void> {
  const { startServer } = await import("#server/start.ts");
  const adminKey = adminKeyOf(terminal);
  const server = await startServer({
    ...{ port: options.port, dataDir: resolve(options.data), demo: options.demo },
    ...(adminKey !== undefined && { adminKey }),
  }).catch((error: unknown) => {
    throw startFailure(error);
  });
  const folder = options.demo ? "demo" : "data";
  await rememberFolder(resolve(options.data), server.url, adminKey === undefined ? folder : undefined);
  const label = options.demo
    ? "DEMO: a made-up company. Your own data: npm start -- --no-demo"
    : `Your own data, in ${resolve(options.data)}`;
  terminal.out(`\nai-finops: what AI costs, exactly. ${label}\n\n`);
  terminal.out(`${await costByFeature(server.url, server.adminKey, terminal)}\n`);
  terminal.out(`Open ${server.url}/#key=${server.adminKey}\n\n${firstSteps(server.url, server.adminKey, terminal)}\n`);
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("Give a port from 0 (any free one) to 65535.");
}

export function addStart(program: Command, terminal: Terminal): void {
  program
    .command("start")
    .description("run the server on this machine, with a made-up demo company unless told otherwise")
    .option("--port <port>", "where it listens, on this machine alone", port, defaultPort)
    .option("--data <dir>", "where it keeps its data", defaultDataDir)
    .option("--no-demo", "your own data instead of the demo company")
    .addHelpText("after", "\nFINOPS_ADMIN_KEY sets the admin key; without it one is made and kept beside the data.")
    .action((options: StartOptions) => start(options, terminal));
}
