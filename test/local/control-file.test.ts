import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Instant } from "#core/time.ts";
import { openControl } from "#local/open-stores.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { tempFolder } from "./temp-folder.ts";

const clock = () => 5_000 as Instant;

/** `control.db` as the release before the audit log left it, with what it held. */
const before = `
  create table keys (
    position integer primary key,
    id text not null unique,
    hash text not null unique,
    name text not null,
    role text not null,
    attribution text not null,
    created_at integer not null,
    revoked_at integer
  ) strict;
  create table negotiated_rates (
    position integer primary key,
    id text not null unique,
    rate text not null
  ) strict;
  insert into keys (id, hash, name, role, attribution, created_at, revoked_at) values
    ('key_a', 'hash-a', 'checkout', 'ingest',
     '{"v":1,"fixed":{"environment":"development"},"defaults":{"team":"payments"}}', 1000, null),
    ('key_b', 'hash-b', 'reader', 'viewer', '{"v":1,"fixed":{},"defaults":{}}', 2000, 3000);
  insert into negotiated_rates (id, rate) values
    ('rate-1', '{"v":1,"id":"rate-1","setAt":1000,"setBy":"key_b","provider":"openai","model":"*","meter":"*","tier":"*","discount_percent":"5","from":"2026-12-01","to":null}');
  pragma user_version = 1`;

test("a file of the release before is opened with all it held, and takes what is new", async () => {
  using folder = tempFolder();
  const path = folder.file("control.db");
  const old = new DatabaseSync(path);
  old.exec(before);
  old.close();

  const a = aKey({
    ...{ id: "key_a", hash: "hash-a", name: "checkout" },
    attribution: { fixed: { environment: "development" }, defaults: { team: "payments" } },
  });
  const b = aKey({
    ...{ id: "key_b", hash: "hash-b", name: "reader", role: "viewer" },
    ...{ createdAt: 2_000 as Instant, revokedAt: 3_000 as Instant },
  });
  const confined = aKey({ id: "key_c", hash: "hash-c", teams: ["search"], requestsPerSecond: 5 });

  const first = openControl(path, clock);
  expect(await first.keys.list()).toEqual([a, b]);
  expect(await first.keys.findByHash("hash-a")).toEqual(a);
  expect((await first.prices.list()).map(({ id }) => id)).toEqual(["rate-1"]);
  expect((await first.config.read()).revision).toBe(0);
  expect(await first.keys.add(confined, anAudit)).toBe(true);
  first.close();

  const again = openControl(path, clock);
  expect(await again.keys.list()).toEqual([a, b, confined]);
  expect(await again.audit.head()).toMatchObject({ number: 1 });
  again.close();
});

test("a config of an earlier release lacks the parts that came later: they are as initially", async () => {
  using folder = tempFolder();
  const path = folder.file("control.db");
  openControl(path, clock).close();
  const database = new DatabaseSync(path);
  database.exec(`insert into config values (1, 7, '{"v":1,"enforcement":{"production":"reject"},"rules":[]}')`);
  database.close();
  const control = openControl(path, clock);
  const { config, revision } = await control.config.read();
  expect([revision, config.enforcement, config.budgets, config.policies]).toEqual([
    7,
    { production: "reject" },
    [],
    { unlisted: "allow", list: [] },
  ]);
  control.close();
});

test("a document that a later release wrote is refused, not read in part", async () => {
  using folder = tempFolder();
  const path = folder.file("control.db");
  openControl(path, clock).close();
  const database = new DatabaseSync(path);
  database.exec(`insert into config values (1, 7, '{"v":2}')`);
  database.close();
  const control = openControl(path, clock);
  await expect(control.config.read()).rejects.toThrow("version 2, want 1: another release wrote it");
  control.close();
});
