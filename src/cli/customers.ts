import type { Command } from "commander";
import { connect, expectStatus, type Session } from "./connection.ts";
import { exitCodes, Failure, usageFailure } from "./failure.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** Of 1,000 rows. */
const pagesMax = 100_000;

/** One JSON object a line; `record` says what it is. */
function writeLines(terminal: Terminal, record: "event" | "day", rows: readonly object[]): void {
  terminal.out(rows.map((row) => `${JSON.stringify({ record, ...row })}\n`).join(""));
}

interface Page {
  readonly next_cursor: string | null;
}

/** Hands on each page until the last. */
async function eachPage<P extends Page>(read: (query: { cursor?: string }) => Promise<P>, take: (page: P) => void) {
  let query: { cursor?: string } = {};
  for (let count = 0; count < pagesMax; count++) {
    const page = await read(query);
    take(page);
    if (page.next_cursor === null) return;
    query = { cursor: page.next_cursor };
  }
  throw new Failure("there is no end of it", { exitCode: exitCodes.refused });
}

async function exportCustomer(id: string, command: Command, terminal: Terminal): Promise<void> {
  const { client } = await connect(command, terminal);
  let [events, days] = [0, 0];
  await eachPage(
    async (query) => expectStatus(await client.customerEvents({ query: { customer_id: id, ...query } }), 200),
    (page) => {
      writeLines(terminal, "event", page.events);
      events += page.events.length;
      if (page.next_cursor !== null) terminal.err(`${events.toLocaleString("en-US")} events so far\n`);
    },
  );
  await eachPage(
    async (query) => expectStatus(await client.customerDays({ query: { customer_id: id, ...query } }), 200),
    (page) => {
      writeLines(terminal, "day", page.days);
      days += page.days.length;
    },
  );
  terminal.err(`${events} events and ${days} daily sums, as of the last pipeline run\n`);
}

type Erasure = Extract<Awaited<ReturnType<Session["client"]["readErasure"]>>, { status: 200 }>["body"];

function printErasure({ terminal, format }: Session, erasure: Erasure, notes: readonly string[]): void {
  const columns = ["id", "status", "requested_at", "cleaned_at", "gone_by", "reason"];
  print(terminal, format, { whole: erasure, columns, rows: [erasure], notes });
}

interface EraseOptions {
  readonly reason: string;
  readonly confirm?: string;
}

async function eraseCustomer(id: string, options: EraseOptions, command: Command, terminal: Terminal): Promise<void> {
  if (options.confirm !== id) {
    const found = options.confirm === undefined ? "nothing" : JSON.stringify(options.confirm);
    throw usageFailure(
      `who ${JSON.stringify(id)} was will be erased everywhere, and cannot be brought back. --confirm: found ${found}, wanted the same id`,
      `finops customers erase ${JSON.stringify(id)} --reason ${JSON.stringify(options.reason)} --confirm ${JSON.stringify(id)}`,
    );
  }
  const session = await connect(command, terminal);
  const query = { customer_id: id, reason: options.reason };
  const erasure = expectStatus(await session.client.eraseCustomer({ query }), 202);
  printErasure(session, erasure, [
    `The next pipeline runs do it: \`finops customers erasure ${erasure.id}\` tells how far they are.`,
    "Events of this customer that are received from now on are a new customer's: stop them at their sender.",
  ]);
}

async function showErasure(id: string, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  printErasure(session, expectStatus(await session.client.readErasure({ params: { id } }), 200), []);
}

export function addCustomers(program: Command, terminal: Terminal): void {
  const customers = program.command("customers").description("what is kept of one customer, and erasing who they were");
  customers
    .command("export")
    .description("print everything that is kept of a customer, one JSON object a line")
    .argument("<customer-id>")
    .action((id: string, _: unknown, command: Command) => exportCustomer(id, command, terminal));
  customers
    .command("erase")
    .description("erase who a customer was; what they cost stays booked")
    .argument("<customer-id>")
    .requiredOption("--reason <text>", "kept with the erasure: name nobody in it")
    .option("--confirm <customer-id>", "the same id once more")
    .action((id: string, options: EraseOptions, command: Command) => eraseCustomer(id, options, command, terminal));
  customers
    .command("erasure")
    .description("how far an erasure is")
    .argument("<erasure-id>", "as `finops customers erase` printed it")
    .action((id: string, _: unknown, command: Command) => showErasure(id, command, terminal));
}
