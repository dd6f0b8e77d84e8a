import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "#contract/check.ts";
import { usageEvent } from "#contract/events.ts";

const event = {
  id: "call-1",
  source: "my-service",
  time: "2026-11-23T10:15:00Z",
  provider: "openai",
  model: "gpt-4o",
  meters: { uncached_input_tokens: 1200, text_output_tokens: 120 },
  attribution: { team: "search", feature: "chat", environment: "production", region: "emea", customer_tier: "pro" },
};

function errorsOf(change: object) {
  const result = check(usageEvent, { ...event, ...change });
  return result.ok ? [] : result.errors;
}

/** As a request brings it: `__proto__` is then a key like any other. */
function sent(json: string): object {
  return JSON.parse(json) as object;
}

const whole = "a whole number from 0 to 9007199254740991, without a fraction, not in quotes";

describe("quantities", () => {
  test.each([
    ["negative", -1, "-1"],
    ["a fraction", 1.5, "1.5"],
    ["1e308", 1e308, "1e+308"],
    ["past 2^53", 2 ** 53, "9007199254740992"],
    ["a number as text", "5", '"5"'],
    ["NaN", Number.NaN, "NaN"],
    ["true", true, "true"],
    ["null", null, "null"],
    ["an object", { a: 1 }, "an object"],
  ])("%s is refused", (_, value, found) => {
    expect(errorsOf({ meters: { cache_read_tokens: value } })).toEqual([
      { path: "meters.cache_read_tokens", found, wanted: whole },
    ]);
  });

  test("zero and 2^53 − 1 are taken", () => {
    expect(errorsOf({ meters: { cache_read_tokens: 0, reasoning_tokens: 9007199254740991 } })).toEqual([]);
  });
});

describe("names of meters", () => {
  test("a total of the input is refused with the reason and the right names", () => {
    const [error] = errorsOf({ meters: { input_tokens: 10 } });
    expect(error?.path).toBe("meters.input_tokens");
    expect(error?.found).toBe("10");
    expect(error?.wanted).toMatch(
      /total that may include cached tokens.*uncached_input_tokens.*cache_read_tokens.*usage_format/,
    );
  });

  test.each(["output_tokens", "completion_tokens", "prompt_tokens", "total_tokens", "input_token", "tokens_in"])(
    "%s is refused as a total",
    (name) => {
      expect(errorsOf({ meters: { [name]: 1 } })[0]?.wanted).toMatch(/a total|a sum/);
    },
  );

  test("a misspelt meter is refused with the near ones", () => {
    expect(errorsOf({ meters: { cached_read_token: 1 } })[0]?.wanted).toContain("cache_read_tokens");
  });

  test.each([
    ["cached_tokens", "cache_read_tokens, cache_write_5m_tokens or cache_write_1h_tokens"],
    ["image_tokens", "image_input_tokens, image_output_tokens or images"],
    ["video_seconds", "video_output_seconds, audio_input_seconds or audio_output_seconds"],
  ])("in place of %s: %s, and where all of them stand", (name, near) => {
    const wanted = `a meter: did you mean ${near}? GET /v1/openapi.json lists all, in UsageEvent under meters`;
    expect(errorsOf({ meters: { [name]: 1 } })).toEqual([{ path: `meters.${name}`, found: "1", wanted }]);
  });

  test("requests is a field of the event", () => {
    expect(errorsOf({ meters: { requests: 1 } })).toEqual([
      { path: "meters.requests", found: "1", wanted: "`requests` beside `meters`: it is a field of the event" },
    ]);
  });

  test("__proto__ is no meter and no tag, and changes nothing", () => {
    expect(errorsOf(sent('{"meters": {"__proto__": 5}}'))[0]?.path).toBe("meters.__proto__");
    const result = check(usageEvent, {
      ...event,
      ...sent('{"__proto__": {"polluted": 1}, "tags": {"__proto__": "x"}}'),
    });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(result.ok && Object.keys(result.data.tags ?? {})).toEqual([]);
  });
});

describe("text", () => {
  test.each([
    ["a control character", "a\u0000b", '"a\\u0000b"'],
    ["a line break", "a\nb", '"a\\nb"'],
    ["a lone surrogate", "a\ud800", '"a\\ud800"'],
    ["nothing", "", '""'],
    ["a number", 7, "7"],
  ])("%s is refused as an id", (_, id, found) => {
    expect(errorsOf({ id })).toContainEqual({
      path: "id",
      found,
      wanted: "text of 1 to 200 characters without control characters",
    });
  });

  test("200 characters are taken, 201 are not", () => {
    expect(errorsOf({ source: "s".repeat(200) })).toEqual([]);
    expect(errorsOf({ source: "s".repeat(201) })).toHaveLength(1);
  });

  test("what was found is cut to 100 characters", () => {
    expect(errorsOf({ source: "\u0001".repeat(5_000) })[0]?.found).toHaveLength(100);
  });
});

