import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert, AlertKind, AlertReading, AlertState } from "#core/alert.ts";
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
    const said = { severity: "warning", team: "search", visibleTo: ["search"], owner: "Ada", facts: reading().facts };
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
  ["budget_actual", "2026-11-01/2026-11-29", undefined],
  ["budget_actual", "2026-11-01/2026-11-30", "resolved"],
  ["budget_forecast", "2026-11-01/2026-11-30", undefined],
  ["burn_rate_fast", "2026-11-30/2026-11-30", undefined],
  ["anomaly", "2026-10-30/2026-10-30", undefined],
  ["anomaly", "2026-10-31/2026-10-31", "resolved"],
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
    ["without a step within the week", at(500, { step: null }), 7 * dayMs - 1, false],
  ])("fires again %s", (_, now, afterMs, isRaised) => {
    const again = nextAlert(over, now, later(hourMs + afterMs));
    expect(again?.alert?.event).toBe(isRaised ? "raised" : undefined);
  });

  test.each([
    ["budget_forecast", 7 * dayMs],
    ["burn_rate_fast", hourMs],
    ["burn_rate_slow", hourMs],
    ["runaway", hourMs],
    ["pipeline_failed", 6 * hourMs],
    ["silent_source", 6 * hourMs],
    ["anomaly", 6 * hourMs],
  ] as const)("of kind %s is raised anew, lower than before, when it was over for %d ms", (kind, quietMs) => {
    const ofKind = (level: number) => at(level, { rule: { ...rule, kind } });
    const first = nextAlert(undefined, ofKind(500), alertsNow)?.state;
    const end = nextAlert(first, undefined, later(hourMs))?.state;
    expect(nextAlert(end, ofKind(300), later(hourMs + quietMs - 1))).toBeUndefined();
    expect(nextAlert(end, ofKind(300), later(hourMs + quietMs))?.alert).toMatchObject({ event: "raised", number: 3 });
  });

  test("is raised anew with its own since and nobody's acknowledgement", () => {
    const end = nextAlert(acknowledged, undefined, later(hourMs))?.state;
    expect(end?.acknowledgement).not.toBeNull();
    const again = nextAlert(end, at(120), later(2 * hourMs));
    expect(again?.state).toMatchObject({ version: 3, told: 3, since: later(2 * hourMs), acknowledgement: null });
  });
});

describe("a budget that was changed", () => {
  const of = (basis: string, level: number) => at(level, { basis });
  const told = nextAlert(undefined, of("1000", 81), alertsNow)?.state;

  test("is told anew where it fires on, not within the minute after it was told", () => {
    expect(nextAlert(told, of("900", 90), later(59_999))).toBeUndefined();
    const again = nextAlert(told, of("900", 90), later(60_000));
    expect(again?.alert).toMatchObject({ event: "raised", number: 2, since: later(60_000) });
    expect(nextAlert(again?.state, of("900", 90), later(dayMs))).toBeUndefined();
  });

  test("is told anew where it had ended, at the level that was told before", () => {
    const end = nextAlert(told, undefined, later(hourMs), of("2000", 40))?.state;
    expect(nextAlert(end, of("2000", 81), later(2 * hourMs))?.alert?.event).toBe("raised");
    expect(nextAlert(end, of("1000", 81), later(2 * hourMs))).toBeUndefined();
  });

  test("says so where that has ended it", () => {
    const calm = { ...of("2000", 40), title: "search: 40.6 % of 2,000.00 USD spent (below 80 %)" };
    const changed = { label: "Changed", value: "the budget was changed after this was told" };
    const end = nextAlert(told, undefined, later(hourMs), calm);
    expect(end?.alert).toMatchObject({ event: "resolved", title: `Resolved: ${calm.title}` });
    expect(end?.alert?.facts).toEqual([
      changed,
      ...calm.facts,
      { label: "Since", value: "2026-11-24 01:30 UTC" },
      { label: "Resolved", value: "2026-11-24 02:30 UTC" },
    ]);
    expect(nextAlert(told, undefined, later(hourMs), of("1000", 40))?.alert?.facts).not.toContainEqual(changed);
  });
});

