import type { Client, Reply, Route, Sent, Table } from "./route.ts";

/** The part of `fetch` that the client needs. */
export type Fetch = (
  url: string,
  request: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

export interface Connection {
  /** "http://127.0.0.1:4319" */
  readonly baseUrl: string;
  readonly key: string;
  readonly fetch: Fetch;
}

/** The other side answered with something that this contract does not know. */
export class UnexpectedReply extends Error {
  readonly status: number;
  constructor(message: string, options: ErrorOptions & { readonly status: number }) {
    super(message, options);
    this.name = "UnexpectedReply";
    this.status = options.status;
  }
}

interface AnySent {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

function urlOf(baseUrl: string, route: Route, sent: AnySent): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(sent.params?.[name])));
  const query = Object.entries(sent.query ?? {})
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)].map(encodeURIComponent).join("=")));
  return `${baseUrl.replace(/\/$/, "")}${path}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

async function call<R extends Route>(connection: Connection, route: R, sent: Sent<R>): Promise<Reply<R>> {
  const parts: AnySent = sent;
  const { body } = parts;
  const response = await connection.fetch(urlOf(connection.baseUrl, route, parts), {
    method: route.method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${connection.key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status } = response;
  const schema = route.replies[status];
  const unexpected = `${route.method} ${route.path} answered ${status}: ${text.slice(0, 300)}`;
  if (schema === undefined) throw new UnexpectedReply(unexpected, { status });
  try {
    return { status, body: schema.parse(JSON.parse(text)) } as Reply<R>;
  } catch (cause) {
    throw new UnexpectedReply(unexpected, { status, cause });
  }
}

/** One function a route that takes and answers JSON; replies are parsed. */
export function makeClient<T extends Table>(table: T, connection: Connection): Client<T> {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([, route]) => route.wire === undefined && route.document === undefined)
      .map(([name, route]) => [name, (sent: Sent<Route>) => call(connection, route, sent)]),
  ) as unknown as Client<T>;
}
