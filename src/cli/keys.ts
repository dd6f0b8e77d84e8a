import { type Command, InvalidArgumentError, Option } from "commander";
import type { Sent } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { ROLES, type Role } from "#core/role.ts";
import { connect, expectStatus } from "./connection.ts";
import { print } from "./output.ts";
import { collect, parsePairs } from "./pairs.ts";
import type { Terminal } from "./terminal.ts";
import { addVoidSince } from "./void-since.ts";

type Attribution = NonNullable<Sent<Routes["createKey"]>["body"]["fixed"]>;

interface NewKeyOptions {
  readonly name: string;
  readonly role: Role;
  readonly fix?: string[];
  readonly default?: string[];
  readonly team?: string[];
  readonly requestsPerSecond?: number;
  readonly reason?: string;
}

interface KeyFields {
  readonly fixed: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, string>>;
  readonly teams: readonly string[] | null;
}

const pairsOf = (record: Readonly<Record<string, string>>) =>
  Object.entries(record)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");

const attributionOf = (option: string, texts: readonly string[] | undefined) =>
  // The server judges names and values.
  Object.fromEntries(parsePairs(option, texts ?? [])) as Attribution;

const rowOf = <K extends KeyFields>({ fixed, defaults, teams, ...key }: K) => ({
  ...key,
  fixed: pairsOf(fixed),
  defaults: pairsOf(defaults),
  teams: teams?.join(", ") ?? null,
});

const rights = ["id", "name", "role", "fixed", "defaults", "teams", "requests_per_second"];
const columns = [...rights, "created_at", "expires_at", "revoked_at"];
const shownOnce = "The key is shown this once: keep it now.";

const secondsPerHour = 3_600;

async function createKey(options: NewKeyOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const { name, role, team, requestsPerSecond, reason } = options;
  const body = {
    ...{ name, role },
    ...(team && { teams: team }),
    ...(requestsPerSecond !== undefined && { requests_per_second: requestsPerSecond }),
    ...(reason !== undefined && { reason }),
    ...{ fixed: attributionOf("--fix", options.fix), defaults: attributionOf("--default", options.default) },
  };
  const key = expectStatus(await session.client.createKey({ body }), 201);
  print(terminal, session.format, {
    whole: key,
    columns: [...rights, "key"],
    rows: [rowOf(key)],
    notes: [shownOnce],
  });
}

interface RotateOptions {
  readonly overlapHours: number;
  readonly reason?: string;
}

async function rotateKey(id: string, options: RotateOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const overlap_seconds = Math.round(options.overlapHours * secondsPerHour);
  const body = { overlap_seconds, ...(options.reason !== undefined && { reason: options.reason }) };
  const rotation = expectStatus(await session.client.rotateKey({ params: { id }, body }), 201);
  print(terminal, session.format, {
    whole: rotation,
    columns: [...rights, "key"],
    rows: [rowOf(rotation.successor)],
    notes: [shownOnce, `${id} is refused from ${rotation.rotated_expires_at} on: give its holder the new one before.`],
  });
}

async function listKeys(command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listKeys({}), 200);
  const notes = body.keys.length === 0 ? ["There are no keys yet: `finops keys create` makes one."] : [];
  print(terminal, session.format, { whole: body, columns, rows: body.keys.map(rowOf), notes });
}

async function revokeKey(
  id: string,
  { reason }: { readonly reason?: string },
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const session = await connect(command, terminal);
  const query = reason === undefined ? {} : { reason };
  const body = expectStatus(await session.client.revokeKey({ params: { id }, query }), 200);
  const notes = ["It is refused within 10 seconds."];
  print(terminal, session.format, { whole: body, columns: ["id", "status"], rows: [body], notes });
}

const reasonHelp = "why, for the audit log";

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number is wanted.");
}

function hours(text: string): number {
  if (/^\d{1,3}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Hours are wanted, such as 24, 0.5 or 0.");
}

export function addKeys(program: Command, terminal: Terminal): void {
  const keys = program.command("keys").description("the credentials of senders and readers");
  keys
    .command("create")
    .description("make a key; its secret is shown once")
    .requiredOption("--name <name>", "what it is for")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .option("--fix <field=value>", "attribution that wins over what an event says (repeat)", collect)
    .option("--default <field=value>", "attribution that fills what an event leaves out (repeat)", collect)
    .option("--team <team>", "it may send and see the usage of this team alone (repeat for several)", collect)
    .option("--requests-per-second <number>", "what each serving process takes of it", wholeNumber)
    .option("--reason <text>", reasonHelp)
    .action((options: NewKeyOptions, command: Command) => createKey(options, command, terminal));
  addVoidSince(keys, terminal);
  keys
    .command("list")
    .description("the keys, without their secrets")
    .action((_: unknown, command: Command) => listKeys(command, terminal));
  keys
    .command("revoke")
    .description("refuse a key from now on")
    .argument("<id>")
    .option("--reason <text>", reasonHelp)
    .action((id: string, options: { readonly reason?: string }, command: Command) =>
      revokeKey(id, options, command, terminal),
    );
  keys
    .command("rotate")
    .description("make a key that may do the same; the one before holds beside it for a while")
    .argument("<id>")
    .option("--overlap-hours <hours>", "how long the one before still holds", hours, 24)
    .option("--reason <text>", reasonHelp)
    .action((id: string, options: RotateOptions, command: Command) => rotateKey(id, options, command, terminal));
}
