import { expect, test } from "vitest";
import { explainedEntry } from "#api/explained-entry.ts";
import { entryForPeople } from "#cli/explain.ts";
import { entriesOf } from "../fakes/entries.ts";
import { event } from "../fakes/usage.ts";

const [booked] = await entriesOf([event({ senderCost: 7_000_000_000n as never })]);
if (booked === undefined) throw new Error("nothing was booked");
const told = (entry: typeof booked) => entryForPeople(explainedEntry(entry, () => undefined)).split("\n");

test("an entry tells how its attribution came about, what judged it, who pays, and the sender's own figure", () => {
  const trace = {
    ...{ filledBy: { feature: "by-app" }, overridden: { region: "apac" }, aliased: { environment: "PROD" } },
    ...{ unregistered: { team: "serach" }, policy: "unlisted", coveredBy: "seats" },
  };
  const lines = told({ ...booked, trace });
  expect(lines[3]).toBe(
    "  feature by the rule by-app; environment sent as PROD; region fixed by the key, sent as apac; " +
      "team not registered, sent as serach; model policy unlisted; paid by the fixed cost seats",
  );
  expect(lines).toContain("  the sender's own figure: 0.007 USD");
});

test("an entry that is as it was sent says nothing of it", () => {
  expect(told(booked)[3]).toBe("  usage date 2026-11-20, booked in 2026-11");
});
