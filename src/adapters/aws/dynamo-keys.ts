import * as z from "zod";
import type { KeyStore, StoredKey } from "#app/ports/keys.ts";
import { ENVIRONMENTS, PURPOSES } from "#core/dimensions.ts";
import { ROLES } from "#core/role.ts";
import type { Instant } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { jsonText, parseItem, type StoredItem } from "./stored-item.ts";

const instant = z.int().transform((value) => value as Instant);

const claimed = z.strictObject({
  team: z.string().exactOptional(),
  feature: z.string().exactOptional(),
  environment: z.enum(ENVIRONMENTS).exactOptional(),
  region: z.string().exactOptional(),
  customer_tier: z.string().exactOptional(),
  purpose: z.enum(PURPOSES).exactOptional(),
  customer_id: z.string().exactOptional(),
});

const keyItem = z.object({
  key_id: z.string(),
  key_name: z.string(),
  key_hash: z.string(),
  key_role: z.enum(ROLES),
  attribution: jsonText(z.strictObject({ fixed: claimed, defaults: claimed })),
  created_at: instant,
  revoked_at: instant.optional(),
});

function readKey(item: StoredItem): StoredKey {
  const stored = parseItem(keyItem, item);
  return {
    id: stored.key_id,
    name: stored.key_name,
    hash: stored.key_hash,
    role: stored.key_role,
    attribution: stored.attribution,
    createdAt: stored.created_at,
    revokedAt: stored.revoked_at ?? null,
  };
}

const byAge = (a: StoredKey, b: StoredKey) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

/** Each key is two equal items, always written together: one found by its hash in one read, one in the list by its id. */
const byHash = (hash: string) => ({ p: `key#${hash}`, s: "key" });
const byId = (id: string) => ({ p: "keys", s: id });

export function dynamoKeys(deps: ControlTableDeps): KeyStore {
  const table = controlTable(deps);
  return {
    add({ id, name, hash, role, attribution, createdAt, revokedAt }) {
      const item = {
        set: `key_id = :id, key_name = :name, key_hash = :hash, key_role = :role, attribution = :attribution,
          created_at = :createdAt${revokedAt === null ? "" : ", revoked_at = :revokedAt"}`,
        onlyIf: "attribute_not_exists(p)",
        values: {
          ":id": id,
          ":name": name,
          ":hash": hash,
          ":role": role,
          ":attribution": JSON.stringify(attribution),
          ":createdAt": createdAt,
          ...(revokedAt !== null && { ":revokedAt": revokedAt }),
        },
      };
      return table.writeTogether([
        { ...byHash(hash), ...item },
        { ...byId(id), ...item },
      ]);
    },

    async findByHash(hash) {
      const { p, s } = byHash(hash);
      const item = await table.get(p, s);
      return item && readKey(item);
    },

    async list() {
      return (await table.list("keys")).map(readKey).sort(byAge);
    },

    async revoke(id, at) {
      const { p, s } = byId(id);
      const item = await table.get(p, s);
      if (item === undefined) return false;
      const revocation = {
        set: "revoked_at = if_not_exists(revoked_at, :at)",
        onlyIf: "attribute_exists(p)",
        values: { ":at": at },
      };
      return table.writeTogether([
        { ...byHash(readKey(item).hash), ...revocation },
        { ...byId(id), ...revocation },
      ]);
    },
  };
}
