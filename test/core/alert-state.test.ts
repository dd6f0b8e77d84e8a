import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert, AlertReading, AlertState } from "#core/alert.ts";
import { nextAlert } from "#core/alert-state.ts";
import { dayMs, hourMs, type Instant } from "#core/time.ts";
import { alertsNow, later, raised, reading } from "../fakes/alerts.ts";

const { state: firing } = raised();
const acknowledged = { ...firing, acknowledgement: { by: "key_1", at: alertsNow, note: "on it" } };
const over = nextAlert(firing, undefined, later(hourMs))?.state;
const { rule } = reading();
const at = (level: number, changes: Partial<AlertReading> = {}) => reading({ level, ...changes });

describe("a rule that fires", () => {
  test("is raised once, and its alert says what the reading says", () => {
    const fired = nextAlert(undefined, reading(), alertsNow);
    const id = '["budget_actual","search","2026-11-01/2026-11-30","80 %"]';
    const said = { severity: "warning", team: "search", owner: "Ada", facts: reading().facts };
    const { title } = reading();
    expect(fired?.alert).toEqual({
      ...{
        id: JSON.stringify([id, 1]),
        stateId: id,
        rule,
        number: 1,
        event: "raised",
        at: alertsNow,
        since: alertsNow,
      },
      ...{ ...said, title },
    });
    expect(fired?.state).toEqual({
      ...{ id, rule, version: 1, status: "firing", told: 1, toldLevel: 81, since: alertsNow, changedAt: alertsNow },
      ...{ ...said, title, acknowledgement: null },
    });
    expect(nextAlert(fired?.state, reading(), later(dayMs))).toBeUndefined();
  });

  test.each([
    ["below the step", at(105.9), undefined],
    ["at the step", at(106), "worsened"],
    ["far above, without a step", at(900, { step: null }), undefined],
  ])("tells again %s: %o", (_, now, event) => {
    expect(nextAlert(firing, now, later(1))?.alert?.event).toBe(event);
  });

  test("that has worsened keeps since when, and wants another step from there", () => {
    const worse = nextAlert(firing, at(120), later(hourMs));
    expect(worse?.alert).toMatchObject({ number: 2, since: alertsNow, at: later(hourMs) });
    expect(nextAlert(worse?.state, at(144), later(hourMs))).toBeUndefined();
    expect(nextAlert(worse?.state, at(145), later(hourMs))?.alert?.number).toBe(3);
  });

  test.each([
    ["warning", undefined],
    ["critical", "worsened"],
  ] as const)("and is acknowledged tells that it has worsened only when critical: %s", (severity, event) => {
    const worse = nextAlert(acknowledged, at(200, { severity }), later(1));
    expect(worse?.alert?.event).toBe(event);
    if (worse) expect(worse.state.acknowledgement).toEqual(acknowledged.acknowledgement);
  });

  test("is resolved once, not within the minute after it was told", () => {
    expect(nextAlert(firing, undefined, later(59_999))).toBeUndefined();
    const end = nextAlert(firing, undefined, later(60_000));
    expect(end?.alert).toMatchObject({
      event: "resolved",
      number: 2,
      title: `Resolved: ${firing.title}`,
      since: alertsNow,
    });
    expect(end?.state).toMatchObject({ status: "resolved", version: 2, told: 2, toldLevel: 81, title: firing.title });
    expect(nextAlert(end?.state, undefined, later(dayMs))).toBeUndefined();
  });

  test("has a title of at most 100 characters when it is resolved", () => {
    const title = "x".repeat(100);
    expect(nextAlert({ ...firing, title }, undefined, later(dayMs))?.alert?.title).toBe(`Resolved: ${"x".repeat(89)}…`);
  });
});

test.each([
  ["budget_actual", "2026-11-01/2026-11-30", undefined],
  ["burn_rate_fast", "2026-11-30/2026-11-30", undefined],
  ["runaway", "2026-11-30/2026-11-30", "resolved"],
  ["budget_actual", "2026-11-01/2026-12-31", "resolved"],
] as const)("a %s of %s ends with its period: %s is told", (kind, period, event) => {
  const { state } = nextAlert(undefined, reading({ rule: { ...rule, kind, period } }), alertsNow) ?? {};
  const end = nextAlert(state, undefined, Date.parse("2026-12-01T00:00:00Z") as Instant);
  expect(end?.alert?.event).toBe(event);
  expect(end?.state.status).toBe("resolved");
});

