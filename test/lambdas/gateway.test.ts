import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { incomingOf, resultOf } from "#lambdas/shared/gateway.ts";
import { gatewayEvent } from "./gateway-event.ts";

async function bodyOf(event: ReturnType<typeof gatewayEvent>): Promise<Buffer | null> {
  const { body } = incomingOf(event);
  if (body === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("a request from API Gateway", () => {
  test("keeps method, address and headers, whatever the case that is asked for", () => {
    const { method, url, headers } = incomingOf(
      gatewayEvent({ method: "POST", path: "/v1/events", headers: { authorization: "Bearer k" } }),
    );
    expect([method, url]).toEqual(["POST", "https://abc123.execute-api.eu-central-1.amazonaws.com/v1/events"]);
    expect([headers.get("Authorization"), headers.get("x-none")]).toEqual(["Bearer k", null]);
  });

  test("keeps every value of a repeated query parameter, and its encoding", () => {
    const { url } = incomingOf(gatewayEvent({ query: "team=a&team=b%2Cc&q=%C3%A9" }));
    expect([...new URL(url).searchParams]).toEqual([
      ["team", "a"],
      ["team", "b,c"],
      ["q", "é"],
    ]);
  });

  test.each([
    ["/v1/keys/a b", "a b"],
    ["/v1/keys/é#1", "é#1"],
    ["/v1/keys/50%25", "50%"],
    ["/v1/keys/a%252Fb", "a%2Fb"],
    ["/v1/keys/\ud800", "\ufffd"],
  ])("the path %s, which API Gateway has decoded, means the id %s", (path, id) => {
    const { pathname, search } = new URL(incomingOf(gatewayEvent({ path })).url);
    expect([decodeURIComponent(pathname), search]).toEqual([`/v1/keys/${id}`, ""]);
  });

  test("text and binary bodies arrive byte by byte", async () => {
    expect(await bodyOf(gatewayEvent({ body: '{"a":"é"}' }))).toEqual(Buffer.from('{"a":"é"}', "utf8"));
    const bytes = Buffer.from([0x1f, 0x8b, 0x00, 0xff, 0x80]);
    expect(await bodyOf(gatewayEvent({ body: bytes.toString("base64"), base64: true }))).toEqual(bytes);
    expect(await bodyOf(gatewayEvent())).toBeNull();
  });
});

describe("a reply to API Gateway", () => {
  const long = JSON.stringify("x".repeat(40_000));
  const answer = (body: string) => ({ status: 200, headers: { "content-type": "application/json" }, body });

  test("a short one goes as text", async () => {
    expect(await resultOf(answer('{"a":1}'), gatewayEvent({ headers: { "accept-encoding": "gzip" } }))).toEqual({
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  test("bytes go in Base64", async () => {
    const bytes = Uint8Array.from([0x0a, 0x00, 0xff, 0x80]);
    const sent = { status: 200, headers: { "content-type": "application/x-protobuf" }, body: bytes };
    const result = await resultOf(sent, gatewayEvent({ headers: { "accept-encoding": "gzip" } }));
    expect(result).toMatchObject({ body: "CgD/gA==", isBase64Encoded: true });
    expect(result.headers).not.toHaveProperty("content-encoding");
  });

  test.each(["gzip", "deflate, gzip;q=0.5", "br,GZIP"])(
    "a long one is compressed for who takes %s",
    async (accepted) => {
      const result = await resultOf(answer(long), gatewayEvent({ headers: { "accept-encoding": accepted } }));
      expect(result).toMatchObject({
        statusCode: 200,
        headers: { "content-type": "application/json", "content-encoding": "gzip", vary: "accept-encoding" },
        isBase64Encoded: true,
      });
      expect(gunzipSync(Buffer.from(result.body, "base64")).toString()).toBe(long);
    },
  );

  test.each([undefined, "br", "gzip;q=0", "gzip;q=0.0, br"])("and not for who takes %s", async (accepted) => {
    const headers: Record<string, string> = accepted === undefined ? {} : { "accept-encoding": accepted };
    const result = await resultOf(answer(long), gatewayEvent({ headers }));
    expect([result.body, result.isBase64Encoded]).toEqual([long, false]);
  });

  describe("of more than the 6 MB that Lambda sends", () => {
    /** Noise: compressed it takes, in Base64, as much as it did before. */
    const noise = (bytes: number) => randomBytes((bytes / 4) * 3).toString("base64");
    const gzip = { "accept-encoding": "gzip" };

    test("is a problem that says to ask for less", async () => {
      const result = await resultOf(answer(noise(8_000_000)), gatewayEvent({ headers: gzip }));
      expect([result.statusCode, result.isBase64Encoded]).toEqual([400, false]);
      expect(JSON.parse(result.body)).toEqual({
        error: {
          code: "bad_request",
          message:
            "The reply is longer than the 6 MB that can be sent: ask for less, as fewer days or a smaller group.",
        },
      });
    });

    test("is sent where it is less compressed, and whoever does not take that is told so", async () => {
      const compressible = answer(JSON.stringify("x".repeat(7_000_000)));
      expect((await resultOf(compressible, gatewayEvent({ headers: gzip }))).statusCode).toBe(200);
      const result = await resultOf(compressible, gatewayEvent());
      expect(result.statusCode).toBe(400);
      expect(result.body).toContain("or take it compressed (accept-encoding: gzip)");
    });

    test("is one as it is sent: each quotation mark of a text counts twice", async () => {
      const quotes = (count: number) => answer('"'.repeat(count));
      expect((await resultOf(quotes(3_100_000), gatewayEvent())).statusCode).toBe(200);
      expect((await resultOf(quotes(3_200_000), gatewayEvent())).statusCode).toBe(400);
    });
  });
});
