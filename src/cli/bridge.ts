import type { Command } from "commander";
import { BRIDGE_PARTS } from "#core/bridge.ts";
import { connect, expectStatus } from "./connection.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface BridgeOptions {
  readonly from: string;
  readonly to: string;
}

const parts = BRIDGE_PARTS.map((part) => `${part}_usd` as const);

async function bridge({ from, to }: BridgeOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.bridge({ query: { from, to } }), 200);
  const { total } = body;
  const rows = [
    ...body.segments,
    ...body.cost_classes.map((row) => ({ feature: "(all)", ...row })),
    { feature: "(total)", cost_class: "(all)" as const, ...total },
  ];
  // For people, a part that is zero everywhere is no column.
  const shown = session.format === "table" ? parts.filter((part) => rows.some((row) => row[part] !== "0")) : parts;
  const period = ({ from: first, to: last }: { readonly from: string; readonly to: string }) => `${first} to ${last}`;
  print(terminal, session.format, {
    whole: body,
    columns: ["feature", "cost_class", "from_cost_usd", "to_cost_usd", "difference_usd", ...shown],
    rows,
    notes: [
      `\n${period(body.from)} cost ${moneyForPeople(total.from_cost_usd)} USD, ${period(body.to)} ${moneyForPeople(total.to_cost_usd)} USD: a difference of ${moneyForPeople(total.difference_usd)} USD.`,
      `In this order: ${body.order.join(", ")}. The parts sum to the difference exactly.`,
      ...body.notes,
    ],
  });
}

export function addBridge(program: Command, terminal: Terminal): void {
  program
    .command("bridge")
    .description("why a period costs something else than another: adoption, intensity, mix, price, new features")
    .requiredOption("--from <period>", "the earlier month (2026-09), or days (2026-09-01..2026-09-15)")
    .requiredOption("--to <period>", "the later one")
    .action((options: BridgeOptions, command: Command) => bridge(options, command, terminal));
}
