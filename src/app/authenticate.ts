import type { Instant } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { KeyStore, StoredKey } from "./ports/keys.ts";
import { makeRateLimit } from "./rate-limit.ts";
import { Unavailable } from "./unavailable.ts";

export interface AuthenticateDeps {
  readonly keys: KeyStore;
  readonly clock: () => Instant;
  /** base64url */
  readonly sha256: (text: string) => string;
  /** SHA-256 of a key that is not stored and does everything: the admin key of a machine. */
  readonly adminHash?: string;
  /** A revocation holds within this time, and what reading the store takes. */
  readonly cacheTtlMs?: number;
  /** While the store cannot be reached, keys that it has known before hold as they did: nobody can revoke them either. */
  readonly keepsKnown?: true;
}

export type Identified =
  | { readonly status: "known"; readonly caller: Caller }
  /** Nobody has it, or it was revoked. */
  | { readonly status: "unknown" }
  | { readonly status: "expired"; readonly at: Instant }
  /** It has had its requests of this second. */
  | { readonly status: "limited"; readonly requestsPerSecond: number };

interface Held {
  readonly key: StoredKey;
  readonly caller: Caller;
  readonly readAt: Instant;
}

const cacheTtlMsByDefault = 5_000;

const machineAdmin: Caller = { keyId: "admin", role: "admin", attribution: { fixed: {}, defaults: {} } };

function callerOf({ id, role, attribution, teams }: StoredKey): Caller {
  return { keyId: id, role, attribution, ...(teams !== null && { teams }) };
}

/**
 * Who a token belongs to, and whether it may ask now. Only keys that hold are cached: a new key works at once, and tokens
 * that nobody has take no memory.
 */
export const makeAuthenticate = (deps: AuthenticateDeps) => {
  const { keys, clock, sha256, adminHash, cacheTtlMs = cacheTtlMsByDefault, keepsKnown = false } = deps;
  const cache = new Map<string, Held>();
  const takeRequest = makeRateLimit({ clock });

  async function found(hash: string, cached: Held | undefined): Promise<StoredKey | undefined> {
    try {
      return await keys.findByHash(hash);
    } catch (error) {
      if (keepsKnown && cached !== undefined && error instanceof Unavailable) return cached.key;
      throw error;
    }
  }

  async function keyOf(hash: string, now: Instant) {
    const cached = cache.get(hash);
    // A clock that was set back makes nothing younger than it is.
    if (cached && now >= cached.readAt && now - cached.readAt < cacheTtlMs) return cached;
    const key = await found(hash, cached);
    if (key === undefined || key.revokedAt !== null) {
      cache.delete(hash);
      return undefined;
    }
    const held = { key, caller: callerOf(key), readAt: now };
    cache.set(hash, held);
    return held;
  }

  return async (token: string): Promise<Identified> => {
    const hash = sha256(token);
    if (hash === adminHash) return { status: "known", caller: machineAdmin };
    const now = clock();
    const held = await keyOf(hash, now);
    if (held === undefined) return { status: "unknown" };
    const { id, expiresAt, requestsPerSecond } = held.key;
    if (expiresAt !== null && now >= expiresAt) return { status: "expired", at: expiresAt };
    if (requestsPerSecond !== null && !takeRequest(id, requestsPerSecond))
      return { status: "limited", requestsPerSecond };
    return { status: "known", caller: held.caller };
  };
};
