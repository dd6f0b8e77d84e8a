import { describe, expect, test } from "vitest";
import { earliestLiveDate, earliestOpenDate, futureError, liveWindowError } from "#core/event-window.ts";
import { at } from "../fakes/usage.ts";

const now = at("2026-03-01T00:10:00Z");

describe("the live path takes", () => {
  test.each(["2026-01-30T00:10:00Z", "2026-03-01T00:10:00Z", "2026-03-01T00:25:00Z"])("%s", (time) => {
    expect(liveWindowError(at(time), now)).toBeUndefined();
  });
});

test("what is older than 30 days is told where to go", () => {
  expect(liveWindowError(at("2026-01-30T00:09:59.999Z"), now)).toEqual({
    path: "time",
    found: "2026-01-30T00:09:59.999Z",
    wanted: "a time not before 2026-01-30T00:10:00.000Z: older events go through POST /v1/imports",
  });
});

test("what lies more than 15 minutes ahead is refused, also by an import; the past is not", () => {
  const error = {
    path: "time",
    found: "2026-03-01T00:25:00.001Z",
    wanted: "a time not after 2026-03-01T00:25:00.000Z, 15 minutes ahead of the server's clock",
  };
  expect(liveWindowError(at("2026-03-01T00:25:00.001Z"), now)).toEqual(error);
  expect(futureError(at("2026-03-01T00:25:00.001Z"), now)).toEqual(error);
  expect(futureError(at("2026-03-01T00:25:00Z"), now)).toBeUndefined();
  expect(futureError(at("1970-01-01T00:00:00Z"), now)).toBeUndefined();
});

test("31 dates are live, today and yesterday open", () => {
  expect(earliestLiveDate(now)).toBe("2026-01-30");
  expect(earliestOpenDate(now)).toBe("2026-02-28");
});
