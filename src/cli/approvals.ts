import { type Command, Option } from "commander";
import type { WireApproval } from "#contract/approvals.ts";
import { ENVIRONMENTS, type Environment } from "#core/dimensions.ts";
import { connect, expectStatus, type Session } from "./connection.ts";
import { usageFailure } from "./failure.ts";
import { moneyForPeople } from "./money-for-people.ts";
import { print } from "./output.ts";
import { collect, parsePairs } from "./pairs.ts";
import type { Terminal } from "./terminal.ts";

interface RequestOptions {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly owner: string;
  readonly reason: string;
  readonly current?: string;
  readonly environment?: Environment[];
  readonly team?: string[];
  readonly expires?: string;
  readonly inputTokenRatio?: string;
  readonly outputTokenRatio?: string;
  readonly evidence?: string[];
}

function currentModel(text: string) {
  const cut = text.indexOf("/");
  if (cut < 1) throw usageFailure(`--current ${text}: not of the form provider/model`);
  return { provider: text.slice(0, cut), model: text.slice(cut + 1) };
}

/** What the usage of the last days has cost, and would have cost with the model that is asked for. */
function impactLine({ impact, current }: WireApproval): string {
  const days = `From ${impact.from} to ${impact.to}`;
  if (current !== undefined && impact.lines.length === 0 && impact.unpriced_requests === 0) {
    return `${days}: no usage of ${current.provider}/${current.model} in the scope.`;
  }
  const { current_usd, proposed_usd, difference_usd_per_month, difference_usd_per_request: perRequest } = impact;
  return (
    `${days}: ${moneyForPeople(current_usd)} USD, proposed ${moneyForPeople(proposed_usd)} USD; ` +
    `difference ${moneyForPeople(difference_usd_per_month)} USD a month` +
    `${perRequest === null ? "" : `, ${moneyForPeople(perRequest)} USD a request`}.`
  );
}

function show(session: Session, approval: WireApproval, wasApproved = false): void {
  const { impact, policy, current, decision } = approval;
  const isOpen = approval.status === "requested" || approval.status === "reviewed";
  print(session.terminal, session.format, {
    whole: approval,
    columns: ["feature", "customer_tier", "requests", "current_usd", "proposed_usd"],
    rows: impact.lines,
    notes: [
      ...(wasApproved ? ["It is approved already: nothing has changed."] : []),
      `${approval.id}: ${approval.status}, requested by ${approval.requested_by} at ${approval.requested_at}${isOpen ? `, to be decided until ${approval.expires_at}` : ""}.`,
      `${current ? `${current.provider}/${current.model} → ` : ""}${policy.provider}/${policy.model}: ${approval.reason}`,
      impactLine(approval),
      ...(impact.unpriced_requests > 0 ? [`${impact.unpriced_requests} requests have no price and are left out.`] : []),
      ...impact.assumptions.map((assumption) => `- ${assumption}`),
      ...Object.entries(approval.evidence).map(([name, text]) => `${name}: ${text}`),
      ...approval.reviews.map(({ by, at, note }) => `Reviewed by ${by} at ${at}: ${note}`),
      ...(decision ? [`Decided by ${decision.by} at ${decision.at}: ${decision.note}`] : []),
    ],
  });
}

async function request(options: RequestOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const { id, provider, model, owner, reason, current, environment, team, expires } = options;
  const body = {
    ...(current !== undefined && { current: currentModel(current) }),
    policy: {
      ...{ id, provider, model, owner, reason },
      ...(environment && { environment }),
      ...(team && { team }),
      ...(expires !== undefined && { expires }),
    },
    reason,
    ...{ input_token_ratio: options.inputTokenRatio, output_token_ratio: options.outputTokenRatio },
    evidence: Object.fromEntries(parsePairs("--evidence", options.evidence ?? [])),
  };
  show(session, expectStatus(await session.client.requestApproval({ body }), 201));
}

