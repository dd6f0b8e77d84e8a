import { describe, expect, test } from "vitest";
import { alertHandle } from "#core/alert-handle.ts";
import { alertLink, alertText } from "#core/alert-text.ts";
import { raised, resolvedAfter } from "../fakes/alerts.ts";

const { state, alert } = raised();
const linesOf = (told: typeof alert) => alertText(told, alertLink("https://finops.example", told)).split("\n");

test("a handle is eight letters and digits, its own for each of a thousand states", () => {
  const handles = Array.from({ length: 1_000 }, (_, i) => alertHandle(`["budget_actual","team ${i}",null,"80 %"]`));
  expect(new Set(handles).size).toBe(1_000);
  expect(handles.filter((handle) => !/^[0-9a-hj-km-np-tv-z]{8}$/.test(handle))).toEqual([]);
});

test("the handle of a state stays what it was: links and messages name it", () => {
  expect(alertHandle('["budget_actual","search","2026-11-01/2026-11-30","80 %"]')).toBe("zwqc0w1m");
});

describe("the text of an alert", () => {
  test("says what, how much, since when, whose it is and what to do", () => {
    expect(linesOf(alert)).toEqual([
      "search spends too much",
      "",
      "Status:   Warning. New.",
      "What:     The month's spend has reached 80 % of its budget",
      "How much: 812.20 of 1,000.00 USD, 81.2 %",
      "Since:    2026-11-24 01:30 UTC",
      "Owner:    Ada",
      "Team:     search",
      "",
      "Look at it: https://finops.example/v1/alert-page?id=zwqc0w1m",
      "To say that you have seen it, open the page and press Acknowledge, or run:",
      '  finops alerts acknowledge zwqc0w1m --note "what you do about it"',
      "",
      "Alert zwqc0w1m, message 1, 2026-11-24 01:30 UTC. AI FinOps",
      "",
    ]);
  });

  test("that is resolved asks for nothing", () => {
    expect(linesOf(resolvedAfter(state).alert)).toEqual([
      "Resolved: search spends too much",
      "",
      "Status:   Warning. Over: nothing is to be done any more.",
      "It was:   812.20 of 1,000.00 USD, 81.2 %",
      "Since:    2026-11-24 01:30 UTC",
      "Resolved: 2026-11-25 01:30 UTC",
      "Owner:    Ada",
      "Team:     search",
      "",
      "Look at it: https://finops.example/v1/alert-page?id=zwqc0w1m",
      "",
      "Alert zwqc0w1m, message 2, 2026-11-25 01:30 UTC. AI FinOps",
      "",
    ]);
  });

  test("keeps each fact on a line, and says what no fact says", () => {
    const facts = [
      { label: "a\nb", value: "c\n\nd" },
      { label: "Owner", value: "Zoë" },
    ];
    const lines = linesOf({ ...alert, team: null, owner: null, facts });
    expect(lines).toContain("a b:    c d");
    expect(lines).toContain("Team:   the whole company");
    expect(lines.filter((line) => line.startsWith("Owner"))).toEqual(["Owner:  Zoë"]);
  });
});
