import type { Identified } from "#app/authenticate.ts";
import type { Caller } from "#app/caller.ts";
import { Unavailable } from "#app/unavailable.ts";
import { check } from "#contract/check.ts";
import type { Handlers, Route, Table } from "#contract/route.ts";
import { readBatch } from "./batch.ts";
import { readBody, readBytes } from "./body.ts";
import { identify } from "./identify.ts";
import type { Answer, Incoming } from "./incoming.ts";
import { makeMatcher } from "./match-route.ts";
import { otlpEncodingOf, rpcStatusBytes } from "./otlp-encoding.ts";
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
  readonly authenticate: (token: string) => Promise<Identified>;
  readonly newRequestId: () => string;
  readonly log: (fault: Fault) => void;
}

interface Parsed {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type AnyReply =
  | { readonly status: number; readonly body: unknown }
  | { readonly status: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string };

type AnyHandler = (input: Parsed, caller: Caller | undefined) => Promise<AnyReply>;

const retryAfterSeconds = 2;

/** A document runs its own script alone, talks to this server alone, and tells nobody its address. */
const documentHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

/** For who serves the web's own requests and responses. */
export function makeDispatch<T extends Table>(deps: DispatchDeps<T>): (request: Request) => Promise<Response> {
  const answerTo = makeAnswer(deps);
  return async (request) => {
    const { status, headers, body } = await answerTo(request);
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
    const refused = (refusal: Refusal) => refusalIn(route.protocol, request, refusal);
    try {
      const caller = await identify(request, route, deps.authenticate);
      if (!caller.ok) return refused(caller.refusal);
      const input = await parsed(request, route, params, url.searchParams);
      if (!input.ok) return refused(input.refusal);
      const handler = deps.handlers[name] as unknown as AnyHandler;
      const result = await handler(input.value, caller.value);
      return "bytes" in result
        ? answer(result.status, result.contentType, result.bytes, route.document === undefined ? {} : documentHeaders)
        : json(result.status, result.body);
    } catch (error) {
      const requestId = deps.newRequestId();
      deps.log({ requestId, request: `${route.method} ${route.path}`, error });
      return refused(faultOf(error, requestId));
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
  if (route.wire === "bytes") return readBytes(request, Object.keys(route.accepts ?? {}));
  if (route.body === undefined) return { ok: true, value: {} };
  if (route.body.safeParse(undefined).success && hasNoBody(request)) return { ok: true, value: undefined };
  const body = await readBody(request, ["application/json", ...Object.keys(route.alsoAccepts ?? {})]);
  if (!body.ok) return body;
  return route.judged === "each" ? readBatch(body.value, request.headers) : checked(route.body, body.value.json, "");
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

/** A protocol says what went wrong in its own words. */
function refusalIn(protocol: Route["protocol"], request: Incoming, refusal: Refusal): Answer {
  if (protocol === undefined) return reply(refusal);
  const encoding = otlpEncodingOf(request.headers.get("content-type") ?? "");
  return answer(STATUS_OF[refusal.code], encoding, rpcStatusBytes(refusal, encoding));
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return answer(status, "application/json", JSON.stringify(body), headers);
}

function answer(
  status: number,
  contentType: string,
  body: Answer["body"],
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: {
      "content-type": contentType,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...((status === 429 || status === 503) && { "retry-after": String(retryAfterSeconds) }),
      ...headers,
    },
    body,
  };
}