async function list(command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listApprovals({}), 200);
  print(terminal, session.format, {
    whole: body,
    columns: ["id", "status", "model", "requested_by", "requested_at", "difference_usd_per_month", "reason"],
    rows: body.approvals.map(({ id, status, policy, requested_by, requested_at, impact, reason }) => ({
      ...{ id, status, model: `${policy.provider}/${policy.model}`, requested_by, requested_at, reason },
      difference_usd_per_month: impact.difference_usd_per_month,
    })),
    cut: ["reason"],
    notes: body.approvals.length === 0 ? ["Nothing was requested yet."] : [],
  });
}

const acts = { review: "reviewApproval", approve: "approveApproval", reject: "rejectApproval" } as const;

async function decide(
  act: keyof typeof acts,
  id: string,
  note: string | undefined,
  command: Command,
  terminal: Terminal,
) {
  const session = await connect(command, terminal);
  const body = note === undefined ? undefined : { note };
  const before = act === "approve" ? await session.client.readApproval({ params: { id } }) : undefined;
  const wasApproved = before?.status === 200 && before.body.status === "approved";
  const reply = await session.client[acts[act]]({ params: { id }, ...(body && { body }) });
  show(session, expectStatus(reply, 200), wasApproved);
}

async function outcome(id: string, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.approvalOutcome({ params: { id } }), 200);
  print(terminal, session.format, {
    whole: body,
    columns: ["feature", "requests", "predicted_usd", "actual_usd"],
    rows: body.features,
    notes: [
      `From ${body.from} to ${body.to}${body.complete ? "" : ", so far"}: predicted ${moneyForPeople(body.predicted_usd)} USD, actual ${moneyForPeople(body.actual_usd)} USD.`,
      `Features that the request knew nothing of: ${moneyForPeople(body.unpredicted_usd)} USD.`,
    ],
  });
}

function addDecisions(approvals: Command, terminal: Terminal): void {
  const descriptions = {
    review: "note that it was looked at, and what was found",
    approve: "approve what somebody else has requested: its policy holds within 10 seconds",
    reject: "reject a request, or withdraw one's own",
  } as const;
  for (const act of ["review", "approve", "reject"] as const) {
    approvals
      .command(act)
      .description(descriptions[act])
      .argument("<id>")
      .option("--note <text>", "why")
      .action((id: string, { note }: { note?: string }, command: Command) => decide(act, id, note, command, terminal));
  }
}

export function addApprovals(program: Command, terminal: Terminal): void {
  const approvals = program.command("approvals").description("which models may be used, and what that costs");
  approvals
    .command("request")
    .description("ask for a model to be approved, with what that would have cost in the last 30 days")
    .requiredOption("--id <id>", "of the policy that approval makes")
    .requiredOption("--provider <name>", "of the model")
    .requiredOption("--model <name>", "to be approved")
    .requiredOption("--owner <name>", "who answers for the policy")
    .requiredOption("--reason <text>", "why it is wanted")
    .option("--current <provider/model>", "the model that it replaces")
    .addOption(new Option("--environment <name>", "where (repeat)").choices(ENVIRONMENTS).argParser(collect))
    .option("--team <name>", "for whom (repeat)", collect)
    .option("--expires <date>", "last UTC day of the policy")
    .option("--input-token-ratio <ratio>", "input tokens of the new model ÷ of the current (1)")
    .option("--output-token-ratio <ratio>", "output tokens of the new model ÷ of the current (1)")
    .option("--evidence <name=text>", "on quality and latency (repeat)", collect)
    .action((options: RequestOptions, command: Command) => request(options, command, terminal));
  approvals
    .command("list")
    .description("requests and what was decided, the newest first")
    .action((_: unknown, command: Command) => list(command, terminal));
  approvals
    .command("show")
    .description("one request with its impact")
    .argument("<id>")
    .action(async (id: string, _: unknown, command: Command) => {
      const session = await connect(command, terminal);
      show(session, expectStatus(await session.client.readApproval({ params: { id } }), 200));
    });
  addDecisions(approvals, terminal);
  approvals
    .command("outcome")
    .description("what was predicted, and what it has cost in the 30 days since it was approved")
    .argument("<id>")
    .action((id: string, _: unknown, command: Command) => outcome(id, command, terminal));
}
