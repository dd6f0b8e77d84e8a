import { expect, test } from "vitest";
import { makeClient } from "#contract/client.ts";
import { routes } from "#contract/routes.ts";

const sentTo: string[] = [];
const client = makeClient(routes, {
  baseUrl: "http://127.0.0.1:1/",
  key: "k",
  fetch: async (url, request) => {
    sentTo.push(`${request.method} ${url} ${request.headers.authorization} ${request.body ?? "-"}`);
    return { status: 404, text: async () => '{"error":{"code":"not_found","message":"none"}}' };
  },
});

test("the client sends parameters, query and body where the route wants them, escaped", async () => {
  expect(await client.readImport({ params: { id: "imp_1" } })).toEqual({
    status: 404,
    body: { error: { code: "not_found", message: "none" } },
  });
  await client.explain({ query: { source: "a/b c", id: "1&2" } });
  const days = { from: "2026-11-01", to: "2026-11-02" };
  await expect(client.costReport({ query: { ...days, team: ["a,b", "c"], feature: "d" } })).rejects.toThrow("404");
  expect(sentTo).toEqual([
    "GET http://127.0.0.1:1/v1/imports/imp_1 Bearer k -",
    "GET http://127.0.0.1:1/v1/explanations?source=a%2Fb%20c&id=1%262 Bearer k -",
    "GET http://127.0.0.1:1/v1/reports/cost?from=2026-11-01&to=2026-11-02&team=a%2Cb&team=c&feature=d Bearer k -",
  ]);
});

test("a reply that the contract does not know is an error that says what came", async () => {
  await expect(client.listPrices({})).rejects.toThrow("GET /v1/prices answered 404");
});

test("what does not fit the contract does not compile", () => {
  const wrongUses = async () => {
    // @ts-expect-error a path parameter is missing
    await client.readImport({});
    // @ts-expect-error a path parameter has another name
    await client.revokeKey({ params: { key: "k" } });
    // @ts-expect-error a required query parameter is missing
    await client.costReport({ query: { from: "2026-11-01" } });
    // @ts-expect-error the body is missing
    await client.createKey({});
    // @ts-expect-error a role that does not exist
    await client.createKey({ body: { name: "n", role: "owner" } });
    const price = { provider: "openai", model: "*", meter: "*", tier: "*", from: "2026-12-01" } as const;
    // @ts-expect-error a number where a decimal string is wanted
    await client.setPrice({ body: { ...price, usd_per_million: 2 } });
    const reply = await client.listKeys({});
    // @ts-expect-error the status must be looked at before the body
    reply.body.keys.length;
    if (reply.status === 200) reply.body.keys.length;
    // @ts-expect-error a status that the route never answers
    if (reply.status === 418) return;
  };
  expect(wrongUses).toBeTypeOf("function");
});
