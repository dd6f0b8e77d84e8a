import type { Command } from "commander";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { asOfLastRun } from "./as-of-last-run.ts";
import { connect, expectStatus } from "./connection.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface SenderCostsOptions {
  readonly from?: string;
  readonly to?: string;
}

const defaultDays = 30;

async function reportSenderCosts(options: SenderCostsOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const today = usageDateOf(terminal.now() as Instant);
  const query = { from: options.from ?? addDays(today, 1 - defaultDays), to: options.to ?? today };
  const body = expectStatus(await session.client.senderCosts({ query }), 200);
  const { our_cost_usd, sender_cost_usd, difference_usd } = body.total;
  const [ours, theirs, difference] = [our_cost_usd, sender_cost_usd, difference_usd].map(moneyForPeople);
  print(terminal, session.format, {
    whole: body,
    columns: [
      ...["source", "provider", "model", "events", "differing_events", "unpriced_events"],
      ...["our_cost_usd", "sender_cost_usd", "difference_usd"],
    ],
    rows: body.rows,
    notes: [
      `\nbooked ${ours} USD, by the senders ${theirs} USD: a difference of ${difference} USD`,
      ...(body.complete ? [] : ["There are more rows: look at fewer days."]),
      asOfLastRun,
    ],
  });
}

export function addSenderCosts(report: Command, terminal: Terminal): void {
  report
    .command("sender-costs")
    .description("what senders such as LiteLLM believe their calls to have cost, beside what is booked")
    .option("--from <date>", `first UTC day (default: ${defaultDays} days up to today)`)
    .option("--to <date>", "last UTC day, included (default: today)")
    .action((options: SenderCostsOptions, command: Command) => reportSenderCosts(options, command, terminal));
}
