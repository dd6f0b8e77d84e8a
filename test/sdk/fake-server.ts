import type { Fetch } from "#sdk/post.ts";

interface SentEvent {
  readonly id: string;
}

type Answer = (events: readonly SentEvent[], server: FakeServer) => Awaited<ReturnType<Fetch>>;

export const reply = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

const judged = (events: readonly SentEvent[], server: FakeServer) =>
  events.map(({ id }) => {
    if (server.refuses.has(id)) {
      return { id, status: "rejected", errors: [{ path: "model", found: "nothing", wanted: "text" }] };
    }
    const status = server.ledger.has(id) ? "duplicate" : "accepted";
    server.ledger.add(id);
    return { id, status };
  });

/** What may become of a request: how a server, or what stands before it, can fail. */
export const answers = {
  good: (events, server) => reply(200, { results: judged(events, server) }),
  down: () => {
    throw new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") });
  },
  /** Taken, but the answer never arrives. */
  lost: (events, server) => {
    judged(events, server);
    throw new TypeError("fetch failed", { cause: new Error("ECONNRESET") });
  },
  overloaded: () => reply(429, { error: { code: "too_many_requests", message: "slow down" } }, { "retry-after": "3" }),
  unavailable: () => reply(503, { error: { code: "unavailable", message: "later" } }),
  revoked: () => reply(401, { error: { code: "unauthenticated", message: "no such key" } }),
  proxy: () => reply(200, "<html>Sign in to the network</html>"),
  /** The first half is taken, the rest is not. */
  partly: (events, server) => {
    const half = Math.ceil(events.length / 2);
    const rest = events.slice(half).map(({ id }) => ({ id, status: "unavailable" }));
    return reply(207, { results: [...judged(events.slice(0, half), server), ...rest] });
  },
} satisfies Record<string, Answer>;

export interface FakeServer {
  /** What it does next, for ever. */
  does: Answer | "hang";
  readonly ledger: Set<string>;
  /** Ids of events that it rejects. */
  readonly refuses: Set<string>;
  /** The ids of each request, with its moment. */
  readonly requests: { readonly at: number; readonly ids: readonly string[] }[];
  readonly fetch: Fetch;
}

export function fakeServer(does: FakeServer["does"] = answers.good): FakeServer {
  const server: FakeServer = {
    does,
    ledger: new Set(),
    refuses: new Set(),
    requests: [],
    fetch: (_, { body, signal }) => {
      const { events } = JSON.parse(body) as { events: SentEvent[] };
      server.requests.push({ at: Date.now(), ids: events.map(({ id }) => id) });
      const { does: act } = server;
      if (act !== "hang") return Promise.resolve().then(() => act(events, server));
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  };
  return server;
}
