import type { Caller } from "#app/caller.ts";
import { Unavailable } from "#app/unavailable.ts";
import { check } from "#contract/check.ts";
import type { Handlers, Route, Table } from "#contract/route.ts";
import { mayActAs } from "#core/role.ts";
import { readBatch } from "./batch.ts";
import { readBody } from "./body.ts";
import type { Answer, Incoming } from "./incoming.ts";
import { makeMatcher } from "./match-route.ts";
import { type Outcome, problemOf, type Refusal, refuse, STATUS_OF } from "./refusal.ts";

/** A request that failed for a reason that its sender cannot mend. */
interface Fault {
  readonly requestId: string;
  readonly request: string;
  readonly error: unknown;
}

export interface DispatchDeps<T extends Table> {
  readonly table: T;
  readonly handlers: Handlers<T, Caller>;
  readonly authenticate: (token: string) => Promise<Caller | undefined>;
  readonly newRequestId: () => string;
  readonly log: (fault: Fault) => void;
}

interface Parsed {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type AnyHandler = (input: Parsed, caller: Caller | undefined) => Promise<{ status: number; body: unknown }>;

const retryAfterSeconds = 2;

const tokenPattern = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** For who serves the web's own requests and responses. */
export function makeDispatch<T extends Table>(deps: DispatchDeps<T>): (request: Request) => Promise<Response> {
  const answer = makeAnswer(deps);
  return async (request) => {
    const { status, headers, body } = await answer(request);
    return new Response(body, { status, headers });
  };
}

/** Identify, check the role, parse, handle, reply. Never rejects. */
export function makeAnswer<T extends Table>(deps: DispatchDeps<T>): (request: Incoming) => Promise<Answer> {
  const match = makeMatcher(deps.table);
  return async (request) => {
    const url = URL.parse(request.url);
    if (url === null) return reply(refuse("bad_request", "The address of the request cannot be read.").refusal);
    const found = match(request.method, url.pathname);
    if (!found.ok) return reply(found.refusal, found.allow === undefined ? {} : { allow: found.allow });
    const { name, route, params } = found.value;
    try {
      const caller = await identified(request, route, deps);
      if (!caller.ok) return reply(caller.refusal);
      const input = await parsed(request, route, params, url.searchParams);
      if (!input.ok) return reply(input.refusal);
      const handler = deps.handlers[name] as unknown as AnyHandler;
      const { status, body } = await handler(input.value, caller.value);
      return json(status, body);
    } catch (error) {
      const requestId = deps.newRequestId();
      deps.log({ requestId, request: `${route.method} ${route.path}`, error });
      return reply(faultOf(error, requestId));
    }
  };
}

function faultOf(error: unknown, requestId: string): Refusal {
  if (error instanceof Unavailable) {
    const message = `${error.message}: nothing of this request is certain to be kept. Send it again, it counts once.`;
    return { code: "unavailable", message, requestId };
  }
  return {
    code: "internal",
    message: "A fault of the server: its log has the cause under this request id.",
    requestId,
  };
}

async function identified<T extends Table>(
  request: Incoming,
  route: Route,
  deps: DispatchDeps<T>,
): Promise<Outcome<Caller | undefined>> {
  if (route.role === "public") return { ok: true, value: undefined };
  const token = tokenPattern.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === undefined) return refuse("unauthenticated", "Send a key: `Authorization: Bearer <key>`.");
  const caller = await deps.authenticate(token);
  if (caller === undefined) return refuse("unauthenticated", "This key is unknown or revoked.");
  if (route.role !== "any" && !mayActAs(caller.role, route.role)) {
    return refuse("forbidden", `A key of role ${caller.role} may not do this: it takes ${route.role} or admin.`);
  }
  return { ok: true, value: caller };
}

async function parsed(
  request: Incoming,
  route: Route,
  pathParams: Readonly<Record<string, string>>,
  search: URLSearchParams,
): Promise<Outcome<Parsed>> {
  const params = checked(route.params, pathParams, "path");
  if (!params.ok) return params;
  const query = checked(route.query, queryOf(search), "query");
  if (!query.ok) return query;
  const body = await bodyOf(request, route);
  return body.ok ? { ok: true, value: { params: params.value, query: query.value, body: body.value } } : body;
}

/** A parameter that is repeated has all its values: where one is wanted, it is refused. */
function queryOf(search: URLSearchParams): Record<string, string | string[] | undefined> {
  const byName = Map.groupBy(search, ([name]) => name);
  return Object.fromEntries(
    [...byName].map(([name, all]) => [name, all.length > 1 ? all.map(([, value]) => value) : all[0]?.[1]]),
  );
}

/** A stream may stand for a body of no bytes: the headers tell. */
function hasNoBody({ headers, body }: Incoming): boolean {
  const length = headers.get("content-length");
  if (length !== null) return Number(length) === 0;
  return body === null || (headers.get("content-type") === null && headers.get("transfer-encoding") === null);
}

async function bodyOf(request: Incoming, route: Route): Promise<Outcome<unknown>> {
  if (route.body === undefined) return { ok: true, value: {} };
  if (route.body.safeParse(undefined).success && hasNoBody(request)) return { ok: true, value: undefined };
  const body = await readBody(request, ["application/json", ...Object.keys(route.alsoAccepts ?? {})]);
  if (!body.ok) return body;
  return route.judged === "each" ? readBatch(body.value) : checked(route.body, body.value.json, "");
}

function checked(schema: Route["body"], value: unknown, root: string): Outcome<unknown> {
  if (schema === undefined) return { ok: true, value: {} };
  const result = check(schema, value, root);
  if (result.ok) return { ok: true, value: result.data };
  return refuse("bad_request", "Some fields cannot be taken: each is named with what is wanted.", result.errors);
}

function reply(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(STATUS_OF[refusal.code], problemOf(refusal), headers);
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...((status === 429 || status === 503) && { "retry-after": String(retryAfterSeconds) }),
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
