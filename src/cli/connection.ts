import type { Command } from "commander";
import { type Fetch, makeClient } from "#contract/client.ts";
import type { Problem } from "#contract/problem.ts";
import type { Client } from "#contract/route.ts";
import { type Routes, routes } from "#contract/routes.ts";
import { exitCodes, Failure, usageFailure } from "./failure.ts";
import { localKey } from "./local-key.ts";
import type { OutputFormat } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** The options of every command. */
interface GlobalOptions {
  readonly url?: string;
  readonly key?: string;
  readonly json?: true;
  readonly csv?: true;
}

export interface Session {
  readonly client: Client<Routes>;
  readonly baseUrl: string;
  readonly format: OutputFormat;
  readonly terminal: Terminal;
}

export const defaultPort = 4319;
export const defaultUrl = `http://127.0.0.1:${defaultPort}`;
export const defaultDataDir = ".finops";

function reachable(fetch: Fetch, baseUrl: string): Fetch {
  return async (url, request) => {
    try {
      return await fetch(url, request);
    } catch (cause) {
      const fix = "start a server with `npm start`, or name another with --url or FINOPS_URL";
      throw new Failure(`no answer from ${baseUrl}`, { exitCode: exitCodes.unreachable, fix, cause });
    }
  };
}

function formatOf({ json, csv }: GlobalOptions): OutputFormat {
  if (json) return "json";
  return csv ? "csv" : "table";
}

export async function connect(command: Command, terminal: Terminal): Promise<Session> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const text = options.url ?? terminal.env.FINOPS_URL ?? defaultUrl;
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw usageFailure(`--url ${text}: not an http(s) URL`);
  const key = options.key ?? terminal.env.FINOPS_KEY ?? (await localKey(defaultDataDir, new URL(text)));
  if (key === undefined)
    throw usageFailure("no key", "give one with --key or FINOPS_KEY; `finops keys create` makes one");
  return {
    client: makeClient(routes, { baseUrl: text, key, fetch: reachable(terminal.fetch, text) }),
    baseUrl: text.replace(/\/$/, ""),
    format: formatOf(options),
    terminal,
  };
}

const fixes: Partial<Record<Problem["error"]["code"], string>> = {
  unauthenticated: "give a valid key with --key or FINOPS_KEY",
  forbidden: "use another key: `finops keys create` makes one",
  unavailable: "try again",
  too_many_requests: "try again",
};

/** Options that are not called as their field is. */
const optionOf: Readonly<Record<string, string>> = {
  fixed: "fix",
  defaults: "default",
  meters: "meter",
  teams: "team",
};

/** The option that a field of a request came from; those of `filters` came from `--filter`. */
function optionFor(path: string, filters: readonly string[]): string {
  const [field = "", ...rest] = path
    .replace(/^(query|body)\./, "")
    .replace(/^(correct|policy)\./, "")
    .replace(/^(\w+)\[\d+\]/, "$1")
    .split(".");
  if (filters.includes(field)) return `--filter ${field}=…`;
  const isPrice = field === "usd_per_million" && rest.length > 0;
  const option = isPrice ? "price" : (optionOf[field] ?? field.replaceAll("_", "-"));
  return [`--${option}`, ...rest].join(" ");
}

/** A refusal of the server, told with each option that it is about. What it cannot read is wrong usage. */
export function refusal({ error }: Problem, filters: readonly string[] = []): Failure {
  const fields = (error.fields ?? []).map(
    ({ path, found, wanted }) => `\n  ${optionFor(path, filters)}: found ${found}, wanted ${wanted}`,
  );
  const exitCode = error.code === "bad_request" ? exitCodes.usage : exitCodes.refused;
  return new Failure(error.message + fields.join(""), { exitCode, fix: fixes[error.code] });
}

/** The body of the reply that was hoped for; any other is a refusal. */
export function expectStatus<R extends { readonly status: number; readonly body: unknown }, S extends R["status"]>(
  reply: R,
  wanted: S,
  filters: readonly string[] = [],
): Extract<R, { readonly status: S }>["body"] {
  if (reply.status === wanted) return (reply as Extract<R, { readonly status: S }>).body;
  throw refusal(reply.body as Problem, filters);
}
