import type { AuditEntry } from "#core/audit.ts";
import { makeAuditCheck, type NotedEntry } from "#core/audit-check.ts";
import type { Instant } from "#core/time.ts";
import { sha256 } from "../fakes/usage.ts";
import { countLedger, readLake, readLanding, sumCells } from "./aws-stores.ts";
import type { AwsTarget } from "./aws-target.ts";
import { postedEntries, readBooks } from "./books.ts";
import { differences } from "./differences.ts";
import type { LocalTarget } from "./local-target.ts";
import { until } from "./patience.ts";
import type { Step, Story } from "./story.ts";
import { importedUsd } from "./story-events.ts";
import { ask, must } from "./target.ts";
import { type Keys, makeKeys, tell } from "./tell.ts";

/** 10 are promised. */
const revokedSecondsMax = 12;
/** How long the stream's consumers may take. */
const settleSecondsMax = 300;

export interface Journey {
  readonly aws: AwsTarget;
  readonly local: LocalTarget;
  readonly story: Story;
  readonly say: (line: string) => void;
}

interface People {
  readonly aws: Keys;
  readonly local: Keys;
}

function refuse(found: readonly string[], what: string): void {
  if (found.length > 0) throw new Error(`${what}: AWS against local mode:\n${found.join("\n")}`);
}

function demandEqual<T>(what: string, found: T, wanted: T): void {
  if (found !== wanted) throw new Error(`${what}: found ${found}, want ${wanted}`);
}

async function tellBoth({ aws, local }: Journey, keys: People, steps: readonly Step[], inParallel: boolean) {
  const said = await tell(aws, keys.aws, steps, inParallel);
  refuse(differences(said, await tell(local, keys.local, steps, inParallel), "answer"), "answers differ");
}

/** Everything accepted is in the cells and in the landing, and both pipelines have run. */
async function settle({ aws, local, story, say }: Journey, keys: People, ledgerCount: number): Promise<void> {
  await local.runPipeline();
  const posted = (await postedEntries(local, keys.local.reader as string, story)) as number;
  const patience = { secondsMax: settleSecondsMax };
  await until(
    "entries in the spend cells",
    () => postedEntries(aws, keys.aws.reader as string, story),
    (entries) => entries === posted,
    patience,
  );
  const landed = await until(
    "entries in the landing",
    () => readLanding(aws.clients, aws.names),
    ({ entries }) => entries === ledgerCount + story.importedCount,
    patience,
  );
  demandEqual("entries in the ledger", await countLedger(aws.clients, aws.names), ledgerCount);
  say(`${posted} recent entries in the cells, ${landed.entries} in the landing: ${landed.cost} USD`);
  // The schedule's own run may hold the lease.
  const ended = await until("a run", aws.runPipeline, (how) => how !== "SKIPPED", { ...patience, everyMs: 5_000 });
  demandEqual("the state machine", ended, "SUCCEEDED");
}

async function demandImported({ aws, story }: Journey, key: string): Promise<void> {
  const report = await must<{ total_cost_usd: string }>(aws, key, "/v1/reports/cost?from=2023-11-16&to=2023-11-16");
  demandEqual("the cost of the import, worked out apart", report.total_cost_usd, importedUsd(story.imported));
}

/** A key that is revoked opens nothing any more, at the latest when the caches of the functions have turned. */
async function demandRevocation({ aws, say }: Journey): Promise<void> {
  const body = { name: "leaver", role: "viewer" };
  const made = await must<{ id: string; key: string }>(aws, aws.adminKey, "/v1/keys", { method: "POST", body });
  const read = async () => (await ask(aws, made.key, "/v1/status")).status;
  demandEqual("a new key", await read(), 200);
  await must(aws, aws.adminKey, `/v1/keys/${made.id}`, { method: "DELETE" });
  await until("a revoked key", read, (status) => status === 401, { secondsMax: revokedSecondsMax });
  say("a revoked key is refused");
}

interface AuditPage {
  readonly entries: readonly (Omit<AuditEntry, "at" | "previousHash"> & { at: string; previous_hash: string })[];
}

/** What was changed on the way stands in the audit log, in one chain that leads to its head. */
async function demandAudit({ aws, say }: Journey): Promise<void> {
  const { head } = await must<{ head: NotedEntry }>(aws, aws.adminKey, "/v1/audit/head");
  const check = makeAuditCheck([head], sha256);
  let [from, revocations] = [1, 0];
  while (from <= head.number) {
    const { entries } = await must<AuditPage>(aws, aws.adminKey, `/v1/audit?from=${from}&limit=1000`);
    if (entries.length === 0) break;
    const fault = check.add(
      entries.map(({ at, previous_hash, ...entry }) => ({
        ...entry,
        at: Date.parse(at) as Instant,
        previousHash: previous_hash,
      })),
    );
    demandEqual("a fault in the audit log", JSON.stringify(fault), undefined);
    revocations += entries.filter(({ action }) => action === "key.revoke").length;
    from += entries.length;
  }
  demandEqual("a fault at the end of the audit log", JSON.stringify(check.end()), undefined);
  if (revocations === 0) throw new Error("the revocation is not in the audit log");
  say(`${head.number} audit entries in one chain`);
}

async function demandSameBooks(journey: Journey, keys: People, ledgerCount: number): Promise<void> {
  const { aws, local, story, say } = journey;
  const books = await readBooks(aws, keys.aws.reader as string, story);
  const localBooks = await readBooks(local, keys.local.reader as string, story);
  refuse(differences(books, localBooks, "books"), "reports differ");
  const cells = await sumCells(aws.clients, aws.names);
  demandEqual("entries in all spend cells", cells.entries, BigInt(ledgerCount));
  const lake = await readLake(aws.clients, aws.names);
  refuse(differences(lake, await local.stopAndReadLake(), "lake"), "the lake differs");
  const counted = Object.entries(lake).map(([table, rows]) => `${rows.length} rows of ${table}`);
  say(`equal to local mode: ${Object.keys(books).length} readings over HTTP, ${counted.join(", ")}`);
}

/**
 * The same story told to a deployed system and to local mode: every answer, every report, every row of the lake has to be
 * the same. Throws on the first kind of thing that is not. Ends the local server, whose lake it reads.
 */
export async function travel(journey: Journey): Promise<Keys> {
  const { aws, local, story, say } = journey;
  const keys = { aws: await makeKeys(aws), local: await makeKeys(local) };
  await tellBoth(journey, keys, story.sending, true);
  await tellBoth(journey, keys, story.inOrder, false);
  say(`${story.sending.length + story.inOrder.length} requests are answered alike`);
  await settle(journey, keys, story.ledgerCount);
  await demandImported(journey, keys.aws.reader as string);
  await tellBoth(journey, keys, story.afterwards, false);
  const ledgerCount = story.ledgerCount + story.afterwardsCount;
  await settle(journey, keys, ledgerCount);
  await demandSameBooks(journey, keys, ledgerCount);
  await demandRevocation(journey);
  await demandAudit(journey);
  return keys.aws;
}
