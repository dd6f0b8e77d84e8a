import { type Command, Option } from "commander";
import type { Sent } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { SERVICE_TIERS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import { connect, expectStatus } from "./connection.ts";
import { usageFailure } from "./failure.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

type Rate = Sent<Routes["setPrice"]>["body"];

interface PriceOptions {
  readonly provider: string;
  readonly model: string;
  readonly meter: Rate["meter"];
  readonly tier: Rate["tier"];
  readonly usdPerMillion?: string;
  readonly discountPercent?: string;
  readonly from: string;
  readonly to?: string;
  readonly note?: string;
  readonly restate?: true;
}

const columns = [
  ...["id", "provider", "model", "meter", "tier", "usd_per_million", "discount_percent", "from", "to"],
  ...["note", "set_at", "set_by"],
];

async function setPrice(options: PriceOptions, command: Command, terminal: Terminal): Promise<void> {
  const { provider, model, meter, tier, from, to, note, usdPerMillion, discountPercent } = options;
  if ((usdPerMillion === undefined) === (discountPercent === undefined)) {
    throw usageFailure("one price is wanted", "give either --usd-per-million or --discount-percent");
  }
  const session = await connect(command, terminal);
  const body: Rate = {
    ...{ provider, model, meter, tier, from },
    ...(to !== undefined && { to }),
    ...(note !== undefined && { note }),
    ...(options.restate && { restatement: true }),
    ...(usdPerMillion === undefined ? { discount_percent: discountPercent } : { usd_per_million: usdPerMillion }),
  };
  const rate = expectStatus(await session.client.setPrice({ body }), 201);
  const notes = rate.model_known
    ? []
    : [
        `Nobody publishes ${rate.provider}/${rate.model}: the price is of usage that is sent under exactly these names.`,
      ];
  print(terminal, session.format, { whole: rate, columns, rows: [rate], notes });
}

async function listPrices(command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listPrices({}), 200);
  const notes = body.prices.length === 0 ? ["No price of your own is set: list prices hold."] : [];
  print(terminal, session.format, { whole: body, columns, rows: body.prices, notes });
}

export function addPrices(program: Command, terminal: Terminal): void {
  const prices = program.command("prices").description("the company's own prices, which win over list prices");
  prices
    .command("set")
    .description("set a price or a discount from a coming day on, or with --restate from any day")
    .requiredOption("--provider <provider>", "such as openai")
    .option("--model <model>", "its name in the catalogue, * for every one", "*")
    .addOption(new Option("--meter <meter>", "* for every one").choices([...METERS, "*"]).default("*"))
    .addOption(new Option("--tier <tier>", "* for every one").choices([...SERVICE_TIERS, "*"]).default("*"))
    .option("--usd-per-million <usd>", "USD per million units")
    .option("--discount-percent <percent>", "off the list price")
    .requiredOption("--from <date>", "first UTC day on which it holds")
    .option("--to <date>", "last UTC day on which it holds")
    .option("--note <text>", "such as the contract")
    .option("--restate", "--from may lie in the past; `finops reprice` then corrects what is booked already")
    .action((options: PriceOptions, command: Command) => setPrice(options, command, terminal));
  prices
    .command("list")
    .description("the prices that were set, oldest first")
    .action((_: unknown, command: Command) => listPrices(command, terminal));
}
