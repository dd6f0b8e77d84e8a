import type { KeyAttribution } from "#core/attribution.ts";
import type { AuditDraft } from "#core/audit.ts";
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
  /** The only teams whose usage it may send and see; null: all. */
  readonly teams: readonly string[] | null;
  /** Requests that each serving process takes of it; null: any number. */
  readonly requestsPerSecond: number | null;
  readonly createdAt: Instant;
  /** From then on it is refused; null: never. */
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
}

/** Every change is written with its audit entries, all or nothing. */
export interface KeyStore {
  /** False when the id or the hash is taken. */
  add(key: StoredKey, audit: AuditDraft): Promise<boolean>;
  findByHash(hash: string): Promise<StoredKey | undefined>;
  /** Oldest first. */
  list(): Promise<readonly StoredKey[]>;
  /** False when there is no such key; a second revocation keeps the first moment, and is no change. */
  revoke(id: string, at: Instant, audit: AuditDraft): Promise<boolean>;
  /**
   * Adds the successor, and lets the key `id` expire at that moment. False when the successor's id or hash is taken, or
   * when `id` is no key that still holds without an end.
   */
  rotate(id: string, expiresAt: Instant, successor: StoredKey, audit: readonly AuditDraft[]): Promise<boolean>;
}
