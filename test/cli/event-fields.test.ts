import { expect, test } from "vitest";
import { fieldSetter, requireSetter, utcTime } from "#cli/import/event-fields.ts";

function set(field: string, text: string): Record<string, unknown> {
  const event = {};
  requireSetter("--map", field)(event, text);
  return event;
}

test("a time of a table without an offset is taken as UTC", () => {
  expect(utcTime("2023-11-16 18:15:46.6805900")).toBe("2023-11-16T18:15:46.6805900Z");
  expect(utcTime("2023-11-16T18:15:46")).toBe("2023-11-16T18:15:46Z");
});

test("a time that has an offset keeps it", () => {
  expect(utcTime("2023-11-16 18:15:46+02:00")).toBe("2023-11-16T18:15:46+02:00");
  expect(utcTime("2023-11-16T18:15:46.5Z")).toBe("2023-11-16T18:15:46.5Z");
});

test("a date alone is its first moment in UTC", () => {
  expect(utcTime("2026-11-01")).toBe("2026-11-01T00:00:00Z");
});

test("any other text stays as it is, for the server to refuse", () => {
  expect(utcTime("16/11/2023 18:15")).toBe("16/11/2023 18:15");
  expect(utcTime("1700158546")).toBe("1700158546");
});

test("digits of a second past the ninth are cut", () => {
  expect(utcTime("2023-11-16 18:15:46.1234567891")).toBe("2023-11-16T18:15:46.123456789Z");
});

test("fields go where an event has them", () => {
  expect(set("model", "gpt-4o")).toEqual({ model: "gpt-4o" });
  expect(set("requests", "12")).toEqual({ requests: 12 });
  expect(set("uncached_input_tokens", "374")).toEqual({ meters: { uncached_input_tokens: 374 } });
  expect(set("meters.text_output_tokens", "44")).toEqual({ meters: { text_output_tokens: 44 } });
  expect(set("team", "search")).toEqual({ attribution: { team: "search" } });
  expect(set("attribution.purpose", "internal")).toEqual({ attribution: { purpose: "internal" } });
  expect(set("tags.run", "7")).toEqual({ tags: { run: "7" } });
  expect(set("quantities_estimated", "true")).toEqual({ quantities_estimated: true });
});

test("what is no whole number goes as text, so that the server names it", () => {
  expect(set("uncached_input_tokens", "1.5")).toEqual({ meters: { uncached_input_tokens: "1.5" } });
  expect(set("uncached_input_tokens", "-3")).toEqual({ meters: { uncached_input_tokens: "-3" } });
  expect(set("uncached_input_tokens", "9007199254740993")).toEqual({
    meters: { uncached_input_tokens: "9007199254740993" },
  });
});

test("an event's total is no field, and the refusal names the meters", () => {
  expect(fieldSetter("input_tokens")).toBeUndefined();
  expect(() => requireSetter("--map", "input_tokens")).toThrowError(
    expect.objectContaining({ exitCode: 2, fix: expect.stringContaining("uncached_input_tokens") }),
  );
});

test("a field named like a part of every object is no field", () => {
  for (const name of ["__proto__", "constructor", "meters.__proto__", "toString"])
    expect(fieldSetter(name)).toBeUndefined();
});
