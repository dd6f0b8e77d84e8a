import { afterEach, beforeEach, expect, test } from "vitest";
import {
  makeCustomerDaysHandler,
  makeCustomerEventsHandler,
  makeEraseCustomerHandler,
  makeReadErasureHandler,
} from "#api/customers.ts";
import type { Caller } from "#app/caller.ts";
import { type Fetch, makeClient } from "#contract/client.ts";
import { routes } from "#contract/routes.ts";
import { serve } from "#lambdas/shared/serve.ts";
import { at } from "../fakes/usage.ts";
import { gatewayEvent } from "./gateway-event.ts";
import { context } from "./lambda-context.ts";
import { captureOutput } from "./output.ts";

const { customerEvents, customerDays, eraseCustomer, readErasure } = routes;
const table = { customerEvents, customerDays, eraseCustomer, readErasure };
const admin: Caller = { keyId: "admin", role: "admin", attribution: { fixed: {}, defaults: {} } };

const output = { current: captureOutput() };
beforeEach(() => {
  output.current[Symbol.dispose]();
  output.current = captureOutput();
});
afterEach(() => output.current[Symbol.dispose]());

/** The routes of customers as a Lambda; `asked` is for whom it was asked. */
function openLambda() {
  const asked: string[] = [];
  const deps = {
    customerEvents: async (id: string) => {
      asked.push(`events of ${id}`);
      return { entries: [], next: undefined };
    },
    customerDays: async (id: string) => {
      asked.push(`days of ${id}`);
      return { days: [], next: undefined };
    },
    eraseCustomer: async (id: string, reason: string) => {
      asked.push(`erase ${id}`);
      const requestedAt = at("2026-11-23T12:00:00Z");
      return { id: "era_1", customerHash: "", requestedAt, requestedBy: "admin", reason, cleanedAt: null };
    },
    erasureStatus: async () => undefined,
  };
  const handler = serve({
    table,
    authenticate: async () => ({ status: "known", caller: admin }),
    handlers: {
      customerEvents: makeCustomerEventsHandler(deps),
      customerDays: makeCustomerDaysHandler(deps),
      eraseCustomer: makeEraseCustomerHandler(deps),
      readErasure: makeReadErasureHandler(deps),
    },
  });
  /** As an HTTP API hands it on: the path decoded and cut at a `?`, the query as it was sent. */
  const viaGateway: Fetch = async (address, { method, headers }) => {
    const { pathname, search } = new URL(address);
    const [path = ""] = decodeURIComponent(pathname).split("?");
    const { statusCode, body } = await handler(
      gatewayEvent({ method, path, query: search.slice(1), headers }),
      context,
    );
    return { status: statusCode, text: async () => body };
  };
  return { asked, viaGateway };
}

test.each(["a/b", "a?b", "..", "ä b", "a&b=c", "50%25", "a+b", "a#b"])(
  "the customer %j is asked for, exported and erased, and nobody else",
  async (customer_id) => {
    const { asked, viaGateway } = openLambda();
    const client = makeClient(table, { baseUrl: "https://api.example", key: "k", fetch: viaGateway });
    expect((await client.customerEvents({ query: { customer_id } })).status).toBe(200);
    expect((await client.customerDays({ query: { customer_id } })).status).toBe(200);
    expect((await client.eraseCustomer({ query: { customer_id, reason: "asked" } })).status).toBe(202);
    expect(asked).toEqual([`events of ${customer_id}`, `days of ${customer_id}`, `erase ${customer_id}`]);
  },
);

test.each([
  ["DELETE", "/v1/customers?reason=asked", 400],
  ["DELETE", "/v1/customers?reason=asked&customer_id=", 400],
  ["DELETE", "/v1/customers?reason=asked&customer_id=a&customer_id=b", 400],
  ["DELETE", "/v1/customers?reason=asked&customer_id=unallocated", 400],
  ["DELETE", "/v1/customers?customer_id=a", 400],
  ["DELETE", "/v1/customers/a%3Fb?reason=asked", 404],
  ["GET", "/v1/customers/events", 400],
  ["GET", "/v1/customers/days?customer_id=a&customer_id=a", 400],
])("%s %s is answered with %i, and nobody is asked for", async (method, path, status) => {
  const { asked, viaGateway } = openLambda();
  const reply = await viaGateway(`https://api.example${path}`, { method, headers: { authorization: "Bearer k" } });
  expect([reply.status, asked]).toEqual([status, []]);
});
