import type { Caller } from "#app/caller.ts";
import type { makeCreateKey, makeListKeys, makeRevokeKey, makeRotateKey, ShownKey } from "#app/keys.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { FieldError } from "#core/field-error.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import { claimedOf } from "./claimed-attribution.ts";
import { problemOf } from "./refusal.ts";

export interface KeysDeps {
  readonly createKey: ReturnType<typeof makeCreateKey>;
  readonly listKeys: ReturnType<typeof makeListKeys>;
  readonly revokeKey: ReturnType<typeof makeRevokeKey>;
  readonly rotateKey: ReturnType<typeof makeRotateKey>;
}

const overlapSecondsByDefault = 86_400;

const formatted = (instant: Instant | null) => (instant === null ? null : formatInstant(instant));

function shown({ id, name, role, attribution, teams, requestsPerSecond, ...moments }: ShownKey) {
  return {
    ...{ id, name, role },
    fixed: { ...attribution.fixed },
    defaults: { ...attribution.defaults },
    teams: teams && [...teams],
    requests_per_second: requestsPerSecond,
    created_at: formatInstant(moments.createdAt),
    expires_at: formatted(moments.expiresAt),
    revoked_at: formatted(moments.revokedAt),
  };
}

export const makeListKeysHandler =
  ({ listKeys }: Pick<KeysDeps, "listKeys">): Handlers<Routes, Caller>["listKeys"] =>
  async () => ({ status: 200, body: { keys: (await listKeys()).map(shown) } });

function unregistered(fields: readonly FieldError[]) {
  const message = "The registry does not know some values of the key: each is named with what is wanted.";
  return problemOf({ code: "bad_request", message, fields });
}

export const makeCreateKeyHandler =
  ({ createKey }: Pick<KeysDeps, "createKey">): Handlers<Routes, Caller>["createKey"] =>
  async ({ body: { name, role, fixed, defaults, teams, requests_per_second, reason } }, caller) => {
    const attribution = { fixed: claimedOf(fixed), defaults: claimedOf(defaults) };
    const limits = { teams: teams ?? null, requestsPerSecond: requests_per_second ?? null };
    const result = await createKey({ name, role, attribution, ...limits }, reason ?? "", caller);
    if (result.status === "unregistered") return { status: 400, body: unregistered(result.errors) };
    const { token, ...key } = result.key;
    return { status: 201, body: { ...shown(key), key: token } };
  };

const unknown = (id: string) => problemOf({ code: "not_found", message: `There is no key ${id}.` });

export const makeRevokeKeyHandler =
  ({ revokeKey }: Pick<KeysDeps, "revokeKey">): Handlers<Routes, Caller>["revokeKey"] =>
  async ({ params: { id }, query }, caller) => {
    if (await revokeKey(id, query.reason ?? "", caller)) return { status: 200, body: { id, status: "revoked" } };
    return { status: 404, body: unknown(id) };
  };

export const makeRotateKeyHandler =
  ({ rotateKey }: Pick<KeysDeps, "rotateKey">): Handlers<Routes, Caller>["rotateKey"] =>
  async ({ params: { id }, body }, caller) => {
    const { overlap_seconds = overlapSecondsByDefault, reason = "" } = body ?? {};
    const result = await rotateKey(id, { overlapMs: overlap_seconds * 1_000, reason }, caller);
    switch (result.status) {
      case "rotated": {
        const { token, ...key } = result.key;
        const rotated_expires_at = formatInstant(result.expiresAt);
        return { status: 201, body: { rotated: id, rotated_expires_at, successor: { ...shown(key), key: token } } };
      }
      case "ended": {
        const message = `The key ${id} was revoked, or rotated before: make another with \`finops keys create\`.`;
        return { status: 409, body: problemOf({ code: "conflict", message }) };
      }
      case "unregistered":
        return { status: 400, body: unregistered(result.errors) };
      case "unknown":
        return { status: 404, body: unknown(id) };
      default:
        return result satisfies never;
    }
  };
