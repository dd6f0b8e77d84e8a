import { type Command, Option } from "commander";
import type { SentAttribution } from "#contract/attribution.ts";
import { ROLES, type Role } from "#core/role.ts";
import { connect, expectStatus } from "./connection.ts";
import { print } from "./output.ts";
import { collect, parsePairs } from "./pairs.ts";
import type { Terminal } from "./terminal.ts";

interface NewKeyOptions {
  readonly name: string;
  readonly role: Role;
  readonly fix?: string[];
  readonly default?: string[];
}

interface KeyFields {
  readonly fixed: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, string>>;
}

const pairsOf = (record: Readonly<Record<string, string>>) =>
  Object.entries(record)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");

const attributionOf = (option: string, texts: readonly string[] | undefined) =>
  // The server judges names and values.
  Object.fromEntries(parsePairs(option, texts ?? [])) as SentAttribution;

const rowOf = <K extends KeyFields>({ fixed, defaults, ...key }: K) => ({
  ...key,
  fixed: pairsOf(fixed),
  defaults: pairsOf(defaults),
});

const columns = ["id", "name", "role", "fixed", "defaults", "created_at", "revoked_at"];

async function createKey(options: NewKeyOptions, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = {
    ...{ name: options.name, role: options.role },
    ...{ fixed: attributionOf("--fix", options.fix), defaults: attributionOf("--default", options.default) },
  };
  const key = expectStatus(await session.client.createKey({ body }), 201);
  print(terminal, session.format, {
    whole: key,
    columns: ["id", "name", "role", "fixed", "defaults", "key"],
    rows: [rowOf(key)],
    notes: ["The key is shown this once: keep it now."],
  });
}

async function listKeys(command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.listKeys({}), 200);
  print(terminal, session.format, { whole: body, columns, rows: body.keys.map(rowOf), notes: [] });
}

async function revokeKey(id: string, command: Command, terminal: Terminal): Promise<void> {
  const session = await connect(command, terminal);
  const body = expectStatus(await session.client.revokeKey({ params: { id } }), 200);
  const notes = ["It is refused within 10 seconds."];
  print(terminal, session.format, { whole: body, columns: ["id", "status"], rows: [body], notes });
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
    .action((options: NewKeyOptions, command: Command) => createKey(options, command, terminal));
  keys
    .command("list")
    .description("the keys, without their secrets")
    .action((_: unknown, command: Command) => listKeys(command, terminal));
  keys
    .command("revoke")
    .description("refuse a key from now on")
    .argument("<id>")
    .action((id: string, _: unknown, command: Command) => revokeKey(id, command, terminal));
}
