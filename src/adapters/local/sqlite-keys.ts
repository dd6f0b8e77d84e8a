import * as z from "zod";
import type { KeyStore, StoredKey } from "#app/ports/keys.ts";
import type { KeyAttribution } from "#core/attribution.ts";
import { ENVIRONMENTS, PURPOSES } from "#core/dimensions.ts";
import { ROLES } from "#core/role.ts";
import type { Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

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
  created_at: z.int(),
  revoked_at: z.int().nullable(),
});

const storedAttribution = z.strictObject({ v: z.literal(1), fixed: claimed, defaults: claimed });

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
    createdAt: stored.created_at as Instant,
    revokedAt: stored.revoked_at as Instant | null,
  };
}

/** @param database opened with `keysSchema` */
export function sqliteKeys(database: Sqlite): KeyStore {
  return {
    async add(key) {
      const attribution = JSON.stringify({ v: 1, ...key.attribution });
      const { changes } = database.write(() =>
        database
          .prepare(
            `insert or ignore into keys (id, hash, name, role, attribution, created_at, revoked_at)
             values (?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(key.id, key.hash, key.name, key.role, attribution, key.createdAt, key.revokedAt),
      );
      return changes === 1;
    },

    async findByHash(hash) {
      const row = database.read(() => database.prepare("select * from keys where hash = ?").get(hash));
      return row && readKey(row);
    },

    async list() {
      return database.read(() => database.prepare("select * from keys order by position").all()).map(readKey);
    },

    async revoke(id, at) {
      const { changes } = database.write(() =>
        database.prepare("update keys set revoked_at = coalesce(revoked_at, ?) where id = ?").run(at, id),
      );
      return changes === 1;
    },
  };
}
