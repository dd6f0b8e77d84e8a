import * as z from "zod";
import type { KeyStore, StoredKey } from "#app/ports/keys.ts";
import { ENVIRONMENTS, PURPOSES } from "#core/dimensions.ts";
import { ROLES } from "#core/role.ts";
import type { Instant } from "#core/time.ts";
import { type ControlTableDeps, type ControlUpdate, type ControlWrite, controlTable } from "./control-table.ts";
import { jsonText, parseItem, type StoredItem } from "./stored-item.ts";
import { writeAudited } from "./write-audited.ts";

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
  teams: jsonText(z.array(z.string())).optional(),
  requests_per_second: z.int().optional(),
  created_at: instant,
  expires_at: instant.optional(),
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
    teams: stored.teams ?? null,
    requestsPerSecond: stored.requests_per_second ?? null,
    createdAt: stored.created_at,
    expiresAt: stored.expires_at ?? null,
    revokedAt: stored.revoked_at ?? null,
  };
}

const byAge = (a: StoredKey, b: StoredKey) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

/** Each key is two equal items, always written together: one found by its hash in one read, one in the list by its id. */
const byHash = (hash: string) => ({ p: `key#${hash}`, s: "key" });
const byId = (id: string) => ({ p: "keys", s: id });

/** Both items of a change that is the same in each. */
const both = ({ id, hash }: Pick<StoredKey, "id" | "hash">, change: Omit<ControlUpdate, "p" | "s">): ControlWrite[] => [
  { ...byHash(hash), ...change },
  { ...byId(id), ...change },
];

function addition(key: StoredKey): ControlWrite[] {
  const attributes = {
    key_id: key.id,
    key_name: key.name,
    key_hash: key.hash,
    key_role: key.role,
    attribution: JSON.stringify(key.attribution),
    teams: key.teams && JSON.stringify(key.teams),
    requests_per_second: key.requestsPerSecond,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
  };
  const present = Object.entries(attributes).filter((attribute): attribute is [string, string | number] => {
    return attribute[1] !== null;
  });
  return both(key, {
    set: present.map(([name]) => `${name} = :${name}`).join(", "),
    onlyIf: "attribute_not_exists(p)",
    values: Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
  });
}

export function dynamoKeys(deps: ControlTableDeps): KeyStore {
  const table = controlTable(deps);

  async function findById(id: string): Promise<StoredKey | undefined> {
    const { p, s } = byId(id);
    const item = await table.get(p, s);
    return item && readKey(item);
  }

  return {
    async add(key, audit) {
      return (await writeAudited(table, addition(key), [audit])) !== undefined;
    },

    async findByHash(hash) {
      const { p, s } = byHash(hash);
      const item = await table.get(p, s);
      return item && readKey(item);
    },

    async list() {
      return (await table.list("keys")).map(readKey).sort(byAge);
    },

    async revoke(id, at, audit) {
      const key = await findById(id);
      if (key === undefined || key.revokedAt !== null) return key !== undefined;
      const revocation = {
        set: "revoked_at = :at",
        onlyIf: "attribute_exists(p) AND attribute_not_exists(revoked_at)",
        values: { ":at": at },
      };
      // A key is never deleted: where the condition does not hold, another revocation came first.
      await writeAudited(table, both(key, revocation), [audit]);
      return true;
    },

    async rotate(id, expiresAt, successor, audit) {
      const key = await findById(id);
      if (key === undefined) return false;
      const end = {
        set: "expires_at = :at",
        onlyIf: "attribute_exists(p) AND attribute_not_exists(revoked_at) AND attribute_not_exists(expires_at)",
        values: { ":at": expiresAt },
      };
      return (await writeAudited(table, [...both(key, end), ...addition(successor)], audit)) !== undefined;
    },
  };
}
