import type { RestatementPage } from "#contract/restatements.ts";
import { formatUsd, type PicoUsd, parseUsd } from "#core/money.ts";
import { confirm } from "./confirm.ts";
import { expectStatus, type Session } from "./connection.ts";
import { exitCodes, Failure } from "./failure.ts";
import { print } from "./output.ts";
import type { Restatement } from "./restatement-options.ts";

type Group = RestatementPage["groups"][number];
type Unpriced = RestatementPage["still_unpriced"][number];

/** Pages: a restatement of ten million events has as many. */
const pagesMax = 100_000;
const attemptsMax = 5;
const retryAfterMs = 3_000;
const lineEveryMs = 5_000;
const refusedShown = 20;
const unpricedShown = 5;

const sumUsd = (a: string, b: string) => formatUsd(((parseUsd(a) ?? 0n) + (parseUsd(b) ?? 0n)) as PicoUsd);

function addedUp(a: Group, b: Group): Group {
  return {
    ...a,
    events: a.events + b.events,
    requests: a.requests + b.requests,
    before_usd: sumUsd(a.before_usd, b.before_usd),
    after_usd: sumUsd(a.after_usd, b.after_usd),
    difference_usd: sumUsd(a.difference_usd, b.difference_usd),
    unpriced_before: a.unpriced_before + b.unpriced_before,
    unpriced_after: a.unpriced_after + b.unpriced_after,
  };
}

function groupsOf(groups: readonly Group[]): Group[] {
  const byName = new Map<string, Group>();
  for (const group of groups) {
    const name = JSON.stringify([group.provider, group.model, group.cost_class, group.cost_class_after]);
    const before = byName.get(name);
    byName.set(name, before ? addedUp(before, group) : group);
  }
  return [...byName.values()];
}

function unpricedOf(groups: readonly Unpriced[]): Unpriced[] {
  const byName = Map.groupBy(groups, ({ provider, model, meters }) => JSON.stringify([provider, model, meters]));
  return [...byName.values()].flatMap((same) => {
    const events = same.reduce((sum, group) => sum + group.events, 0);
    return same.slice(0, 1).map((group) => ({ ...group, events }));
  });
}

function joined(a: RestatementPage, b: RestatementPage): RestatementPage {
  return {
    ...b,
    matched: a.matched + b.matched,
    adjusted: a.adjusted + b.adjusted,
    skipped: a.skipped + b.skipped,
    still_unpriced: unpricedOf([...a.still_unpriced, ...b.still_unpriced]),
    refused: [...a.refused, ...b.refused],
    groups: groupsOf([...a.groups, ...b.groups]),
    before_usd: sumUsd(a.before_usd, b.before_usd),
    after_usd: sumUsd(a.after_usd, b.after_usd),
    difference_usd: sumUsd(a.difference_usd, b.difference_usd),
  };
}

/** A page that passing trouble has kept from being done is asked for again: what it has booked it skips. */
async function askPage({ client, terminal }: Session, body: Restatement): Promise<RestatementPage> {
  for (let attempt = 1; ; attempt++) {
    const reply = await client.restate({ body });
    const isPassing = reply.status === 503 || reply.status === 429;
    if (!isPassing || attempt === attemptsMax) return expectStatus(reply, 200);
    await terminal.sleep(retryAfterMs);
  }
}

async function restateAll(session: Session, body: Restatement): Promise<RestatementPage> {
  const { terminal } = session;
  let whole: RestatementPage | undefined;
  let toldAt = terminal.now();
  for (let page = 0; page < pagesMax; page++) {
    const cursor = whole?.next_cursor;
    const next = await askPage(session, { ...body, ...(cursor && { cursor }) });
    whole = whole ? joined(whole, next) : { ...next, groups: groupsOf(next.groups) };
    if (next.next_cursor === null) {
      if (terminal.isInteractive && page > 0) terminal.err("\n");
      return whole;
    }
    const { matched, adjusted } = whole;
    const line = `${matched.toLocaleString("en-US")} events looked at, ${adjusted.toLocaleString("en-US")} to adjust`;
    if (terminal.isInteractive) terminal.err(`\r${line}`);
    else if (terminal.now() - toldAt >= lineEveryMs) {
      toldAt = terminal.now();
      terminal.err(`${line}\n`);
    }
  }
  throw new Failure("there is no end of it", { exitCode: exitCodes.refused, fix: "run the command again" });
}

