import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMeter, type Meter } from "#sdk/meter.ts";
import type { MeterProblem } from "#sdk/problem.ts";
import type { UsageEvent } from "#sdk/usage-event.ts";
import { answers, type FakeServer, fakeServer, reply } from "./fake-server.ts";

let server: FakeServer;
let problems: MeterProblem[];
let meter: Meter;

const event = (id: string): UsageEvent => ({
  ...{ id, provider: "openai", model: "gpt-4o" },
  meters: { text_output_tokens: 1 },
});
const record = (first: number, count: number) => {
  for (let i = first; i < first + count; i++) meter.record(event(`e${i}`));
};
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const codes = () => problems.map(({ code }) => code);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  server = fakeServer();
  problems = [];
  meter = createMeter({
    ...{ url: "http://finops", key: "k", source: "svc" },
    onError: (problem) => problems.push(problem),
    fetch: (url, request) => server.fetch(url, request),
  });
});

afterEach(async () => {
  server.does = answers.down;
  const closing = meter.close(0);
  await pass(0);
  await closing;
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("batches", () => {
  test("a few events wait a second for more", async () => {
    record(0, 3);
    await pass(999);
    expect(server.requests).toEqual([]);
    await pass(1);
    expect(server.requests.map(({ ids }) => ids)).toEqual([["e0", "e1", "e2"]]);
    expect(meter.stats()).toEqual({ recorded: 3, sent: 3, rejected: 0, dropped: 0, pending: 0 });
  });

  test("a hundred do not, and no request has more", async () => {
    record(0, 250);
    await pass(0);
    expect(server.requests.map(({ ids }) => ids.length)).toEqual([100, 100]);
    await pass(1_000);
    expect(server.requests.map(({ ids }) => ids.length)).toEqual([100, 100, 50]);
  });

  test("a flush does not wait", async () => {
    record(0, 2);
    await expect(meter.flush()).resolves.toBe(true);
    expect(server.ledger.size).toBe(2);
    await expect(meter.flush()).resolves.toBe(true);
    expect(server.requests.length).toBe(1);
  });

  test("an event has an id, a time, the meter's source and a body that the caller cannot change any more", async () => {
    const bodies: string[] = [];
    const { fetch } = server;
    vi.spyOn(server, "fetch").mockImplementation((url, request) => {
      bodies.push(request.body);
      return fetch(url, request);
    });
    vi.setSystemTime("2026-11-23T10:15:00Z");
    const sent = { provider: "openai", model: "gpt-4o", meters: { images: 1 }, tags: { step: "1" } };
    const id = meter.record(sent);
    sent.tags.step = "2";
    await meter.flush();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(bodies[0] ?? "")).toEqual({
      events: [
        {
          ...{ id, source: "svc", time: "2026-11-23T10:15:00.000Z", provider: "openai", model: "gpt-4o" },
          ...{ meters: { images: 1 }, attribution: {}, tags: { step: "1" } },
        },
      ],
    });
  });
});

describe("a server in trouble", () => {
  for (const [trouble, answer] of Object.entries(answers)) {
    test(`${trouble} for a while, then well: nothing is lost or doubled`, async () => {
      server.does = answer;
      record(0, 150);
      await pass(20_000);
      server.does = answers.good;
      await pass(60_000);
      expect(server.ledger.size).toBe(150);
      expect(meter.stats()).toEqual({ recorded: 150, sent: 150, rejected: 0, dropped: 0, pending: 0 });
      expect(codes()).toEqual(trouble === "good" ? [] : expect.arrayContaining(["undelivered"]));
    });
  }

  test("waits twice as long after each failure, to half a minute, at random below that; an outage is told once", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    server.does = answers.down;
    record(0, 1);
    const begun = Date.now();
    await pass(80_000);
    const waits = server.requests.map(({ at }) => at - begun);
    expect(waits).toEqual([1_000, 1_500, 2_500, 4_500, 8_500, 16_500, 31_500, 46_500, 61_500, 76_500]);
    expect(codes()).toEqual(["undelivered"]);
    expect(problems[0]?.message).toBe("/v1/events: TypeError: fetch failed Error: ECONNREFUSED");
  });

  test("is not asked sooner than its retry-after says, not for a flush either", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    server.does = answers.overloaded;
    record(0, 1);
    await pass(1_000);
    server.does = answers.good;
    const flushed = meter.flush();
    await pass(2_999);
    expect(server.requests.length).toBe(1);
    await pass(1);
    expect(server.requests.length).toBe(2);
    await expect(flushed).resolves.toBe(true);
  });

  test("that hangs is given up after ten seconds, and asked again", async () => {
    server.does = "hang";
    record(0, 1);
    await pass(11_000);
    expect(problems[0]?.message).toContain("no answer in 10000 ms");
    server.does = answers.good;
    await pass(2_000);
    expect(server.ledger.size).toBe(1);
  });

  test("is sent again only what it could not take, under the same id", async () => {
    server.does = answers.partly;
    record(0, 4);
    await pass(1_000);
    server.does = answers.good;
    await pass(2_000);
    expect(server.requests.map(({ ids }) => ids)).toEqual([
      ["e0", "e1", "e2", "e3"],
      ["e2", "e3"],
    ]);
  });

  test("keeps 10,000 events waiting; what comes after is dropped, counted, and told once", async () => {
    server.does = answers.down;
    record(0, 10_005);
    await pass(5_000);
    expect(meter.stats()).toEqual({ recorded: 10_005, sent: 0, rejected: 0, dropped: 5, pending: 10_000 });
    expect(codes().toSorted()).toEqual(["dropped", "undelivered"]);
    server.does = answers.good;
    await pass(60_000);
    expect(server.ledger.size).toBe(10_000);
    expect(server.ledger.has("e9999")).toBe(true);
  });

  test("whatever it does, in whatever order: recorded = sent + rejected + dropped + pending, and sent is in the ledger", async () => {
    const step = fc.record({
      does: fc.constantFrom(...Object.values(answers), "hang" as const),
      events: fc.integer({ min: 0, max: 130 }),
      ms: fc.integer({ min: 0, max: 15_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        server = fakeServer();
        const before = meter.stats();
        let count = 0;
        for (const { does, events, ms } of steps) {
          server.does = does;
          for (let i = 0; i < events; i++) meter.record(event(`run-${before.recorded}-${count++}`));
          await pass(ms);
          const { recorded, sent, rejected, dropped, pending } = meter.stats();
          expect(recorded).toBe(sent + rejected + dropped + pending);
        }
        server.does = answers.good;
        await pass(200_000);
        const after = meter.stats();
        expect(after.pending).toBe(0);
        expect(server.ledger.size).toBe(count);
        expect(after.sent - before.sent).toBe(count);
      }),
      { numRuns: 60 },
    );
  });
});

