import type { Command } from "commander";
import { connect, expectStatus, type Session } from "./connection.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

async function printImport(session: Session, id: string): Promise<void> {
  const record = expectStatus(await session.client.readImport({ params: { id } }), 200);
  print(session.terminal, session.format, { whole: record, columns: Object.keys(record), rows: [record] });
}

async function printStatus(session: Session): Promise<void> {
  const body = expectStatus(await session.client.status({}), 200);
  const run = body.last_run;
  const notes = [
    body.data === "demo" ? "data        the made-up demo company" : "data        your own",
    `server      ${session.baseUrl}, its clock ${body.now}`,
    run
      ? `pipeline    ${run.status} at ${run.finished_at}, ${run.days.length} days recomputed${run.error ? `: ${run.error}` : ""}`
      : "pipeline    has not run yet",
    ...(run?.differences ?? []).map(
      (day) =>
        `differs     ${day.usage_date}: live sums ${day.cells_usd} USD, lake ${day.cost_daily_usd} USD, ` +
        `${day.combinations} combinations; ${day.standing ? "it stands, and is a fault" : "not merged yet"}`,
    ),
    ...(run?.repairs ?? []).map(
      (day) =>
        `repaired    ${day.usage_date}: ${day.cost_usd} USD and ${day.entries} entries added to ${day.cells} live sums`,
    ),
    `unpriced    ${body.unpriced.requests.toLocaleString("en-US")} calls in 31 days: no rate for their model`,
    `unallocated ${body.unallocated.requests.toLocaleString("en-US")} calls in 31 days, ${moneyForPeople(body.unallocated.cost_usd)} USD`,
  ];
  const row = {
    ...{ data: body.data, now: body.now, last_run_status: run?.status, last_run_at: run?.finished_at },
    ...{ unpriced_requests: body.unpriced.requests, unallocated_requests: body.unallocated.requests },
    unallocated_cost_usd: body.unallocated.cost_usd,
  };
  if (session.format === "table") session.terminal.out(`${notes.join("\n")}\n`);
  else print(session.terminal, session.format, { whole: body, columns: Object.keys(row), rows: [row] });
}

export function addStatus(program: Command, terminal: Terminal): void {
  program
    .command("status")
    .description("the last pipeline run and what is unpriced or unallocated; or how far an import is")
    .argument("[import-id]", "as `finops import` printed it")
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const session = await connect(command, terminal);
      await (id === undefined ? printStatus(session) : printImport(session, id));
    });
}
