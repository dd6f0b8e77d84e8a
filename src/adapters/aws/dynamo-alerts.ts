import { createHash } from "node:crypto";
import * as z from "zod";
import type { AlertStore, StoredAlert } from "#app/ports/alerts.ts";
import { ALERT_KEPT_DAYS, type Alert, type AlertState } from "#core/alert.ts";
import { decodeAlert, decodeAlertState, encodeAlert, encodeAlertState } from "#core/alert-codec.ts";
import { alertHandle } from "#core/alert-handle.ts";
import type { Instant } from "#core/time.ts";
import { type ControlTableDeps, type ControlWrite, controlTable } from "./control-table.ts";
import { parseItem, type StoredItem } from "./stored-item.ts";
import { writeAudited } from "./write-audited.ts";

const statesPartition = "alert-states";
/** Copies of the states that fire: an evaluation reads these alone. */
const firingPartition = "alerts-firing";
/** Handle, "#", and where the state is that is called so. */
const handlesPartition = "alert-handles";
const outboxPartition = "alerts";
/** Copies of the alerts that wait. */
const waitingPartition = "alerts-unpublished";

const stateItem = z.object({ alert_state: z.string() });
const alertItem = z.object({ alert: z.string(), published_at: z.int().optional() });

const handleItem = z.object({ s: z.string() });
const calledMax = 20;

const readState = (item: StoredItem) => decodeAlertState(parseItem(stateItem, item).alert_state);

function readAlert(item: StoredItem): StoredAlert {
  const { alert, published_at } = parseItem(alertItem, item);
  return { ...decodeAlert(alert), publishedAt: (published_at ?? null) as Instant | null };
}

/** Ids name whatever an alert is about, and may be longer than a sort key. */
const hashOf = (id: string) => createHash("sha256").update(id).digest("base64url");
/** In the order of time. */
const alertSort = ({ id, at }: Alert) => `${String(at).padStart(15, "0")}#${hashOf(id)}`;

/** DynamoDB deletes an item some time after `x`, in seconds. */
const expiryOf = (at: Instant) => Math.ceil(at / 1_000) + ALERT_KEPT_DAYS * 86_400;

const lastChangedFirst = (a: AlertState, b: AlertState) => b.changedAt - a.changedAt || (a.id < b.id ? -1 : 1);

function stateWrites(expected: number, state: AlertState): readonly ControlWrite[] {
  const s = hashOf(state.id);
  const isFiring = state.status === "firing";
  const [set, text] = ["alert_state = :state", encodeAlertState(state)];
  const stored: ControlWrite = {
    ...{ p: statesPartition, s, onlyIf: expected === 0 ? "attribute_not_exists(p)" : "alert_version = :expected" },
    ...(isFiring
      ? { set: `${set}, alert_version = :version`, remove: "x" }
      : { set: `${set}, alert_version = :version, x = :x` }),
    values: {
      ...{ ":state": text, ":version": state.version },
      ...(expected !== 0 && { ":expected": expected }),
      ...(!isFiring && { ":x": expiryOf(state.changedAt) }),
    },
  };
  const copy = { p: firingPartition, s };
  const handle = { p: handlesPartition, s: `${alertHandle(state.id)}#${s}` };
  return [
    stored,
    isFiring ? { ...copy, set, values: { ":state": text } } : { ...copy, deleted: true },
    isFiring ? { ...handle, remove: "x" } : { ...handle, set: "x = :x", values: { ":x": expiryOf(state.changedAt) } },
  ];
}

function alertWrites(alert: Alert): readonly ControlWrite[] {
  const [s, onlyIf] = [alertSort(alert), "attribute_not_exists(p)"];
  const text = encodeAlert(alert);
  return [
    {
      ...{ p: outboxPartition, s, onlyIf },
      ...{ set: "alert = :alert, x = :x", values: { ":alert": text, ":x": expiryOf(alert.at) } },
    },
    { p: waitingPartition, s, onlyIf, set: "alert = :alert", values: { ":alert": text } },
  ];
}

export function dynamoAlerts(deps: ControlTableDeps): AlertStore {
  const table = controlTable(deps);
  return {
    async firing() {
      return (await table.list(firingPartition)).map(readState).sort(lastChangedFirst);
    },

    async states() {
      return (await table.list(statesPartition)).map(readState).sort(lastChangedFirst);
    },

    async state(id) {
      const item = await table.get(statesPartition, hashOf(id));
      return item && readState(item);
    },

    async called(handle) {
      const places = (await table.page(handlesPartition, handle, calledMax)).map(
        (item) => parseItem(handleItem, item).s,
      );
      const named = places.filter((place) => place.startsWith(handle));
      const items = await Promise.all(named.map((place) => table.get(statesPartition, place.replace(/^.*?#/, ""))));
      return items.flatMap((item) => (item === undefined ? [] : [readState(item)])).sort(lastChangedFirst);
    },

    async put(expected, state, { alert, audit }) {
      const writes = [...stateWrites(expected, state), ...(alert ? alertWrites(alert) : [])];
      const isStored =
        audit === undefined
          ? await table.writeTogether(writes)
          : (await writeAudited(table, writes, [audit])) !== undefined;
      return isStored ? "stored" : "stale";
    },

    async unpublished(limit) {
      return (await table.page(waitingPartition, "0", limit)).map((item) =>
        decodeAlert(parseItem(alertItem, item).alert),
      );
    },

    async markPublished(alert, at) {
      const s = alertSort(alert);
      const marked: ControlWrite = {
        ...{ p: outboxPartition, s, onlyIf: "attribute_exists(p)" },
        ...{ set: "published_at = if_not_exists(published_at, :at)", values: { ":at": at } },
      };
      const taken: ControlWrite = { p: waitingPartition, s, deleted: true };
      // An alert that has waited for as long as alerts are kept is there no more.
      if (!(await table.writeTogether([marked, taken]))) await table.writeTogether([taken]);
    },

    async alerts({ limit }) {
      return (await table.list(outboxPartition, { limit })).map(readAlert);
    },
  };
}