describe("an event that cannot be taken", () => {
  test("is told once with what the server says of it; the others are sent", async () => {
    server.refuses.add("e1");
    record(0, 3);
    await pass(5_000);
    expect(server.requests.length).toBe(1);
    expect(problems).toEqual([
      {
        ...{ code: "rejected", id: "e1", errors: [{ path: "model", found: "nothing", wanted: "text" }] },
        message: 'event e1: rejected: [{"path":"model","found":"nothing","wanted":"text"}]',
      },
    ]);
    expect(meter.stats()).toMatchObject({ recorded: 3, sent: 2, rejected: 1 });
  });

  test("in conflict with another of its id is told as that", async () => {
    server.does = (events) => reply(207, { results: events.map(({ id }) => ({ id, status: "conflict", errors: [] })) });
    record(0, 1);
    await pass(1_000);
    expect(codes()).toEqual(["conflict"]);
    expect(meter.stats()).toMatchObject({ rejected: 1, pending: 0 });
  });

  for (const status of [400, 413]) {
    test(`a request that is refused whole (${status}) is halved until the event at fault stands alone`, async () => {
      server.does = (events, self) => {
        if (events.some(({ id }) => id === "e37")) return reply(status, { error: { message: "not this" } });
        return answers.good(events, self);
      };
      record(0, 100);
      await pass(10_000);
      expect(meter.stats()).toEqual({ recorded: 100, sent: 99, rejected: 1, dropped: 0, pending: 0 });
      expect(problems).toMatchObject([{ code: "rejected", id: "e37" }]);
    });
  }

  test("one that is no JSON, or too large, is refused at once, and record does not throw", async () => {
    const bad: unknown[] = [
      { ...event("bigint"), usage: { tokens: 1n } },
      {
        ...event("throws"),
        get model() {
          throw new Error("a getter's own");
        },
      },
      { ...event("large"), usage: { text: "x".repeat(40_000) } },
      undefined,
    ];
    for (const one of bad) meter.record(one as UsageEvent);
    await meter.flush();
    expect(server.requests).toEqual([]);
    expect(codes()).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    expect(meter.stats()).toMatchObject({ recorded: 4, rejected: 4, pending: 0 });
  });

  test("a callback that throws disturbs nobody", async () => {
    const own = createMeter({
      ...{ url: "http://finops", key: "k", source: "svc", fetch: server.fetch },
      onError: () => {
        throw new Error("the callback's own");
      },
    });
    server.refuses.add("e0");
    own.record(event("e0"));
    own.record(event("e1"));
    await expect(own.close()).resolves.toBe(true);
    expect(own.stats()).toMatchObject({ sent: 1, rejected: 1 });
  });
});

describe("the end", () => {
  test("a flush gives up at its time, and keeps what it could not send", async () => {
    server.does = answers.down;
    record(0, 2);
    const flushed = meter.flush(4_000);
    await pass(4_000);
    await expect(flushed).resolves.toBe(false);
    expect(meter.stats()).toMatchObject({ pending: 2, dropped: 0 });
  });

  test("a close drops what it could not send, and what comes later, and tells it once", async () => {
    server.does = answers.down;
    record(0, 2);
    const closed = meter.close(4_000);
    await pass(4_000);
    await expect(closed).resolves.toBe(false);
    meter.record(event("late"));
    await pass(60_000);
    expect(meter.stats()).toEqual({ recorded: 3, sent: 0, rejected: 0, dropped: 3, pending: 0 });
    expect(codes()).toEqual(["undelivered", "dropped"]);
  });
});
