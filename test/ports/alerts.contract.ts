import { describe, expect, test } from "vitest";
import type { AlertStore } from "#app/ports/alerts.ts";
import type { AuditLog } from "#app/ports/audit.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { dayMs } from "#core/time.ts";
import { alertsNow, later, raised, resolvedAfter } from "../fakes/alerts.ts";
import { draft, expectWhole } from "./audit.contract.ts";
import type { Opened } from "./opened.ts";

export interface AuditedAlerts {
  readonly alerts: AlertStore;
  readonly audit: AuditLog;
}

const ack = draft({ action: "alert.acknowledge", subject: "alert/1" });
const waits = { publishedAt: null };

export const alertsContract = (name: string, open: () => Promise<Opened<AuditedAlerts>>) =>
  describe(name, () => {
    test("a state and its alert are written together, and found again", async () => {
      await using opened = await open();
      const { alerts } = opened.port;
      const { state, alert } = raised();
      expect([await alerts.firing(), await alerts.states(), await alerts.unpublished(10)]).toEqual([[], [], []]);
      expect(await alerts.state(state.id)).toBeUndefined();
      expect(await alerts.put(0, state, { alert })).toBe("stored");
      const again = (await opened.reopen()).alerts;
      expect(await again.state(state.id)).toEqual(state);
      expect(await again.firing()).toEqual([state]);
      expect(await again.states()).toEqual([state]);
      expect(await again.unpublished(10)).toEqual([alert]);
      expect(await again.alerts({ limit: 10 })).toEqual([{ ...alert, ...waits }]);
    });

    test("a state that has moved on is not written over, and its alert is not written", async () => {
      await using opened = await open();
      const { alerts, audit } = opened.port;
      const { state, alert } = raised();
      const over = resolvedAfter(state);
      expect(await alerts.put(1, state, { alert })).toBe("stale");
      expect(await alerts.states()).toEqual([]);
      await alerts.put(0, state, { alert });
      expect(await alerts.put(0, state, { alert })).toBe("stale");
      expect(await alerts.put(2, over.state, { alert: over.alert })).toBe("stale");
      expect(await alerts.put(0, over.state, { alert: over.alert, audit: ack })).toBe("stale");
      expect(await alerts.state(state.id)).toEqual(state);
      expect(await alerts.alerts({ limit: 10 })).toEqual([{ ...alert, ...waits }]);
      expect(await audit.read(1, 10)).toEqual([]);
    });

    test("of two writers at once one is stale", async () => {
      await using opened = await open();
      const { alerts } = opened.port;
      const { state, alert } = raised();
      const both = await Promise.all([alerts.put(0, state, { alert }), alerts.put(0, state, { alert })]);
      expect(both.toSorted()).toEqual(["stale", "stored"]);
      expect(await alerts.alerts({ limit: 10 })).toHaveLength(1);
    });

    test("what is resolved fires no more and is kept; what fires again fires", async () => {
      await using opened = await open();
      const { alerts } = opened.port;
      const { state, alert } = raised();
      const over = resolvedAfter(state);
      const other = raised("chat", later(dayMs / 2));
      await alerts.put(0, state, { alert });
      await alerts.put(0, other.state, { alert: other.alert });
      expect(await alerts.firing()).toEqual([other.state, state]);
      expect(await alerts.put(1, over.state, { alert: over.alert })).toBe("stored");
      expect(await alerts.firing()).toEqual([other.state]);
      expect(await alerts.states()).toEqual([over.state, other.state]);
      const back = { ...state, version: 3, changedAt: later(2 * dayMs) };
      expect(await alerts.put(2, back, {})).toBe("stored");
      expect(await alerts.firing()).toEqual([back, other.state]);
    });

    test("a state is found by its handle and by how that begins, while it fires and afterwards", async () => {
      await using opened = await open();
      const { alerts } = opened.port;
      const [one, other] = [raised("search"), raised("chat", later(1))];
      for (const { state, alert } of [one, other]) await alerts.put(0, state, { alert });
      const handle = alertHandle(one.state.id);
      expect(handle.slice(0, 4)).not.toBe(alertHandle(other.state.id).slice(0, 4));
      expect(await alerts.called(handle)).toEqual([one.state]);
      expect(await alerts.called(handle.slice(0, 4))).toEqual([one.state]);
      expect(await alerts.called(`${handle}0`)).toEqual([]);
      const over = resolvedAfter(one.state);
      await alerts.put(1, over.state, { alert: over.alert });
      expect(await (await opened.reopen()).alerts.called(handle)).toEqual([over.state]);
    });

    test("a person's change comes with its audit entry, and with no alert", async () => {
      await using opened = await open();
      const { alerts, audit } = opened.port;
      const { state, alert } = raised();
      await alerts.put(0, state, { alert });
      const known = { ...state, version: 2, acknowledgement: { by: "key_1", at: alertsNow, note: "on it" } };
      expect(await alerts.put(1, known, { audit: ack })).toBe("stored");
      expect(await alerts.firing()).toEqual([known]);
      expect(await alerts.alerts({ limit: 10 })).toEqual([{ ...alert, ...waits }]);
      expect(await audit.read(1, 10)).toMatchObject([ack]);
      await expectWhole(audit, 1);
    });

    test("the outbox gives the oldest first, the inbox the newest, and what is published waits no more", async () => {
      await using opened = await open();
      const { alerts } = opened.port;
      const [b, c, a] = [raised("b", later(1)), raised("c", later(2)), raised("a", later(0))];
      for (const { state, alert } of [b, c, a]) await alerts.put(0, state, { alert });
      expect(await alerts.unpublished(10)).toEqual([a.alert, b.alert, c.alert]);
      expect(await alerts.unpublished(2)).toEqual([a.alert, b.alert]);
      await alerts.markPublished(b.alert, later(9));
      await alerts.markPublished(b.alert, later(10));
      expect(await alerts.unpublished(10)).toEqual([a.alert, c.alert]);
      const all = [
        { ...c.alert, ...waits },
        { ...b.alert, publishedAt: later(9) },
        { ...a.alert, ...waits },
      ];
      expect(await alerts.alerts({ limit: 10 })).toEqual(all);
      expect(await alerts.alerts({ limit: 2 })).toEqual(all.slice(0, 2));
    });

    test("names may be long, and differ in their last character", async () => {
      await using opened = await open();
      const { alerts } = opened.port;
      const pair = ["1", "2"].map((end) => raised("é".repeat(2_000) + end));
      for (const { state, alert } of pair) expect(await alerts.put(0, state, { alert })).toBe("stored");
      expect(await alerts.states()).toEqual(pair.map(({ state }) => state));
      expect(await alerts.unpublished(10)).toHaveLength(2);
    });
  });