describe("attribution", () => {
  test("the word for spend that nobody claims is kept from senders", () => {
    expect(errorsOf({ attribution: { team: "unallocated" } })[0]).toMatchObject({
      path: "attribution.team",
      found: '"unallocated"',
    });
  });

  test.each(["erased", "unallocated", " unallocated "])("%j is no customer", (customer_id) => {
    expect(errorsOf({ attribution: { customer_id } })[0]).toMatchObject({
      path: "attribution.customer_id",
      found: JSON.stringify(customer_id),
    });
  });

  test("blanks alone are no value, and around the kept word they do not hide it", () => {
    const wanted = "text of 1 to 64 characters without control characters";
    expect(errorsOf({ attribution: { team: "  " } })).toEqual([{ path: "attribution.team", found: '"  "', wanted }]);
    expect(errorsOf({ attribution: { team: " unallocated " } })[0]?.path).toBe("attribution.team");
  });

  test("64 characters are taken with blanks around them", () => {
    expect(errorsOf({ attribution: { team: ` ${"t".repeat(64)} ` } })).toEqual([]);
  });

  test("an environment is taken in any spelling: attributing judges it", () => {
    expect(errorsOf({ attribution: { environment: "PROD" } })).toEqual([]);
    expect(errorsOf({ attribution: { environment: 1 } })[0]?.path).toBe("attribution.environment");
  });

  test("a null says as much as a field left out", () => {
    expect(errorsOf({ attribution: { team: null }, tags: null, response_id: null, requests: null })).toEqual([]);
  });

  test("65 characters and eleven tags are refused", () => {
    expect(errorsOf({ attribution: { feature: "f".repeat(65) } })[0]?.path).toBe("attribution.feature");
    const tags = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, "v"]));
    expect(errorsOf({ tags })[0]?.path).toBe("tags");
    expect(errorsOf({ tags: { t: 1 } })[0]).toMatchObject({ path: "tags.t", found: "1" });
  });
});

describe("usage", () => {
  test("exactly one of meters and usage", () => {
    const wanted = "exactly one of `meters`, or `usage` together with `usage_format`";
    expect(errorsOf({ meters: undefined })).toEqual([{ path: "meters", found: "nothing", wanted }]);
    expect(errorsOf({ usage: {}, usage_format: "otel" })).toEqual([{ path: "meters", found: "an object", wanted }]);
  });

  test("usage needs to say its format", () => {
    expect(errorsOf({ meters: undefined, usage: {} })[0]).toMatchObject({ path: "usage_format", found: "nothing" });
    expect(errorsOf({ meters: undefined, usage: {}, usage_format: "openai" })[0]).toMatchObject({
      path: "usage_format",
      found: '"openai"',
    });
  });
});

test.each([
  ["default", "standard"],
  ["AUTO", "standard"],
  ["on_demand", "standard"],
  ["Batch", "batch"],
  ["scale", "provisioned"],
  ["on-demand", "standard"],
  ["on_demand_flex", "flex"],
  ["ON_DEMAND_PRIORITY", "priority"],
])("the tier that a provider calls %s is %s", (name, tier) => {
  const result = check(usageEvent, { ...event, service_tier: name });
  expect(result.ok && result.data.service_tier).toBe(tier);
});

test.each(["__proto__", "cheap", ""])("%j is no tier", (name) => {
  expect(errorsOf({ service_tier: name })).toEqual([
    {
      path: "service_tier",
      found: JSON.stringify(name),
      wanted: "one of standard, batch, flex, priority, provisioned",
    },
  ]);
});

test.each([
  "2026-11-23",
  "2026-02-30T00:00:00Z",
  "2026-11-23T10:15:00",
  "23.11.2026",
  1795428900,
  "2026-11-23T25:00:00Z",
])("%s is no time", (time) => {
  expect(errorsOf({ time })[0]?.path).toBe("time");
});

test.each([
  "0000-01-01T00:00:00+14:00",
  "0001-01-01T00:00:00Z",
  "1999-12-31T23:59:59.999Z",
  "2000-01-01T00:00:00+00:01",
])("%s is before there was anything to count", (time) => {
  const wanted = 'a date and time of RFC 3339 with its offset, not before 2000, such as "2026-11-23T10:15:00Z"';
  expect(errorsOf({ time })).toEqual([{ path: "time", found: JSON.stringify(time), wanted }]);
});

test("the year 2000 is taken", () => expect(errorsOf({ time: "2000-01-01T00:00:00Z" })).toEqual([]));

test("whatever JSON is sent, the answer is an event or errors with paths", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(event), "usage", "tags", "requests"), (value, name) => {
      for (const candidate of [value, { ...event, [name]: value }]) {
        const result = check(usageEvent, candidate);
        if (!result.ok) expect(result.errors.length).toBeGreaterThan(0);
        if (!result.ok)
          for (const { found, wanted } of result.errors) expect(found.length * wanted.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
