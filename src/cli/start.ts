import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { makeClient } from "#contract/client.ts";
import type { CostReportRow } from "#contract/cost-report.ts";
import { routes } from "#contract/routes.ts";
import { formatUsd, type PicoUsd, parseUsd } from "#core/money.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { defaultDataDir, defaultPort, defaultUrl, expectStatus } from "./connection.ts";
import { exitCodes, Failure, usageFailure } from "./failure.ts";
import { rememberFolder } from "./local-key.ts";
import { type OutputRow, renderTable } from "./output.ts";
import { reportTotal } from "./report-total.ts";
import type { Terminal } from "./terminal.ts";

interface StartOptions {
  readonly port: number;
  readonly data: string;
  readonly demo: boolean;
}

interface StartedServer {
  readonly url: string;
  readonly adminKey: string;
}

const reportDays = 30;
const rowsMax = 12;

/** The dearest rows, and the others as one: they add up to the total. */
function dearest(rows: readonly CostReportRow[]): OutputRow[] {
  const sorted = rows.toSorted((a, b) => Number(b.cost_usd) - Number(a.cost_usd));
  if (sorted.length <= rowsMax) return sorted;
  const others = sorted.splice(rowsMax - 1);
  const cost = others.reduce((sum, row) => sum + (parseUsd(row.cost_usd) ?? 0n), 0n) as PicoUsd;
  const requests = others.reduce((sum, row) => sum + row.requests, 0);
  return [...sorted, { team: "others", feature: `${others.length} more`, cost_usd: formatUsd(cost), requests }];
}

/** Cost by feature of the last 30 days, dearest first. */
async function costByFeature(url: string, key: string, terminal: Terminal): Promise<string> {
  const client = makeClient(routes, { baseUrl: url, key, fetch: terminal.fetch });
  const to = usageDateOf(terminal.now() as Instant);
  const query = { from: addDays(to, 1 - reportDays), to, group_by: "team,feature", granularity: "total" } as const;
  const report = expectStatus(await client.costReport({ query }), 200);
  if (report.rows.length === 0) return "No events yet.\n";
  const table = renderTable(["team", "feature", "cost_usd", "requests"], dearest(report.rows));
  return `Cost by feature, USD${report.demo ? ", DEMO" : ""}\n\n${table}\n${reportTotal(report)}\n`;
}

/**
 * The event's id is of this moment: the line may be run twice, and counts once.
 * @param isFound commands find the server and its key by themselves
 */
function firstSteps({ url, adminKey: key }: StartedServer, isFound: boolean, terminal: Terminal): string {
  const id = `call-${terminal.now()}`;
  const event = {
    ...{ id, source: "my-service", time: new Date(terminal.now()).toISOString() },
    ...{ provider: "openai", model: "gpt-4o", meters: { uncached_input_tokens: 1200, text_output_tokens: 300 } },
    attribution: { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
  };
  return [
    "Send an event (0.006 USD; sent again as it is, it counts once):",
    "",
    `  curl -s ${url}/v1/events -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${JSON.stringify(event)}'`,
    "",
    "Then, in another terminal, in this folder:",
    "",
    ...(isFound ? [] : [`  export FINOPS_URL=${url} FINOPS_KEY=${key}`]),
    `  npx finops explain --source my-service --id ${id}`,
    `  npx finops report cost --group-by feature,model`,
    `  npx finops import FILE           JSON lines or CSV`,
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
  const isOfFolder = error.name === "FolderInUse" || error.name === "UnusableFolder";
  const fix = "fix" in error ? String(error.fix) : startFixes[code];
  return isOfFolder || code in startFixes
    ? new Failure(error.message, { exitCode: exitCodes.refused, fix, cause: error })
    : error;
}

/** As it can stand in an Authorization header. */
function adminKeyOf({ env }: Terminal): string | undefined {
  const key = env.FINOPS_ADMIN_KEY;
  if (key === undefined || /^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw usageFailure("FINOPS_ADMIN_KEY is no key", "set 1 to 512 printable characters without spaces, or unset it");
}

const outageAnswers = ["allow", "deny"] as const;

function outageAnswerOf({ env }: Terminal): (typeof outageAnswers)[number] {
  const said = env.FINOPS_AUTHORIZE_WHEN_UNREACHABLE ?? "allow";
  const answer = outageAnswers.find((known) => known === said);
  if (answer !== undefined) return answer;
  throw usageFailure(`FINOPS_AUTHORIZE_WHEN_UNREACHABLE is ${JSON.stringify(said)}`, "set allow or deny, or unset it");
}

async function start(options: StartOptions, terminal: Terminal): Promise<void> {
  const { startServer } = await import("#server/start.ts");
  const adminKey = adminKeyOf(terminal);
  const server = await startServer({
    ...{ port: options.port, dataDir: resolve(options.data), demo: options.demo },
    ...(adminKey !== undefined && { adminKey }),
    authorizeWhenUnreachable: outageAnswerOf(terminal),
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
  const isFound = server.url === defaultUrl && options.data === defaultDataDir && adminKey === undefined;
  terminal.out(`Open ${server.url}/#key=${server.adminKey}\n\n${firstSteps(server, isFound, terminal)}\n`);
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
    .addHelpText(
      "after",
      "\nFINOPS_ADMIN_KEY sets the admin key; without it one is made and kept beside the data.\nFINOPS_AUTHORIZE_WHEN_UNREACHABLE (allow or deny): what `authorize` answers while the rules cannot be read.",
    )
    .action((options: StartOptions) => start(options, terminal));
}
