import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adjustmentKey, contentOf, eventKey } from "#core/event-key.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { at, event } from "../fakes/usage.ts";

const part = fc.oneof(fc.string(), fc.constantFrom("a", "a#b", '"', '","', "[", "\\", "a\u0000b", "adjustment", "1"));

describe("keys", () => {
  test("are what they are for ever: stored entries have them", () => {
    expect(eventKey("gateway", 'call "1"')).toBe('["gateway","call \\"1\\""]');
    expect(adjustmentKey("gateway", "call-1", 2, "rebooking")).toBe('["adjustment","gateway","call-1",2,"rebooking"]');
  });

  test("differ when source and id do", () => {
    expect(eventKey("a#b", "c")).not.toBe(eventKey("a", "b#c"));
    fc.assert(
      fc.property(part, part, part, part, (source, id, otherSource, otherId) => {
        const same = source === otherSource && id === otherId;
        expect(eventKey(source, id) === eventKey(otherSource, otherId)).toBe(same);
      }),
    );
  });

  test("of adjustments differ from those of events, and when any part does", () => {
    const number = fc.integer({ min: 1, max: 3 });
    const half = fc.constantFrom("reversal" as const, "rebooking" as const);
    const asked = fc.tuple(part, part, number, half);
    fc.assert(
      fc.property(asked, asked, (a, b) => {
        expect(adjustmentKey(...a)).not.toBe(eventKey(b[0], b[1]));
        expect(adjustmentKey(...a) === adjustmentKey(...b)).toBe(a.every((value, i) => value === b[i]));
      }),
    );
  });
});

describe("contentOf", () => {
  const sent = event({
    servingLocation: "eu",
    responseId: "resp-1",
    tags: { b: "2", a: "1" },
    quantities: { uncached_input_tokens: 10, text_output_tokens: 5, images: 0 },
  });

  test("is what it is for ever: stored hashes are of it", () => {
    expect(contentOf(sent)).toBe(
      '[1795168800000,"openai","big","standard","standard","eu",1,' +
        '[["text_output_tokens",5],["uncached_input_tokens",10]],' +
        '[["customer_tier","pro"],["environment","production"],["feature","answers"],["region","emea"],["team","search"]],' +
        '[["a","1"],["b","2"]],"resp-1",false]',
    );
    expect(contentOf(event({ quantities: {}, claimed: {}, quantitiesEstimated: true }))).toBe(
      '[1795168800000,"openai","big","standard","standard",null,1,[],[],[],null,true]',
    );
  });

  test("does not depend on the order of fields, nor on meters that are zero", () => {
    const turned = <T extends object>(record: T) => Object.fromEntries(Object.entries(record).reverse()) as T;
    const { images: _, ...quantities } = sent.quantities;
    const same = turned({
      ...sent,
      quantities: turned(quantities),
      claimed: turned(sent.claimed),
      tags: turned(sent.tags),
    });
    expect(contentOf(same)).toBe(contentOf(sent));
  });

  test("a property test of the order: shuffled records say the same", () => {
    const record = fc.dictionary(fc.string(), fc.string({ minLength: 1 }), { noNullPrototype: true });
    fc.assert(
      fc.property(record, fc.infiniteStream(fc.nat()), (tags, ranks) => {
        const ranked = Object.entries(tags).map((pair) => ({ pair, rank: ranks.next().value as number }));
        const shuffled = Object.fromEntries(ranked.sort((a, b) => a.rank - b.rank).map(({ pair }) => pair));
        expect(contentOf(event({ tags: shuffled }))).toBe(contentOf(event({ tags })));
      }),
    );
  });

  test("a claim that is there without a value says as much as none", () => {
    const claimed = { ...sent.claimed, customer_id: undefined } as unknown as UsageEvent["claimed"];
    expect(contentOf({ ...sent, claimed })).toBe(contentOf(sent));
  });

  const changes: readonly Partial<UsageEvent>[] = [
    { time: at("2026-11-20T10:00:00.001Z") },
    { provider: "azure" },
    { model: "small" },
    { serviceTier: "batch" },
    { speed: "fast" },
    { servingLocation: "us" },
    { requests: 2 },
    { quantities: { uncached_input_tokens: 11, text_output_tokens: 5 } },
    { quantities: { uncached_input_tokens: 10 } },
    { claimed: { team: "ads" } },
    { tags: { a: "1" } },
    { tags: { a: "2", b: "1" } },
    { responseId: "resp-2" },
    { quantitiesEstimated: true },
  ];

  test.each(changes)("differs with %j", (change) => {
    expect(contentOf({ ...sent, ...change })).not.toBe(contentOf(sent));
  });

  test("is of the content, not of the identity", () => {
    expect(contentOf({ ...sent, source: "other", id: "other" })).toBe(contentOf(sent));
  });
});
