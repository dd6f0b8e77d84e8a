import type { Command } from "commander";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { connect, expectStatus } from "./connection.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import type { Terminal } from "./terminal.ts";

interface Days {
  readonly from?: string;
  readonly to?: string;
}

interface UsageOptions extends Days {
  readonly provider?: string;
  readonly model?: string;
  readonly team?: string;
}

const defaultDays = 30;

function daysOf({ from, to }: Days, terminal: Terminal) {
  const today = usageDateOf(terminal.now() as Instant);
  return { from: from ?? addDays(today, 1 - defaultDays), to: to ?? today };
}

/** Null where all of it is unpriced: a person must not read that as 0. */
function knownCost({ cost_usd, unpriced_requests }: { cost_usd: string; unpriced_requests: number }): string | null {
  return cost_usd === "0" && unpriced_requests > 0 ? null : cost_usd;
}

const amount = (usd: string | null) => (usd === null ? "of unknown cost" : `${moneyForPeople(usd)} USD`);

async function listModels(options: Days, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.modelsReport({ query: daysOf(options, terminal) }), 200);
  print(terminal, session.format, {
    whole: body,
    columns: [
      ...["provider", "model", "cost_usd", "requests", "first_seen", "policy_status", "deprecated_on", "successor"],
      ...["teams", "environments"],
      ...["usd_per_million_tokens", "cheapest_approved", "cheapest_usd_per_million_tokens"],
    ],
    rows: body.models.map(
      ({ teams, environments, unapproved: _, deprecated, cheapest_approved: cheapest, ...model }) => ({
        ...model,
        policy_status: deprecated && model.policy_status === "approved" ? "deprecated" : model.policy_status,
        ...{ deprecated_on: deprecated?.on, successor: deprecated?.successor },
        cost_usd: session.format === "table" ? knownCost(model) : model.cost_usd,
        ...{ teams: teams.join(" "), environments: environments.join(" ") },
        cheapest_approved: cheapest && `${cheapest.provider}/${cheapest.model}`,
        cheapest_usd_per_million_tokens: cheapest?.usd_per_million_tokens,
      }),
    ),
    notes: body.models.flatMap(({ provider, model, unapproved }) =>
      unapproved.map(
        ({ environment, team, reason, ...spent }) =>
          `- ${provider}/${model}, ${environment}, team ${team}, ${amount(knownCost(spent))}: ${reason}`,
      ),
    ),
  });
}

async function listUsage({ provider, model, team, ...days }: UsageOptions, command: Command, terminal: Terminal) {
  const session = await connect(command, terminal);
  const query = { ...daysOf(days, terminal), provider, model, team };
  const body = expectStatus(await session.client.modelUsage({ query }), 200);
  print(terminal, session.format, {
    whole: body,
    columns: [
      ...["usage_date", "provider", "model", "team", "environment", "key_id", "key_name", "policy_status"],
      ...["events", "requests", "cost_usd"],
    ],
    rows: body.rows,
    notes: body.complete ? [] : ["There are more: look at fewer days, or at one model or team."],
  });
}

export function addModels(program: Command, terminal: Terminal): void {
  const models = program.command("models").description("the models in use");
  models
    .command("list")
    .description("by spend: since when, whether approved, at what price against the cheapest approved one")
    .option("--from <date>", "first UTC day (default: 30 days with today)")
    .option("--to <date>", "last UTC day (default: today)")
    .action((options: Days, command: Command) => listModels(options, command, terminal));
  models
    .command("usage")
    .description("who has used which model when, by day, key and team")
    .option("--from <date>", "first UTC day (default: 30 days with today)")
    .option("--to <date>", "last UTC day (default: today)")
    .option("--provider <name>", "of this provider alone")
    .option("--model <name>", "of this model alone")
    .option("--team <name>", "of this team alone")
    .action((options: UsageOptions, command: Command) => listUsage(options, command, terminal));
}