describe("a rule that was resolved", () => {
  test.each([
    ["at the same level an hour later", at(81), hourMs, false],
    ["a step above", at(106), hourMs, true],
    ["at the same level within the week", at(81), 7 * dayMs - 1, false],
    ["at the same level after a week", at(81), 7 * dayMs, true],
    ["without a step within the day", at(500, { step: null }), dayMs - 1, false],
    ["without a step after a day", at(1, { step: null }), dayMs, true],
  ])("fires again %s", (_, now, afterMs, isRaised) => {
    const again = nextAlert(over, now, later(hourMs + afterMs));
    expect(again?.alert?.event).toBe(isRaised ? "raised" : undefined);
  });

  test("is raised anew with its own since and nobody's acknowledgement", () => {
    const end = nextAlert(acknowledged, undefined, later(hourMs))?.state;
    expect(end?.acknowledgement).not.toBeNull();
    const again = nextAlert(end, at(120), later(2 * hourMs));
    expect(again?.state).toMatchObject({ version: 3, told: 3, since: later(2 * hourMs), acknowledgement: null });
  });
});

test("a notice is told once, ever, whatever comes after", () => {
  const notice = at(1, { isNotice: true });
  const told = nextAlert(undefined, notice, alertsNow);
  expect(told?.alert?.event).toBe("told");
  for (const now of [notice, at(900, { isNotice: true }), at(900), undefined]) {
    expect(nextAlert(told?.state, now, later(300 * dayMs))).toBeUndefined();
  }
});

interface Look {
  readonly level: number | null;
  readonly afterMs: number;
  readonly severity: AlertReading["severity"];
  readonly acknowledges: boolean;
}

/** Of a period that does not end. */
const lasting = { ...rule, period: "2026-11-01/9999-12-31" };

const look: fc.Arbitrary<Look> = fc.record({
  level: fc.option(fc.double({ min: 0, max: 400, noNaN: true })),
  afterMs: fc.constantFrom(0, 1, 1_000, 59_999, 60_000, hourMs, dayMs, 8 * dayMs),
  severity: fc.constantFrom("info", "warning", "critical"),
  acknowledges: fc.boolean(),
});

/** Every alert that a run of looks tells, each look judged `repeats` times, the state stored and read between. */
function run(looks: readonly Look[], step: number | null, isNotice: boolean, repeats: number) {
  const told: { readonly alert: Alert; readonly level: number | null; readonly before: AlertState | undefined }[] = [];
  let state: AlertState | undefined;
  let now: number = alertsNow;
  for (const { level, afterMs, severity, acknowledges } of looks) {
    now += afterMs;
    const current = level === null ? undefined : reading({ rule: lasting, level, step, severity, isNotice });
    for (let i = 0; i < repeats; i++) {
      const next = nextAlert(state, current, now as Instant);
      if (next?.alert === undefined) continue;
      expect(next).toEqual(nextAlert(structuredClone(state), structuredClone(current), now as Instant));
      told.push({ alert: next.alert, level, before: state });
      state = next.state;
    }
    if (state?.status === "firing" && acknowledges) {
      const acknowledgement = { by: "key_1", at: now as Instant, note: "" };
      state = { ...state, version: state.version + 1, acknowledgement };
    }
  }
  return { told, state };
}

const runs = fc.tuple(fc.array(look, { maxLength: 40 }), fc.option(fc.constantFrom(1, 25)), fc.constantFrom(1, 2));

interface Told {
  readonly level: number;
  readonly step: number | null;
  readonly before: AlertState;
}

/** What the rules say, in other words. */
function isDue({ event, severity, at: toldAt }: Alert, { level, step, before }: Told): boolean {
  const isAbove = step !== null && level >= before.toldLevel + step;
  if (event === "worsened") return isAbove && (before.acknowledgement === null || severity === "critical");
  return isAbove || toldAt - before.changedAt >= (step === null ? 1 : 7) * dayMs;
}

describe("over any readings at any times", () => {
  test("raised and resolved alternate, and alert numbers have no gaps", () => {
    fc.assert(
      fc.property(runs, ([looks, step, repeats]) => {
        const { told } = run(looks, step, false, repeats);
        let isRaised = false;
        for (const [i, { alert }] of told.entries()) {
          expect(alert.number).toBe(i + 1);
          expect(alert.event === "raised").toBe(!isRaised);
          isRaised = alert.event !== "resolved";
        }
        expect(new Set(told.map(({ alert }) => alert.id)).size).toBe(told.length);
      }),
    );
  });

  test("it is told again only a step above, or when it was over for long enough", () => {
    fc.assert(
      fc.property(runs, ([looks, step, repeats]) => {
        for (const { alert, level, before } of run(looks, step, false, repeats).told) {
          if (alert.event === "resolved" || before === undefined) continue;
          expect(isDue(alert, { level: level ?? 0, step, before })).toBe(true);
        }
      }),
    );
  });

  test("judged twice at once it tells what it tells judged once", () => {
    fc.assert(
      fc.property(runs, ([looks, step]) => {
        expect(run(looks, step, false, 2)).toEqual(run(looks, step, false, 1));
      }),
    );
  });

  test("a notice is told once", () => {
    fc.assert(
      fc.property(runs, ([looks, step]) => {
        const { told } = run(looks, step, true, 2);
        expect(told.map(({ alert }) => alert.event)).toEqual(looks.some(({ level }) => level !== null) ? ["told"] : []);
      }),
    );
  });
});
