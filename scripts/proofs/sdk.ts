// Proves that calls made are events booked: the real openai, @anthropic-ai/sdk and ai packages under the SDK's wrappers,
// before a provider on this machine and the embedded server; answered, retried, refused, left, broken, side by side, for
// many customers, over a connection that fails and loses answers. Then the package as senders install it, on Node 20.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createMeter } from "#sdk/meter.ts";
import { ownServer, startServer } from "../embedded-server.ts";
import type { Billed } from "../fake-provider/billed.ts";
import { type FakeProvider, startFakeProvider } from "../fake-provider/fake-provider.ts";
import { type Ending, endingsOf, watchedCalls } from "./sdk/calls.ts";
import { sendFromEmptyProject } from "./sdk/packed.ts";

const callsMade = 240;
const atOnce = 12;
const callsPerFlush = 20;
const customers = 9;
const adminKey = "sdk-proof-admin-key-0123456789abcdef";
const source = "sdk-proof";

interface Made {
  readonly kind: string;
  readonly ending: Ending;
  readonly customer: string;
  readonly id: string | undefined;
  readonly failed: boolean;
}

interface Booked {
  readonly response_id?: string;
  readonly quantities: Readonly<Record<string, number>>;
  readonly attribution: Readonly<Record<string, string>>;
  readonly charges: readonly { readonly estimated: boolean }[];
  readonly kind: string;
}

/** Of five requests one does not arrive, and of one the answer is lost, as in bad networks. */
function faultyFetch(sentIds: Set<string>, faults: { count: number }): typeof fetch {
  let requests = 0;
  return async (url, request) => {
    for (const { id } of JSON.parse(String(request?.body)).events) sentIds.add(id);
    const turn = ++requests;
    if (turn % 5 === 1) {
      faults.count++;
      throw new TypeError("fetch failed", { cause: new Error("the network is down") });
    }
    const response = await fetch(url, request);
    if (turn % 5 !== 3) return response;
    faults.count++;
    throw new TypeError("fetch failed", { cause: new Error("the answer is lost") });
  };
}

