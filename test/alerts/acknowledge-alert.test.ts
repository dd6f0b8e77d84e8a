import { expect, test } from "vitest";
import { makeAcknowledgeAlert } from "#app/acknowledge-alert.ts";
import type { AlertStore } from "#app/ports/alerts.ts";
import { Unavailable } from "#app/unavailable.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { later, raised, resolvedAfter } from "../fakes/alerts.ts";

const caller = { keyId: "key_1" };

async function openAlerts(...subjects: readonly string[]) {
  const control = openControl(IN_MEMORY, () => later(0));
  for (const subject of subjects) {
    const { state, alert } = raised(subject);
    await control.alerts.put(0, state, { alert });
  }
  return { ...control, [Symbol.dispose]: () => control.close() };
}

/** An evaluation that comes between reading and writing, the first `times` times. */
function disturbedBy(alerts: AlertStore, disturb: () => Promise<unknown>, times: number): AlertStore {
  let left = times;
  return {
    ...alerts,
    put: async (...args) => {
      if (left-- > 0) await disturb();
      return alerts.put(...args);
    },
  };
}

const { state } = raised("search");

/** Two subjects whose handles begin alike. */
function pairOfTwins(): readonly [string, string] {
  const seen = new Map<string, string>();
  for (let i = 0; i < 100_000; i++) {
    const [subject, start] = [`team ${i}`, alertHandle(raised(`team ${i}`).state.id).slice(0, 4)];
    const twin = seen.get(start);
    if (twin !== undefined) return [twin, subject];
    seen.set(start, subject);
  }
  throw new Error("no two handles begin alike");
}

test("what an evaluation has changed meanwhile is read again, and stays", async () => {
  using control = await openAlerts("search");
  const worse = { ...state, version: 2, toldLevel: 120 };
  const alerts = disturbedBy(control.alerts, () => control.alerts.put(1, worse, {}), 1);
  const done = await makeAcknowledgeAlert({ alerts, clock: () => later(5) })(state.id, "on it", caller);
  expect(done.status).toBe("acknowledged");
  const acknowledgement = { by: "key_1", at: later(5), note: "on it" };
  expect(await control.alerts.state(state.id)).toEqual({ ...worse, version: 3, acknowledgement });
  expect(await control.audit.read(1, 10)).toMatchObject([{ from: null, to: JSON.stringify(acknowledgement) }]);
});

test("what is resolved meanwhile is not acknowledged", async () => {
  using control = await openAlerts("search");
  const over = resolvedAfter(state);
  const alerts = disturbedBy(control.alerts, () => control.alerts.put(1, over.state, {}), 1);
  const done = await makeAcknowledgeAlert({ alerts, clock: () => later(5) })(state.id, "", caller);
  expect(done).toEqual({ status: "over", state: over.state });
  expect(await control.audit.read(1, 10)).toEqual([]);
});

test("what moves on without end is unavailable", async () => {
  using control = await openAlerts("search");
  const alerts = { ...control.alerts, put: async () => "stale" as const };
  const acknowledge = makeAcknowledgeAlert({ alerts, clock: () => later(5) });
  await expect(acknowledge(state.id, "", caller)).rejects.toThrow(Unavailable);
});

test("what has ended is not read, and hides nothing that fires", async () => {
  const twins = pairOfTwins();
  using control = await openAlerts(...twins);
  const [one, other] = twins.map((subject) => raised(subject).state);
  if (one === undefined || other === undefined) throw new Error("no twins");
  await control.alerts.put(1, resolvedAfter(one).state, {});
  const alerts = { ...control.alerts, states: () => Promise.reject(new Error("reads all states")) };
  const acknowledge = makeAcknowledgeAlert({ alerts, clock: () => later(5) });
  const start = alertHandle(one.id).slice(0, 4);
  expect(await acknowledge(start, "", caller)).toMatchObject({ status: "acknowledged", state: { id: other.id } });
  expect((await acknowledge(one.id, "", caller)).status).toBe("over");
  expect((await acknowledge(alertHandle(one.id), "", caller)).status).toBe("over");
  expect((await acknowledge("zzzzzzzz", "", caller)).status).toBe("unknown");
  const handlesAlone = { ...alerts, called: () => Promise.reject(new Error("is no handle")) };
  const acknowledgeOther = makeAcknowledgeAlert({ alerts: handlesAlone, clock: () => later(5) });
  expect((await acknowledgeOther("z".repeat(9), "", caller)).status).toBe("unknown");
});

test("somebody else may say so too, and stands in the place of the first", async () => {
  using control = await openAlerts("search");
  const acknowledge = makeAcknowledgeAlert({ alerts: control.alerts, clock: () => later(5) });
  await acknowledge(state.id, "on it", caller);
  await acknowledge(state.id, "me too", { keyId: "key_2" });
  expect((await control.alerts.state(state.id))?.acknowledgement).toMatchObject({ by: "key_2", note: "me too" });
  expect(await control.audit.read(1, 10)).toHaveLength(2);
});

test("of several alerts that are called so none is acknowledged, and each is named", async () => {
  const twins = pairOfTwins();
  using control = await openAlerts(...twins);
  const acknowledge = makeAcknowledgeAlert({ alerts: control.alerts, clock: () => later(5) });
  const [one, other] = twins.map((subject) => raised(subject).state);
  if (one === undefined || other === undefined) throw new Error("no twins");
  const done = await acknowledge(alertHandle(one.id).slice(0, 4), "", caller);
  expect(done.status === "ambiguous" && new Set(done.states)).toEqual(new Set([one, other]));
  expect((await acknowledge(alertHandle(one.id), "", caller)).status).toBe("acknowledged");
  expect((await acknowledge(other.id, "", caller)).status).toBe("acknowledged");
});
