import * as z from "zod";
import type { AlertStore, StoredAlert } from "#app/ports/alerts.ts";
import { ALERT_KEPT_DAYS } from "#core/alert.ts";
import { decodeAlert, decodeAlertState, encodeAlert, encodeAlertState } from "#core/alert-codec.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { dayMs, type Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";
import { appendAudit } from "./sqlite-audit.ts";

export const alertsSchema = `
  create table if not exists alert_states (
    id text primary key,
    version integer not null,
    status text not null,
    changed_at integer not null,
    state text not null
  ) strict;
  create index if not exists alert_states_firing on alert_states (status) where status = 'firing';
  create table if not exists alert_handles (
    handle text not null,
    id text not null,
    primary key (handle, id)
  ) strict, without rowid;
  create table if not exists alerts (
    number integer primary key,
    id text not null unique,
    at integer not null,
    published_at integer,
    alert text not null
  ) strict;
  create index if not exists alerts_unpublished on alerts (number) where published_at is null`;

const calledMax = 20;

const stateRow = z.object({ version: z.int(), state: z.string() });
const alertRow = z.object({ published_at: z.int().nullable(), alert: z.string() });

const readState = (row: unknown) => decodeAlertState(stateRow.parse(row).state);

function readAlert(row: unknown): StoredAlert {
  const { alert, published_at } = alertRow.parse(row);
  return { ...decodeAlert(alert), publishedAt: published_at as Instant | null };
}

/** @param database opened with `alertsSchema` and `auditSchema` */
export function sqliteAlerts(database: Sqlite): AlertStore {
  const find = (id: string): unknown =>
    database.prepare("select version, state from alert_states where id = ?").get(id);

  function forgetBefore(at: number): void {
    const over = "select id from alert_states where changed_at < ? and status <> 'firing'";
    database.prepare(`delete from alert_handles where id in (${over})`).run(at);
    database.prepare("delete from alerts where at < ? and published_at is not null").run(at);
    database.prepare("delete from alert_states where changed_at < ? and status <> 'firing'").run(at);
  }

  return {
    async firing() {
      const select = "select version, state from alert_states where status = 'firing' order by changed_at desc, id";
      return database.read(() => database.prepare(select).all()).map(readState);
    },

    async states() {
      const select = "select version, state from alert_states order by changed_at desc, id";
      return database.read(() => database.prepare(select).all()).map(readState);
    },

    async state(id) {
      const row = database.read(() => find(id));
      return row === undefined ? undefined : readState(row);
    },

    async called(handle) {
      const select = `select version, state from alert_handles join alert_states using (id)
        where handle >= ? and handle < ? order by changed_at desc, id limit ?`;
      return database.read(() => database.prepare(select).all(handle, `${handle}~`, calledMax)).map(readState);
    },

    async put(expected, state, { alert, audit }) {
      return database.write(() => {
        const row = find(state.id);
        if ((row === undefined ? 0 : stateRow.parse(row).version) !== expected) return "stale";
        const { id, version, status, changedAt } = state;
        database
          .prepare("insert or replace into alert_states values (?, ?, ?, ?, ?)")
          .run(id, version, status, changedAt, encodeAlertState(state));
        database.prepare("insert or ignore into alert_handles values (?, ?)").run(alertHandle(id), id);
        if (alert !== undefined) {
          database
            .prepare("insert into alerts (id, at, alert) values (?, ?, ?)")
            .run(alert.id, alert.at, encodeAlert(alert));
        }
        if (audit !== undefined) appendAudit(database, [audit]);
        forgetBefore(changedAt - ALERT_KEPT_DAYS * dayMs);
        return "stored";
      });
    },

    async unpublished(limit) {
      const select = "select published_at, alert from alerts where published_at is null order by at, number limit ?";
      const rows = database.read(() => database.prepare(select).all(limit));
      return rows.map((row) => decodeAlert(alertRow.parse(row).alert));
    },

    async markPublished({ id }, at) {
      const update = "update alerts set published_at = ? where id = ? and published_at is null";
      database.write(() => database.prepare(update).run(at, id));
    },

    async alerts({ limit }) {
      const select = "select published_at, alert from alerts order by at desc, number desc limit ?";
      return database.read(() => database.prepare(select).all(limit)).map(readAlert);
    },
  };
}
