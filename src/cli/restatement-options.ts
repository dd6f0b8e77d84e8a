import type { Command } from "commander";
import type { Sent } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { ATTRIBUTION_DIMENSIONS, SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { usageFailure } from "./failure.ts";
import { collect, parsePairs } from "./pairs.ts";

export type Restatement = Sent<Routes["restate"]>["body"];
type Filter = Restatement["filter"];

/** Of every restatement. */
export interface RestatementOptions {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly source?: string;
  readonly sentWith?: string;
  readonly receivedSince?: string;
  readonly missing?: string;
  readonly filter?: string[];
  readonly dryRun?: true;
  readonly yes?: true;
  readonly restatement?: string;
}

const filterable: readonly string[] = [...SPEND_DIMENSIONS, "purpose"];

/** The server judges values. */
export function filterOf(options: Omit<RestatementOptions, "from" | "to" | "reason">): Filter {
  const pairs = parsePairs("--filter", options.filter ?? []);
  const unknown = pairs.find(([name]) => !filterable.includes(name));
  if (unknown) throw usageFailure(`--filter: there is no ${unknown[0]}`, `one of ${filterable.join(", ")}`);
  const { source, sentWith: key_id, receivedSince: received_since, missing } = options;
  const fields = { ...Object.fromEntries(pairs), source, key_id, received_since, missing };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Filter;
}

export function withRestatementOptions(command: Command): Command {
  return command
    .requiredOption("--from <date>", "first UTC day of usage")
    .requiredOption("--to <date>", "last UTC day of usage, included")
    .requiredOption("--reason <text>", "why; it stands in explanations and in the audit log")
    .option("--source <source>", "only what this source has sent")
    .option("--sent-with <key id>", "only what was sent with this key")
    .option("--received-since <time>", "only what was received at this moment or later")
    .option("--missing <dimension>", `only what lacks it: ${ATTRIBUTION_DIMENSIONS.join(", ")} or any`)
    .option("--filter <dimension=value>", "only what has this value, as it stands now (repeat)", collect)
    .option("--dry-run", "say what would be booked, and book nothing")
    .option("--yes", "book it without a dry run that asks first")
    .option("--restatement <id>", "goes on with this one: what it has done is not done again (default: a new one)");
}