async function makeCalls(provider: FakeProvider, meter: ReturnType<typeof createMeter>): Promise<Made[]> {
  const calls = Object.entries(watchedCalls(provider.url, meter));
  const made: Made[] = [];
  const turns = Array.from({ length: callsMade }, (_, turn) => turn).values();
  const worker = async () => {
    for (const turn of turns) {
      const [kind, call] = calls[turn % calls.length] ?? [];
      if (!kind || !call) throw new Error("no calls");
      const endings = endingsOf(kind);
      const ending = endings[Math.floor(turn / calls.length) % endings.length] ?? "answered";
      const customer = `customer-${turn % customers}`;
      let id: string | undefined;
      let failed = false;
      try {
        id = await meter.run({ customer_id: customer, feature: kind.replaceAll(" ", "-") }, () => call(ending));
      } catch {
        failed = true;
      }
      made.push({ kind, ending, customer, id, failed });
      if (made.length % callsPerFlush === 0) void meter.flush();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return made;
}

async function readBooked(baseUrl: string, ids: Iterable<string>): Promise<Booked[]> {
  const booked: Booked[] = [];
  for (const id of ids) {
    const query = new URLSearchParams({ source, id });
    const reply = await fetch(`${baseUrl}/v1/explanations?${query}`, {
      headers: { authorization: `Bearer ${adminKey}` },
    });
    if (reply.status !== 200) throw new Error(`event ${id}: ${reply.status} ${await reply.text()}`);
    const { entries } = (await reply.json()) as { entries: readonly [Omit<Booked, "kind">] };
    const [original] = entries;
    booked.push({ ...original, kind: (original.attribution.feature ?? "").replaceAll("-", " ") });
  }
  return booked;
}

const isEstimated = ({ charges }: Booked) => charges.some(({ estimated }) => estimated);
const tokensOf = (meters: Readonly<Record<string, number>>) => Object.values(meters).reduce((a, b) => a + b, 0);

/** Each call that the provider has answered whole, against the events with its id, or, of an embedding, its tokens. */
function compare(billed: readonly Billed[], booked: readonly Booked[], made: readonly Made[]): string[] {
  const faults: string[] = [];
  for (const { id, path, meters, isCut } of billed) {
    const found = booked.filter(({ response_id, quantities }) =>
      path === "/embeddings" ? isDeepStrictEqual(quantities, meters) : response_id === id,
    );
    const [event] = found;
    if (found.length !== 1 || !event) faults.push(`${id}: booked ${found.length} times`);
    else if (isCut !== isEstimated(event)) faults.push(`${id}: cut ${isCut}, estimated ${isEstimated(event)}`);
    else if (!isCut && !isDeepStrictEqual(event.quantities, meters)) {
      faults.push(`${id}: ${JSON.stringify(event.quantities)} for ${JSON.stringify(meters)}`);
    }
  }
  for (const { id, customer, kind } of made) {
    const event = id && booked.find(({ response_id }) => response_id === id);
    if (event && event.attribution.customer_id !== customer) faults.push(`${id} is for another customer`);
    if (id && event && event.kind !== kind) faults.push(`${id} is booked as ${event.kind}`);
  }
  if (booked.length !== billed.length) faults.push(`${booked.length} events for ${billed.length} calls`);
  return faults;
}

function print(made: readonly Made[], billed: readonly Billed[], booked: readonly Booked[]): void {
  const line = (kind: string, counts: readonly (number | string)[]) =>
    console.log(`${kind.padEnd(26)} ${counts.map((count) => String(count).padStart(9)).join("")}`);
  line("", ["made", "refused", "answered", "cut", "booked", "guessed", "tokens"]);
  for (const kind of [...new Set(made.map((one) => one.kind))]) {
    const own = made.filter((one) => one.kind === kind);
    const events = booked.filter((event) => event.kind === kind);
    const refused = own.filter(({ ending }) => ending === "refused").length;
    const guessed = events.filter(isEstimated).length;
    const tokens = events.reduce((sum, { quantities }) => sum + tokensOf(quantities), 0);
    line(kind, [own.length, refused, own.length - refused - guessed, guessed, events.length, guessed, tokens]);
  }
  const whole = billed.filter(({ isCut }) => !isCut).reduce((sum, { meters }) => sum + tokensOf(meters), 0);
  const exact = booked.filter((event) => !isEstimated(event)).reduce((sum, one) => sum + tokensOf(one.quantities), 0);
  console.log(`tokens of the calls that were answered whole: billed ${whole}, booked ${exact}`);
}

const folder = mkdtempSync(join(tmpdir(), "sdk-proof-"));
const provider = await startFakeProvider();
const server = await startServer(ownServer(folder, adminKey));
try {
  const sentIds = new Set<string>();
  const faultsMet = { count: 0 };
  const meter = createMeter({
    ...{ url: server.baseUrl, key: adminKey, source, fetch: faultyFetch(sentIds, faultsMet) },
    attribution: { team: "proof", environment: "production", region: "eu", customer_tier: "pro" },
    onError: ({ code, message }) => console.log(`  onError ${code}: ${message}`),
  });
  const made = await makeCalls(provider, meter);
  if (!(await meter.close(60_000))) throw new Error(`not all is delivered: ${JSON.stringify(meter.stats())}`);
  const booked = await readBooked(server.baseUrl, sentIds);
  print(made, provider.billed, booked);
  const faults = compare(provider.billed, booked, made);
  if (made.some(({ ending, failed }) => failed !== (ending === "refused" || ending === "broken"))) {
    faults.push("a call that should have answered failed, or the reverse");
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
  console.log(
    `${made.length} calls, ${booked.length} events, ${faultsMet.count} faults of the connection to the server`,
  );
  const { node, files, said } = sendFromEmptyProject(server.baseUrl, adminKey);
  if (said.sent !== 1 || !said.delivered) throw new Error(`the packed SDK said ${JSON.stringify(said)}`);
  console.log(`packed (${files} files, no dependencies), installed and sent from Node ${node}: ${said.id}`);
} finally {
  await server.stop();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
}
