import { describe, expect, test } from "vitest";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import type { AlertStore } from "#app/ports/alerts.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { AlertReading, AlertRule } from "#core/alert.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { later, readingOf } from "../fakes/alerts.ts";

const everything = () => true;
const hour = 3_600_000;

/** Three evaluations an hour apart: two fire; one worsens and one is over; another fires. */
const evaluations: readonly (readonly AlertReading[])[] = [
  [readingOf("a"), readingOf("b")],
  [readingOf("a", { level: 140 })],
  [readingOf("a", { level: 141 }), readingOf("c", { isNotice: true })],
];

const outcome = async (alerts: AlertStore) => ({
  states: (await alerts.states()).map(({ rule, status, version, told }) => [rule.subject, status, version, told]),
  outbox: (await alerts.alerts({ limit: 100 })).map(({ id, event }) => [id, event]).toSorted(),
});

function openAlerts() {
  const control = openControl(IN_MEMORY, () => later(0));
  return { alerts: control.alerts, [Symbol.dispose]: () => control.close() };
}

/** Fails at the k-th call, before it is done or after: as a process is killed before an answer comes. */
function failingAt(alerts: AlertStore, k: number, when: "before" | "after") {
  let calls = 0;
  const guard =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls++;
      if (calls === k && when === "before") throw new Error("killed");
      const result = await call(...args);
      if (calls === k) throw new Error("killed");
      return result;
    };
  const store = { firing: guard(alerts.firing), state: guard(alerts.state), put: guard(alerts.put) };
  return { store, wasKilled: () => calls >= k };
}

async function evaluate(alerts: Pick<AlertStore, "firing" | "state" | "put">, i: number) {
  const judge = makeJudgeAlerts({ alerts, clock: () => later(i * hour) });
  return judge({ covers: everything, readings: evaluations[i] ?? [] });
}

async function undisturbed() {
  using opened = openAlerts();
  for (const i of evaluations.keys()) await evaluate(opened.alerts, i);
  return await outcome(opened.alerts);
}

const callsMax = 40;

interface Kill {
  readonly killed: number;
  readonly k: number;
  readonly when: "before" | "after";
}

/** All evaluations, one of which is killed at its k-th call, if it makes so many, and run again. */
async function disturbed(alerts: AlertStore, { killed, k, when }: Kill): Promise<boolean> {
  const { store, wasKilled } = failingAt(alerts, k, when);
  for (const i of evaluations.keys()) {
    if (i === killed) await evaluate(store, i).catch(() => undefined);
    await evaluate(alerts, i);
  }
  return wasKilled();
}

describe("judging what an evaluation has found", () => {
  test("each change is told once, and what is covered and not found is resolved", async () => {
    expect(await undisturbed()).toEqual({
      states: [
        ["c", "told", 1, 1],
        ["a", "firing", 2, 2],
        ["b", "resolved", 2, 2],
      ],
      outbox: [
        ["a", 1, "raised"],
        ["a", 2, "worsened"],
        ["b", 1, "raised"],
        ["b", 2, "resolved"],
        ["c", 1, "told"],
      ].map(([subject, number, event]) => {
        const stateId = `["budget_actual","${subject}","2026-11-01/2026-11-30","80 %"]`;
        return [JSON.stringify([stateId, number]), event];
      }),
    });
  });

  test("it returns the alerts that it has written", async () => {
    using opened = openAlerts();
    expect((await evaluate(opened.alerts, 0)).map(({ event }) => event)).toEqual(["raised", "raised"]);
    expect(await evaluate(opened.alerts, 0)).toEqual([]);
    expect((await evaluate(opened.alerts, 1)).map(({ event }) => event)).toEqual(["worsened", "resolved"]);
  });

  test("what the evaluation has not looked at is left alone", async () => {
    using opened = openAlerts();
    await evaluate(opened.alerts, 0);
    const judge = makeJudgeAlerts({ alerts: opened.alerts, clock: () => later(hour) });
    const covers = ({ subject }: AlertRule) => subject === "b";
    expect((await judge({ covers, readings: [] })).map(({ rule, event }) => [rule.subject, event])).toEqual([
      ["b", "resolved"],
    ]);
  });

  test.each(["before", "after"] as const)(
    "killed %s any of its calls and run again, it ends the same",
    async (when) => {
      const expected = await undisturbed();
      let kills = 0;
      for (const killed of evaluations.keys()) {
        for (let k = 1; k <= callsMax; k++) {
          using opened = openAlerts();
          const wasKilled = await disturbed(opened.alerts, { killed, k, when });
          expect(await outcome(opened.alerts)).toEqual(expected);
          if (!wasKilled) break;
          kills++;
        }
      }
      expect(kills).toBeGreaterThan(8);
    },
  );

  test("two evaluations at once end as one does", async () => {
    const expected = await undisturbed();
    using opened = openAlerts();
    for (const i of evaluations.keys()) await Promise.all([evaluate(opened.alerts, i), evaluate(opened.alerts, i)]);
    expect(await outcome(opened.alerts)).toEqual(expected);
  });

  test("what is resolved says how it is now, where that is known", async () => {
    using opened = openAlerts();
    await evaluate(opened.alerts, 0);
    const judge = makeJudgeAlerts({ alerts: opened.alerts, clock: () => later(hour) });
    const calm = [readingOf("a", { title: "a: 40.0 % of 1,000.00 USD spent (below 80 %)" })];
    const told = await judge({ covers: everything, readings: [], calm });
    expect(told.map(({ title }) => title)).toEqual([
      "Resolved: a: 40.0 % of 1,000.00 USD spent (below 80 %)",
      "Resolved: b spends too much",
    ]);
  });

  test.each([
    ["by an error", [new Error("too large")], "too large"],
    [
      "by two errors",
      [new Error("too large"), new Error("no")],
      "2 rules could not be judged, the first: Error: too large",
    ],
    ["by an outage among them", [new Error("too large"), new Unavailable("control")], "control is unavailable"],
  ])("a rule that cannot be judged keeps no other from it: %s", async (_, faults, message) => {
    using opened = openAlerts();
    await evaluate(opened.alerts, 0);
    const left = [...faults];
    const put: AlertStore["put"] = async (...args) => {
      const fault = left.shift();
      if (fault !== undefined) throw fault;
      return opened.alerts.put(...args);
    };
    const readings = ["c", "d", "e"].map((subject) => readingOf(subject));
    const judge = makeJudgeAlerts({ alerts: { ...opened.alerts, put }, clock: () => later(hour) });
    await expect(judge({ covers: everything, readings })).rejects.toThrow(message);
    const written = (await opened.alerts.states()).filter(({ changedAt }) => changedAt === later(hour));
    const expected = ["resolved a", "resolved b", ...["firing c", "firing d", "firing e"].slice(faults.length)];
    expect(written.map(({ rule, status }) => `${status} ${rule.subject}`).toSorted()).toEqual(expected.toSorted());
  });

  test("a rule that others change without end is unavailable", async () => {
    using opened = openAlerts();
    const alerts = { ...opened.alerts, put: async () => "stale" as const };
    await expect(evaluate(alerts, 0)).rejects.toThrow(Unavailable);
  });
});
