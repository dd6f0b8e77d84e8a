import * as z from "zod";
import type { KeyStore, StoredKey } from "#app/ports/keys.ts";
import type { KeyAttribution } from "#core/attribution.ts";
import { ENVIRONMENTS, PURPOSES } from "#core/dimensions.ts";
import { ROLES } from "#core/role.ts";
import type { Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";
import { appendAudit } from "./sqlite-audit.ts";

export const keysSchema = `
  create table if not exists keys (
    position integer primary key,
    id text not null unique,
    hash text not null unique,
    name text not null,
    role text not null,
    attribution text not null,
    created_at integer not null,
    revoked_at integer
  ) strict`;

/** What the table has got since it was first made: a JSON list of teams, a moment, a number. */
export const laterKeyColumns = { teams: "text", expires_at: "integer", requests_per_second: "integer" } as const;

const claimed = z.strictObject({
  team: z.string().exactOptional(),
  feature: z.string().exactOptional(),
  environment: z.enum(ENVIRONMENTS).exactOptional(),
  region: z.string().exactOptional(),
  customer_tier: z.string().exactOptional(),
  purpose: z.enum(PURPOSES).exactOptional(),
  customer_id: z.string().exactOptional(),
});

const keyRow = z.object({
  id: z.string(),
  hash: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  attribution: z.string(),
  teams: z.string().nullable(),
  requests_per_second: z.int().nullable(),
  created_at: z.int(),
  expires_at: z.int().nullable(),
  revoked_at: z.int().nullable(),
});

const storedAttribution = z.strictObject({ v: z.literal(1), fixed: claimed, defaults: claimed });
const storedTeams = z.array(z.string());

function readAttribution(text: string): KeyAttribution {
  const { fixed, defaults } = storedAttribution.parse(JSON.parse(text));
  return { fixed, defaults };
}

function readKey(row: unknown): StoredKey {
  const stored = keyRow.parse(row);
  return {
    id: stored.id,
    name: stored.name,
    hash: stored.hash,
    role: stored.role,
    attribution: readAttribution(stored.attribution),
    teams: stored.teams === null ? null : storedTeams.parse(JSON.parse(stored.teams)),
    requestsPerSecond: stored.requests_per_second,
    createdAt: stored.created_at as Instant,
    expiresAt: stored.expires_at as Instant | null,
    revokedAt: stored.revoked_at as Instant | null,
  };
}

/** @param database opened with `keysSchema`, with `laterKeyColumns`, and with `auditSchema` */
export function sqliteKeys(database: Sqlite): KeyStore {
  /** False when the id or the hash is taken. */
  const insert = ({ attribution, teams, ...key }: StoredKey): boolean => {
    const { changes } = database
      .prepare(
        `insert or ignore into keys
           (id, hash, name, role, attribution, teams, requests_per_second, created_at, expires_at, revoked_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[key.id, key.hash, key.name, key.role, JSON.stringify({ v: 1, ...attribution })],
        ...[teams && JSON.stringify(teams), key.requestsPerSecond, key.createdAt, key.expiresAt, key.revokedAt],
      );
    return changes === 1;
  };

  return {
    async add(key, audit) {
      return database.write(() => {
        if (!insert(key)) return false;
        appendAudit(database, [audit]);
        return true;
      });
    },

    async findByHash(hash) {
      const row = database.read(() => database.prepare("select * from keys where hash = ?").get(hash));
      return row && readKey(row);
    },

    async list() {
      return database.read(() => database.prepare("select * from keys order by position").all()).map(readKey);
    },

    async revoke(id, at, audit) {
      return database.write(() => {
        const revoked = database
          .prepare("update keys set revoked_at = ? where id = ? and revoked_at is null")
          .run(at, id);
        if (revoked.changes === 1) appendAudit(database, [audit]);
        return revoked.changes === 1 || database.prepare("select 1 from keys where id = ?").get(id) !== undefined;
      });
    },

    async rotate(id, expiresAt, successor, audit) {
      return database.write(() => {
        const held = "select 1 from keys where id = ? and revoked_at is null and expires_at is null";
        if (database.prepare(held).get(id) === undefined || !insert(successor)) return false;
        database.prepare("update keys set expires_at = ? where id = ?").run(expiresAt, id);
        appendAudit(database, audit);
        return true;
      });
    },
  };
}
