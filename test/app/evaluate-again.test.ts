import { describe, expect, test } from "vitest";
import type { Budget } from "#core/config.ts";
import { hourMs } from "#core/time.ts";
import { minuteMs, monthly, openWorld, steadily, type World } from "../fakes/evaluation.ts";

test("thresholds whose budget was raised are over, say why and how it stands, and are told anew at the new amount", async () => {
  const of = (amount_usd: string): Budget => ({
    ...monthly({ amount_usd }),
    thresholds: [
      { on: "actual", percent: "80", severity: "warning" },
      { on: "actual", percent: "100", severity: "critical" },
    ],
  });
  const world = openWorld([of("1000")]);
  const next = async (usd: string) => {
    await world.spend(usd);
    await world.evaluate();
    world.pass(hourMs);
    const told = world.told.splice(0).filter(({ rule }) => rule.kind === "budget_actual");
    return told.map(({ event, title }) => `${event} ${title}`);
  };
  world.pass(hourMs);
  expect(await next("1010")).toEqual([
    "raised company: 101.0 % of 1,000.00 USD spent (80 % reached)",
    "raised company: 101.0 % of 1,000.00 USD spent (100 % reached)",
  ]);
  world.decide([of("2000")]);
  await world.evaluate();
  const how = { label: "How much", value: "1,010.00 of 2,000.00 USD, 50.5 %, in the month 2026-11-01 to 2026-11-30" };
  for (const { facts } of world.told) {
    expect(facts).toContainEqual({ label: "Changed", value: "the budget was changed after this was told" });
    expect(facts).toContainEqual(how);
  }
  expect(
    world.told
      .splice(0)
      .map(({ title }) => title)
      .toSorted(),
  ).toEqual([
    "Resolved: company: 50.5 % of 2,000.00 USD spent (below 100 %)",
    "Resolved: company: 50.5 % of 2,000.00 USD spent (below 80 %)",
  ]);
  world.pass(minuteMs);
  expect(await next("640")).toEqual(["raised company: 82.5 % of 2,000.00 USD spent (80 % reached)"]);
  expect(await next("360")).toEqual(["raised company: 100.5 % of 2,000.00 USD spent (100 % reached)"]);
});

describe("runaways, one after the other", () => {
  const chat = { feature: "chat" };
  const toldOf = (world: World) => world.told.map(({ event }) => event);

  test("a second one of the same day that is no worse is told too", async () => {
    const world = openWorld([]);
    await steadily(world, 3 * 24, "2", chat);
    for (let i = 0; i < 2; i++) {
      await world.spend("100", chat);
      await steadily(world, 5, "2", chat);
    }
    expect(toldOf(world)).toEqual(["raised", "resolved", "raised", "resolved"]);
  });

  test("one that goes on over midnight is told once, and is over once it is over", async () => {
    const world = openWorld([]);
    await steadily(world, 3 * 24 + 22, "2", chat);
    await world.spend("60", chat);
    await steadily(world, 4, "30", chat);
    expect(toldOf(world)).toEqual(["raised"]);
    await steadily(world, 4, "2", chat);
    expect(toldOf(world)).toEqual(["raised", "resolved"]);
  });
});
