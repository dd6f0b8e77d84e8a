import type { Instant } from "#core/time.ts";
import { keyCreated, keyRevoked } from "./keys.ts";
import type { KeyStore, StoredKey } from "./ports/keys.ts";

export interface SetAdminKeyDeps {
  readonly keys: KeyStore;
  readonly clock: () => Instant;
  /** base64url */
  readonly sha256: (text: string) => string;
}

const idPrefix = "admin_";
/** As the audit log names it. */
const by = "deployment";
/** What can be sent as a bearer token. */
const tokenPattern = /^[\x21-\x7e]{16,512}$/;

/**
 * Makes this token the key of the deployment's administrator, and revokes the one before. Interrupted and done again it
 * ends the same; the old one is revoked last, so that there is always one that works.
 */
export const makeSetAdminKey =
  ({ keys, clock, sha256 }: SetAdminKeyDeps) =>
  async (token: string): Promise<"set" | "kept"> => {
    if (!tokenPattern.test(token)) {
      throw new Error("the admin key: wanted 16 to 512 printable characters without spaces");
    }
    const hash = sha256(token);
    const id = `${idPrefix}${hash.slice(0, 16)}`;
    const attribution = { fixed: {}, defaults: {} };
    const createdAt = clock();
    const key: StoredKey = {
      ...{ id, name: "admin of the deployment", hash, role: "admin", attribution },
      ...{ teams: null, requestsPerSecond: null, createdAt, expiresAt: null, revokedAt: null },
    };
    const isNew = await keys.add(key, keyCreated(key, { at: createdAt, by, reason: "the value in its secret" }));
    const own = (await keys.list()).filter((one) => one.id.startsWith(idPrefix));
    const set = own.find((one) => one.id === id);
    // Or the one that works would be revoked for one that is no administrator's.
    if (set === undefined) {
      throw new Error("the admin key: another key has this value; put another one into its secret, then set up again");
    }
    if (set.revokedAt !== null || set.expiresAt !== null) {
      throw new Error(
        "the admin key: this one was revoked or rotated; put another value into its secret, then set up again",
      );
    }
    for (const one of own.filter((other) => other.id !== id && other.revokedAt === null)) {
      const at = clock();
      await keys.revoke(one.id, at, keyRevoked(one, { at, by, reason: "its secret has another value" }));
    }
    return isNew ? "set" : "kept";
  };
