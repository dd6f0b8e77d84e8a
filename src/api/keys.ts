import type { Caller } from "#app/caller.ts";
import type { makeCreateKey, makeListKeys, makeRevokeKey, ShownKey } from "#app/keys.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatInstant } from "#core/time.ts";
import { claimedOf } from "./claimed-attribution.ts";
import { problemOf } from "./refusal.ts";

export interface KeysDeps {
  readonly createKey: ReturnType<typeof makeCreateKey>;
  readonly listKeys: ReturnType<typeof makeListKeys>;
  readonly revokeKey: ReturnType<typeof makeRevokeKey>;
}

function shown({ id, name, role, attribution, createdAt, revokedAt }: ShownKey) {
  return {
    id,
    name,
    role,
    fixed: { ...attribution.fixed },
    defaults: { ...attribution.defaults },
    created_at: formatInstant(createdAt),
    revoked_at: revokedAt === null ? null : formatInstant(revokedAt),
  };
}

export const makeListKeysHandler =
  ({ listKeys }: Pick<KeysDeps, "listKeys">): Handlers<Routes, Caller>["listKeys"] =>
  async () => ({ status: 200, body: { keys: (await listKeys()).map(shown) } });

export const makeCreateKeyHandler =
  ({ createKey }: Pick<KeysDeps, "createKey">): Handlers<Routes, Caller>["createKey"] =>
  async ({ body: { name, role, fixed, defaults } }) => {
    const attribution = { fixed: claimedOf(fixed), defaults: claimedOf(defaults) };
    const { token, ...key } = await createKey({ name, role, attribution });
    return { status: 201, body: { ...shown(key), key: token } };
  };

export const makeRevokeKeyHandler =
  ({ revokeKey }: Pick<KeysDeps, "revokeKey">): Handlers<Routes, Caller>["revokeKey"] =>
  async ({ params: { id } }) => {
    if (await revokeKey(id)) return { status: 200, body: { id, status: "revoked" } };
    return { status: 404, body: problemOf({ code: "not_found", message: `There is no key ${id}.` }) };
  };