test("what is resolved and not known as it is now says what it was", () => {
  const facts = [
    { label: "Where", value: "feature chat" },
    { label: "How much", value: "500.00 USD in the hour" },
    { label: "Mostly", value: "model gpt-4o" },
  ];
  const first = nextAlert(undefined, at(500, { facts }), alertsNow)?.state;
  expect(nextAlert(first, undefined, later(hourMs))?.alert?.facts).toEqual([
    { label: "Where", value: "feature chat" },
    { label: "It was", value: "500.00 USD in the hour" },
    { label: "Since", value: "2026-11-24 01:30 UTC" },
    { label: "Resolved", value: "2026-11-24 02:30 UTC" },
  ]);
});

test("what another rule tells is not raised, and goes on where it fires", () => {
  const other = at(300, { isToldByOther: true });
  expect(nextAlert(undefined, other, alertsNow)).toBeUndefined();
  expect(nextAlert(over, other, later(30 * dayMs))).toBeUndefined();
  expect(nextAlert(firing, other, later(dayMs))).toBeUndefined();
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

const quietMsOf: Partial<Record<AlertKind, number>> = {
  budget_actual: 7 * dayMs,
  burn_rate_fast: hourMs,
  pipeline_failed: 6 * hourMs,
};

const look: fc.Arbitrary<Look> = fc.record({
  level: fc.option(fc.double({ min: 0, max: 400, noNaN: true })),
  afterMs: fc.constantFrom(0, 1, 1_000, 59_999, 60_000, hourMs, 6 * hourMs, dayMs, 8 * dayMs),
  severity: fc.constantFrom("info", "warning", "critical"),
  acknowledges: fc.boolean(),
});

/** Every alert that a run of looks tells, each look judged `repeats` times, the state stored and read between. */
function run(looks: readonly Look[], { kind, step }: Kind, isNotice: boolean, repeats: number) {
  const told: { readonly alert: Alert; readonly level: number | null; readonly before: AlertState | undefined }[] = [];
  let state: AlertState | undefined;
  let now: number = alertsNow;
  for (const { level, afterMs, severity, acknowledges } of looks) {
    now += afterMs;
    const current =
      level === null ? undefined : reading({ rule: { ...lasting, kind }, level, step, severity, isNotice });
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

interface Kind {
  readonly kind: AlertKind;
  readonly step: number | null;
}

const kinds: fc.Arbitrary<Kind> = fc.record({
  kind: fc.constantFrom<AlertKind[]>("budget_actual", "burn_rate_fast", "pipeline_failed"),
  step: fc.option(fc.constantFrom(1, 25)),
});

const runs = fc.tuple(fc.array(look, { maxLength: 40 }), kinds, fc.constantFrom(1, 2));

interface Told {
  readonly level: number;
  readonly step: number | null;
  readonly before: AlertState;
}

/** What the rules say, in other words. */
function isDue({ event, severity, at: toldAt, rule: { kind } }: Alert, { level, step, before }: Told): boolean {
  const isAbove = step !== null && level >= before.toldLevel + step;
  if (event === "worsened") return isAbove && (before.acknowledgement === null || severity === "critical");
  return isAbove || toldAt - before.changedAt >= (quietMsOf[kind] ?? 0);
}

describe("over any readings at any times", () => {
  test("raised and resolved alternate, and alert numbers have no gaps", () => {
    fc.assert(
      fc.property(runs, ([looks, kind, repeats]) => {
        const { told } = run(looks, kind, false, repeats);
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
      fc.property(runs, ([looks, kind, repeats]) => {
        for (const { alert, level, before } of run(looks, kind, false, repeats).told) {
          if (alert.event === "resolved" || before === undefined) continue;
          expect(isDue(alert, { level: level ?? 0, step: kind.step, before })).toBe(true);
        }
      }),
    );
  });

  test("judged twice at once it tells what it tells judged once", () => {
    fc.assert(
      fc.property(runs, ([looks, kind]) => {
        expect(run(looks, kind, false, 2)).toEqual(run(looks, kind, false, 1));
      }),
    );
  });

  test("a notice is told once", () => {
    fc.assert(
      fc.property(runs, ([looks, kind]) => {
        const { told } = run(looks, kind, true, 2);
        expect(told.map(({ alert }) => alert.event)).toEqual(looks.some(({ level }) => level !== null) ? ["told"] : []);
      }),
    );
  });
});
