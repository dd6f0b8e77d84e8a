import { type Command, InvalidArgumentError } from "commander";
import { connect, expectStatus } from "./connection.ts";
import { exitCodes, Failure } from "./failure.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import { collect, parsePairs } from "./pairs.ts";
import type { Terminal } from "./terminal.ts";

interface AuthorizeOptions {
  readonly provider: string;
  readonly model: string;
  readonly attribution?: string[];
  readonly source?: string;
  readonly serviceTier?: string;
  readonly expectedInputTokens?: number;
  readonly expectedOutputTokens?: number;
}

function count(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number.");
}

async function authorize(options: AuthorizeOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const { provider, model, source, serviceTier, expectedInputTokens, expectedOutputTokens } = options;
  const body = {
    ...{ provider, model, source, service_tier: serviceTier },
    attribution: Object.fromEntries(parsePairs("--attribution", options.attribution ?? [])),
    ...{ expected_input_tokens: expectedInputTokens, expected_output_tokens: expectedOutputTokens },
  };
  const answer = expectStatus(await session.client.authorize({ body }), 200);
  const { decision, cost_class, policy_status, estimated_cost_usd, cheapest_approved: cheapest, degraded } = answer;
  const row = {
    decision,
    provider: answer.provider,
    model: answer.model,
    estimated_cost_usd,
    policy_status,
    cost_class,
  };
  print(terminal, session.format, {
    whole: answer,
    columns: ["decision", "provider", "model", "estimated_cost_usd", "policy_status", "cost_class"],
    rows: [row],
    notes: [
      ...answer.reasons.map(({ effect, code, text }) => `- ${effect} (${code}): ${text}`),
      ...(cheapest
        ? [
            `The cheapest approved: ${cheapest.provider}/${cheapest.model}, ${moneyForPeople(cheapest.estimated_cost_usd)} USD.`,
          ]
        : []),
      ...(degraded ? [`Since ${degraded.since} the store of ${degraded.store} cannot be reached.`] : []),
    ],
  });
  if (answer.decision === "deny") throw new Failure("this call would be denied", { exitCode: exitCodes.refused });
}

export function addAuthorize(program: Command, terminal: Terminal): void {
  program
    .command("authorize")
    .description("ask whether a call may be made and what it will cost; exit code 1 when it is denied")
    .requiredOption("--provider <name>", "as usage will name it")
    .requiredOption("--model <name>", "as usage will name it")
    .option("--attribution <field=value>", "whom the call is for (repeat)", collect)
    .option("--source <name>", "as usage will name its source")
    .option("--service-tier <tier>", "standard, batch, flex, priority or provisioned")
    .option("--expected-input-tokens <count>", "an estimate", count)
    .option("--expected-output-tokens <count>", "an estimate, or the most", count)
    .action((options: AuthorizeOptions, command: Command) => authorize(options, command, terminal));
}
