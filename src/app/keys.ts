import type { KeyAttribution } from "#core/attribution.ts";
import type { Role } from "#core/role.ts";
import type { Instant } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { KeyStore, StoredKey } from "./ports/keys.ts";

export interface AuthenticateDeps {
  readonly keys: KeyStore;
  readonly clock: () => Instant;
  /** base64url */
  readonly sha256: (text: string) => string;
  /** SHA-256 of a key that is not stored and does everything: the admin key of a machine. */
  readonly adminHash?: string;
  /** A revocation holds within this time, and what reading the store takes. */
  readonly cacheTtlMs?: number;
}

const cacheTtlMsByDefault = 5_000;

const machineAdmin: Caller = { keyId: "admin", role: "admin", attribution: { fixed: {}, defaults: {} } };

/**
 * Who a token belongs to; undefined for an unknown or revoked one. Only keys that hold are cached: a new key works at
 * once, and tokens that nobody has take no memory.
 */
export const makeAuthenticate = (deps: AuthenticateDeps) => {
  const { keys, clock, sha256, adminHash, cacheTtlMs = cacheTtlMsByDefault } = deps;
  const cache = new Map<string, { readonly caller: Caller; readonly readAt: Instant }>();
  return async (token: string): Promise<Caller | undefined> => {
    const hash = sha256(token);
    if (hash === adminHash) return machineAdmin;
    const now = clock();
    const cached = cache.get(hash);
    // A clock that was set back makes nothing younger than it is.
    if (cached && now >= cached.readAt && now - cached.readAt < cacheTtlMs) return cached.caller;
    const key = await keys.findByHash(hash);
    if (key === undefined || key.revokedAt !== null) {
      cache.delete(hash);
      return undefined;
    }
    const caller = { keyId: key.id, role: key.role, attribution: key.attribution };
    cache.set(hash, { caller, readAt: now });
    return caller;
  };
};

export interface NewKey {
  readonly name: string;
  readonly role: Role;
  readonly attribution: KeyAttribution;
}

/** A stored key as it may be shown. */
export type ShownKey = Omit<StoredKey, "hash">;

const attemptsMax = 3;

/** Makes a key. The token is known to the answer alone: only its hash is stored. */
export const makeCreateKey =
  (deps: {
    readonly keys: KeyStore;
    readonly clock: () => Instant;
    readonly sha256: (text: string) => string;
    /** At least 128 random bits as printable text. */
    readonly newToken: () => string;
  }) =>
  async ({ name, role, attribution }: NewKey): Promise<ShownKey & { readonly token: string }> => {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const token = deps.newToken();
      const hash = deps.sha256(token);
      const key = { id: `key_${hash.slice(0, 16)}`, name, role, attribution, createdAt: deps.clock(), revokedAt: null };
      if (await deps.keys.add({ ...key, hash })) return { ...key, token };
    }
    throw new Error(`${attemptsMax} new tokens in turn were taken: they are not random`);
  };

export const makeListKeys =
  ({ keys }: { readonly keys: KeyStore }) =>
  async (): Promise<readonly ShownKey[]> =>
    (await keys.list()).map(({ hash: _, ...shown }) => shown);

/** False when there is no such key. */
export const makeRevokeKey =
  ({ keys, clock }: { readonly keys: KeyStore; readonly clock: () => Instant }) =>
  (id: string): Promise<boolean> =>
    keys.revoke(id, clock());
