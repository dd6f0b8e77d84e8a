import Table from "cli-table3";
import type { ProviderCall } from "./fake-provider.ts";
import { KINDS } from "./series.ts";

/** What is booked of one model, as the cost report tells it. */
export interface Booked {
  readonly requests: number;
  readonly meters: Readonly<Record<string, number>>;
}

const notMeters = new Set(["requests", "entries"]);

/** By model; every quantity that the report tells of it. */
export async function readBooks(server: string, key: string): Promise<ReadonlyMap<string, Booked>> {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const query = `from=${day(1)}&to=${day(-1)}&group_by=model&granularity=total`;
  const reply = await fetch(`${server}/v1/reports/cost?${query}`, { headers: { authorization: `Bearer ${key}` } });
  if (reply.status !== 200) throw new Error(`the report was answered ${reply.status}: ${await reply.text()}`);
  const { rows } = (await reply.json()) as { rows: Record<string, number | string>[] };
  return new Map(
    rows.map((row) => {
      const numbers = Object.entries(row).filter((field): field is [string, number] => typeof field[1] === "number");
      const meters = Object.fromEntries(numbers.filter(([name]) => !notMeters.has(name)));
      return [String(row.model), { requests: Number(row.requests), meters }];
    }),
  );
}

function sumOf(calls: readonly ProviderCall[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { billed } of calls) {
    for (const [meter, quantity] of Object.entries(billed)) sum[meter] = (sum[meter] ?? 0) + quantity;
  }
  return sum;
}

export interface Books {
  readonly calls: readonly ProviderCall[];
  /** By model; undefined where the wire is not read. */
  readonly reported: ReadonlyMap<string, number> | undefined;
  readonly booked: ReadonlyMap<string, Booked>;
}

/** What LiteLLM itself reports less of, or otherwise. */
export interface KnownLosses {
  /** Models of which calls may be missing, and why. */
  readonly calls: Readonly<Record<string, string>>;
  /** Models of which the tokens are its own, and how it is called. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Meters that it does not tell apart from another. */
  readonly countedIn: Readonly<Record<string, string>>;
}

function merged(meters: Readonly<Record<string, number>>, countedIn: KnownLosses["countedIn"]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [meter, quantity] of Object.entries(meters)) {
    const name = countedIn[meter] ?? meter;
    sum[name] = (sum[name] ?? 0) + quantity;
  }
  return sum;
}

interface Line {
  readonly made: number;
  /** As LiteLLM posted it; undefined where that is not read. */
  readonly told: number | undefined;
  readonly requests: number;
  /** Meters that are not as the provider counted, in words; none where calls are missing. */
  readonly unequal: readonly string[];
}

function lineOf(model: string, made: readonly ProviderCall[], { reported, booked }: Books, losses: KnownLosses): Line {
  const { requests = 0, meters: found = {} } = booked.get(model) ?? {};
  const meters = merged(found, losses.countedIn);
  const wanted = merged(sumOf(made), losses.countedIn);
  const unequal = Object.keys({ ...wanted, ...meters })
    .filter((meter) => (wanted[meter] ?? 0) !== (meters[meter] ?? 0))
    .map((meter) => `${meter} ${wanted[meter] ?? 0} made, ${meters[meter] ?? 0} booked`);
  const told = reported && (reported.get(model) ?? 0);
  return { made: made.length, told, requests, unequal: requests === made.length ? unequal : [] };
}

/** What LiteLLM itself did not report, or otherwise than the provider. */
function lossOf(model: string, { made, told, requests }: Line, losses: KnownLosses): string | undefined {
  if (requests === made) return losses.tokens[model];
  if (model in losses.calls) return losses.calls[model];
  return told !== undefined && told < made ? "LiteLLM lost: it never posted them" : undefined;
}

function faultOf(model: string, line: Line, losses: KnownLosses): string | undefined {
  const { made, told, requests, unequal } = line;
  const isExcused = lossOf(model, line, losses) !== undefined;
  const isLost = told === undefined ? requests < made && !isExcused : requests !== told;
  if (isLost || requests > made) return `${made} calls made, ${told ?? "unknown"} reported, ${requests} booked`;
  return unequal.length > 0 && !isExcused ? unequal.join("; ") : undefined;
}

/**
 * Prints calls made, calls that LiteLLM reported where that is read, and calls booked; returns in words what was lost
 * or doubled after LiteLLM.
 */
export function compareBooks(title: string, books: Books, losses: KnownLosses): readonly string[] {
  const head = ["model", "kind of call", "made", "reported", "booked", "tokens", ""];
  const table = new Table({ head, style: { head: [], border: [] } });
  const byModel = Map.groupBy(books.calls, ({ model }) => model);
  const faults = [...books.booked.keys()].filter((model) => !byModel.has(model)).map((model) => `${model}: none made`);
  for (const [model, made] of byModel) {
    const line = lineOf(model, made, books, losses);
    const tokens = line.unequal.length === 0 ? "equal" : "differ";
    const fault = faultOf(model, line, losses);
    if (fault !== undefined) faults.push(`${model}: ${fault}`);
    const numbers = [line.made, line.told ?? "", line.requests, line.requests === line.made ? tokens : ""];
    table.push([model, KINDS[model] ?? "", ...numbers, lossOf(model, line, losses) ?? ""]);
  }
  console.log(`\n${title}\n${table.toString()}`);
  return faults;
}
