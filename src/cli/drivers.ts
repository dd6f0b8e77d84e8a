import type { Command } from "commander";
import { connect, expectStatus } from "./connection.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface DriversOptions {
  readonly months?: string;
  readonly feature?: string;
}

const monthCost = ({ month, cost_usd }: { readonly month: string; readonly cost_usd: string }) => ({
  period: month,
  cost_usd,
});

const monthsByDefault = "3";

/** Only what nobody has asked to be shorter. */
function moreOf({ months, feature }: DriversOptions): readonly string[] {
  if (months !== undefined) return [];
  const ofOne = feature === undefined ? ", `--feature NAME` one feature alone" : "";
  return [`The next ${monthsByDefault} months: \`--months 12\` shows a year${ofOne}.`];
}

async function drivers(options: DriversOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const { months = monthsByDefault, feature } = options;
  const query = { months, ...(feature !== undefined && { feature }) };
  const body = expectStatus(await session.client.readDrivers({ query }), 200);
  const { from, to } = body.reference;
  const { rest } = body;
  const named = { feature: `(${rest?.segments} others)`, cost_class: "(all)" };
  const others =
    rest === null
      ? []
      : [{ period: `${from}..${to}`, cost_usd: rest.reference_cost_usd }, ...rest.months.map(monthCost)];
  print(terminal, session.format, {
    whole: body,
    columns: [
      ...["feature", "cost_class", "period", "active_customers", "requests", "requests_per_customer"],
      ...["tokens_per_request", "usd_per_million_tokens", "cost_usd", "customers_from", "confidence"],
    ],
    rows: [
      ...body.segments.flatMap((segment) => {
        const named = { feature: segment.feature, cost_class: segment.cost_class };
        const months = segment.months.map(({ month, drivers: forecast, customers_from, confidence }) => ({
          ...{ ...named, period: month, ...forecast, customers_from, confidence },
        }));
        return [{ ...named, period: `${from}..${to}`, ...segment.reference }, ...months];
      }),
      ...others.map((row) => ({ ...named, ...row })),
    ],
    notes: body.segments.length === 0 ? ["No usage in the last 30 days."] : [...body.notes, ...moreOf(options)],
  });
}

export function addDrivers(program: Command, terminal: Terminal): void {
  program
    .command("drivers")
    .description("what drives cost, by feature and cost class: customers, calls, tokens and price, and their forecast")
    .option("--months <count>", "so many months from the next one on, 1 to 12 (3)")
    .option("--feature <name>", "of this feature alone; with --json its mix of models and regions, too")
    .action((options: DriversOptions, command: Command) => drivers(options, command, terminal));
}