const columns = [
  ...["provider", "model", "cost_class", "cost_class_after", "events", "requests"],
  ...["before_usd", "after_usd", "difference_usd", "unpriced_before", "unpriced_after"],
];

function lakeNote({ lake_until }: RestatementPage): string {
  if (lake_until === null) return "Nothing is in the lake yet: run this again once the pipeline has run.";
  const comes = "it comes with the next run of the pipeline, within a minute or, in AWS, an hour";
  return `What has landed since ${lake_until} is not in the lake yet; ${comes}: run this again then, to have it, too.`;
}

function unpricedNotes(groups: readonly Unpriced[]): string[] {
  if (groups.length === 0) return [];
  const events = groups.reduce((sum, group) => sum + group.events, 0).toLocaleString("en-US");
  const named = groups.slice(0, unpricedShown).map(({ provider, model, meters }) => {
    const lacking = meters.length === 0 ? "" : `for ${meters.join(", ")} `;
    return `no price ${lacking}of ${provider}/${model}`;
  });
  const more = groups.length > unpricedShown ? [`and ${groups.length - unpricedShown} more`] : [];
  return [`${events} ${events === "1" ? "is" : "are"} still unpriced: ${[...named, ...more].join("; ")}.`];
}

function notesOf(page: RestatementPage): string[] {
  const { adjusted, skipped, dry_run } = page;
  const [events, wanted] = [adjusted.toLocaleString("en-US"), skipped.toLocaleString("en-US")];
  const done = dry_run ? `Would adjust ${events} events` : `Adjusted ${events} events`;
  return [
    `${done}: ${page.before_usd} USD before, ${page.after_usd} after, difference ${page.difference_usd}.`,
    `${wanted} others are as wanted already.`,
    ...unpricedNotes(page.still_unpriced),
    lakeNote(page),
  ];
}

function show({ terminal, format }: Session, whole: RestatementPage): void {
  print(terminal, format, { whole, columns, rows: whole.groups, notes: notesOf(whole) });
}

/** All pages of a restatement, their sums, and what could not be booked. */
export async function runRestatement(session: Session, body: Restatement): Promise<void> {
  const { terminal, format } = session;
  // Told before anything is booked: with it the same restatement can be gone on with.
  if (format === "table" && !body.dry_run) terminal.out(`restatement ${body.id}\n`);
  const whole = await restateAll(session, body);
  show(session, whole);
  const { refused } = whole;
  if (refused.length === 0) return;
  const lines = refused.slice(0, refusedShown).map(({ source, id, reason }) => `${source} ${id}: ${reason}`);
  const more = refused.length > refusedShown ? [`… and ${refused.length - refusedShown} more`] : [];
  throw new Failure([`${refused.length} events could not be adjusted:`, ...lines, ...more].join("\n  "), {
    exitCode: exitCodes.refused,
    fix: "run the command again: what was booked is skipped",
  });
}

/** As `runRestatement`, after a dry run that somebody has looked at; with `yes` nobody is asked. */
export async function confirmRestatement(session: Session, body: Restatement, yes: boolean): Promise<void> {
  if (!body.dry_run && !yes) {
    const tried = await restateAll(session, { ...body, dry_run: true });
    const { terminal, format } = session;
    // What a program reads is the booking alone.
    const toPeople = format === "table" ? terminal : { ...terminal, out: terminal.err };
    show({ ...session, terminal: toPeople, format: "table" }, tried);
    if (tried.adjusted === 0) return;
    await confirm(
      `Book ${tried.adjusted === 1 ? "this adjustment" : `these ${tried.adjusted} adjustments`}?`,
      terminal,
    );
  }
  await runRestatement(session, body);
}
