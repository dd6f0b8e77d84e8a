import type { Command } from "commander";
import type { Sent } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { connect, expectStatus } from "./connection.ts";
import { chargeCsvColumns, chargeRows, entryForPeople } from "./explain.ts";
import { usageFailure } from "./failure.ts";
import { print } from "./output.ts";
import { collect, parsePairs } from "./pairs.ts";
import type { Terminal } from "./terminal.ts";

type Adjustment = Sent<Routes["adjust"]>["body"];

interface AdjustOptions {
  readonly source: string;
  readonly id: string;
  readonly reason: string;
  readonly requestId?: string;
  readonly void?: true;
  readonly meter?: string[];
  readonly requests?: string;
  readonly attribution?: string[];
  readonly provider?: string;
  readonly model?: string;
  readonly serviceTier?: string;
  readonly price?: string[];
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw usageFailure(`${option} ${text}: not a whole number`, "give one such as 1200");
}

const pairs = (option: string, texts: readonly string[] | undefined) =>
  texts && Object.fromEntries(parsePairs(option, texts));

function correctionOf(options: AdjustOptions) {
  const meters = parsePairs("--meter", options.meter ?? []).map(([meter, text]) => [
    meter,
    wholeNumber("--meter", text),
  ]);
  const fields = {
    meters: meters.length > 0 ? Object.fromEntries(meters) : undefined,
    requests: options.requests === undefined ? undefined : wholeNumber("--requests", options.requests),
    attribution: pairs("--attribution", options.attribution),
    ...{ provider: options.provider, model: options.model, service_tier: options.serviceTier },
    usd_per_million: pairs("--price", options.price),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function adjustmentOf(options: AdjustOptions, requestId: string): Adjustment {
  const correct = correctionOf(options);
  const corrections = Object.keys(correct).length;
  if (options.void ? corrections > 0 : corrections === 0) {
    throw usageFailure("what to adjust is not clear", "give --void alone, or at least one correction without it");
  }
  const { source, id, reason } = options;
  const change = options.void ? { void: true } : { correct };
  // The server judges names and values of a correction.
  return { request_id: requestId, source, id, reason, ...change } as Adjustment;
}

async function adjust(options: AdjustOptions, command: Command, terminal: Terminal): Promise<void> {
  const requestId = options.requestId ?? terminal.newId();
  const body = adjustmentOf(options, requestId);
  const session = await connect(command, terminal);
  // Told before it is sent: with it, the same request can be sent again when no answer comes.
  if (session.format === "table") terminal.out(`request ${requestId}\n`);
  const reply = expectStatus(await session.client.adjust({ body }), 200);
  if (session.format === "table") {
    const done = reply.status === "duplicate" ? "this request was booked before; nothing has changed" : "booked";
    return terminal.out(`${done}\n\n${reply.entries.map(entryForPeople).join("\n")}`);
  }
  const whole = { request_id: requestId, ...reply };
  print(terminal, session.format, { whole, columns: chargeCsvColumns, rows: reply.entries.flatMap(chargeRows) });
}

export function addAdjust(program: Command, terminal: Terminal): void {
  program
    .command("adjust")
    .description("void an event, or correct it, by entries of their own: what was booked stays visible")
    .requiredOption("--source <source>", "of the event")
    .requiredOption("--id <id>", "of the event")
    .requiredOption("--reason <text>", "why; it stands in the explanation")
    .option("--request-id <id>", "the same request sent again changes nothing (default: a new one, printed)")
    .option("--void", "it should never have counted")
    .option("--meter <meter=quantity>", "its quantities: all of them, not only those that change (repeat)", collect)
    .option("--requests <number>", "calls in the event")
    .option("--attribution <field=value>", "whom it was for (repeat)", collect)
    .option("--provider <provider>", "whose model it was")
    .option("--model <model>", "which model it was")
    .option("--service-tier <tier>", "standard, batch, flex, priority or provisioned")
    .option("--price <meter=usd>", "USD per million units (repeat)", collect)
    .action((options: AdjustOptions, command: Command) => adjust(options, command, terminal));
}
