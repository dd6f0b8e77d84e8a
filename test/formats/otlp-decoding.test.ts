import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJsonSpans } from "#formats/otlp/read-json.ts";
import { readProtobufSpans } from "#formats/otlp/read-protobuf.ts";
import { type JsonRequest, type JsonSpan, type KeyValue, toProtobuf, type Value } from "../../bench/otlp-encoder.ts";
import { capturedBody } from "./otlp-bodies.ts";

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const content = fc.constant("x".repeat(9_000));

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.record({ stringValue: fc.oneof(text, content) }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.maxSafeInteger().map(String) }),
    fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie("value"), { maxLength: 3 }) }) }),
  ),
}));

const attributes: fc.Arbitrary<KeyValue[]> = fc.array(fc.record({ key: text, value }), { maxLength: 6 });

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: digits, maxLength: digits });

const time = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);

const span: fc.Arbitrary<JsonSpan> = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16),
  name: text,
  kind: fc.nat(5),
  startTimeUnixNano: time,
  endTimeUnixNano: time,
  attributes,
  events: fc.array(fc.record({ name: text, attributes }), { maxLength: 2 }),
  status: fc.record({ code: fc.nat(2), message: text }),
});

const request: fc.Arbitrary<JsonRequest> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource: fc.record({ attributes }),
      scopeSpans: fc.array(
        fc.record({
          scope: fc.record({ name: text, version: text }),
          spans: fc.array(span, { maxLength: 3 }),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
});

test("the same request is read alike in protobuf and in JSON", () => {
  fc.assert(
    fc.property(request, (sent) => {
      const fromJson = readJsonSpans(JSON.parse(JSON.stringify(sent)));
      expect(readProtobufSpans(toProtobuf(sent))).toEqual(fromJson);
      const spans = sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((each) => each.spans));
      expect(fromJson).toMatchObject({ ok: true, spans: spans.map(({ traceId, name }) => ({ traceId, name })) });
    }),
    { numRuns: 60 },
  );
});

describe("protobuf that nobody has written", () => {
  const whole = capturedBody("py-traceloop-001-traces");

  test("a body that is cut off anywhere is refused, or ends between two of its parts", () => {
    const all = readProtobufSpans(whole);
    if (!all.ok) throw new Error(all.reason);
    const ends = new Set<number>();
    for (let length = 0; length < whole.length; length += 7) {
      const read = readProtobufSpans(whole.subarray(0, length));
      if (read.ok) ends.add(read.spans.length);
      else expect(read.reason).toMatch(/beyond|longer|breaks off|wire type/);
    }
    // Before the first resource, or between the two.
    expect([...ends].every((spans) => spans === 0 || spans === 6)).toBe(true);
  });

  test.each([
    ["a length of 2 GB", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07], /beyond the end/],
    ["a number that never ends", [0x0a, ...Array<number>(12).fill(0xff)], /breaks off/],
    [
      "a part that is longer than what holds it",
      [0x0a, 0x02, 0x12, 0x05, 0x7a, 0x01, 0x01, 0x7a, 0x00],
      /longer than what holds it/,
    ],
    ["another wire type", [0x08, 0x01], /ResourceSpans has wire type 0, wanted 2/],
    ["a group", [0x13, 0x14], /breaks off|wire type/],
    ["a field without a number", [0x00, 0x01], /number 0/],
    ["text", [...Buffer.from("resourceSpans")], /./],
  ])("%s is refused", (_, bytes, reason) => {
    const read = readProtobufSpans(Uint8Array.from(bytes));
    expect(read).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });

  test("any bytes are read or refused, never thrown at", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof readProtobufSpans(bytes).ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = Uint8Array.from(whole);
        changed[at] = byte;
        expect(typeof readProtobufSpans(changed).ok).toBe("boolean");
      }),
      { numRuns: 300 },
    );
  });

  test("fields that it does not know are skipped, as a newer version of the protocol has them", () => {
    expect(readProtobufSpans(Uint8Array.from([0x7a, 0x02, 0x01, 0x02, 0x68, 0x01]))).toEqual({ ok: true, spans: [] });
  });
});

describe("JSON that nobody has written", () => {
  test.each([
    [[], /the body is no object/],
    [{ resourceSpans: {} }, /resourceSpans is no list/],
    [{ resourceSpans: [1] }, /resourceSpans\[0\] is no object/],
    [{ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 7 }] }] }] }, /spans\[0\]\.traceId is no text/],
    [
      { resourceSpans: [{ scopeSpans: [{ spans: [{ startTimeUnixNano: "soon" }] }] }] },
      /startTimeUnixNano is no number/,
    ],
    [
      { resourceSpans: [{ resource: { attributes: [{ key: "a", value: { boolValue: "yes" } }] } }] },
      /boolValue is neither true nor false/,
    ],
    [
      { resourceSpans: [{ resource: { attributes: [{ key: "a", value: { intValue: {} } }] } }] },
      /intValue is no number/,
    ],
  ])("%j is refused", (body, reason) => {
    expect(readJsonSpans(body)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });

  test("what is left out or null is as if it were not there", () => {
    expect(readJsonSpans({})).toEqual({ ok: true, spans: [] });
    const read = readJsonSpans({ resourceSpans: [{ resource: null, scopeSpans: [{ scope: null, spans: [{}] }] }] });
    expect(read).toMatchObject({
      ok: true,
      spans: [{ traceId: "", scope: { name: "", version: "" }, endMs: 0, failed: false }],
    });
  });

  test("numbers of 64 bits stand in quotes or without, and ids in either case", () => {
    const attribute = (intValue: unknown) => ({ key: "n", value: { intValue } });
    const spans = [
      { traceId: "0AF7", attributes: [attribute("12")], endTimeUnixNano: 1795442876901000000 },
      { attributes: [attribute(12)], endTimeUnixNano: "1795442876901000000", status: { code: 2 } },
    ];
    const read = readJsonSpans({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    if (!read.ok) throw new Error(read.reason);
    expect(read.spans.map(({ attributes }) => attributes.get("n"))).toEqual([12, 12]);
    expect(read.spans.map(({ endMs }) => endMs)).toEqual([1795442876901, 1795442876901]);
    expect(read.spans.map(({ traceId, failed }) => [traceId, failed])).toEqual([
      ["0af7", false],
      ["", true],
    ]);
  });
});

test("more spans than a request may have are refused while they are read, in either encoding", () => {
  // An empty span is two bytes of protobuf: without a limit, 16 MB of them are 8 million objects.
  const empty = (count: number) => Buffer.alloc(2 * count).fill(Buffer.from([0x12, 0x00]));
  const within = (tag: number, bytes: Buffer) => {
    const length = [(bytes.length & 0x7f) | 0x80, ((bytes.length >> 7) & 0x7f) | 0x80, bytes.length >> 14];
    return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
  };
  const protobuf = (count: number) => readProtobufSpans(within(0x0a, within(0x12, empty(count))));
  const json = (count: number) =>
    readJsonSpans({ resourceSpans: [{ scopeSpans: [{ spans: [{}] }, { spans: new Array(count - 1).fill({}) }] }] });
  for (const read of [protobuf, json]) {
    expect(read(100_000).ok).toBe(true);
    expect(read(100_001)).toEqual({ ok: false, reason: expect.stringContaining("more than 100000 spans") });
  }
});
