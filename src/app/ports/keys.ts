import type { KeyAttribution } from "#core/attribution.ts";
import type { Role } from "#core/role.ts";
import type { Instant } from "#core/time.ts";

export type { Role };

/** A credential as it is stored: never the key itself. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key, base64url. */
  readonly hash: string;
  readonly role: Role;
  readonly attribution: KeyAttribution;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

export interface KeyStore {
  /** False when the id or the hash is taken. */
  add(key: StoredKey): Promise<boolean>;
  findByHash(hash: string): Promise<StoredKey | undefined>;
  list(): Promise<readonly StoredKey[]>;
  /** False when there is no such key; a second revocation keeps the first moment. */
  revoke(id: string, at: Instant): Promise<boolean>;
}
