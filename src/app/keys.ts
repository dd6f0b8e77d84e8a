import type { KeyAttribution } from "#core/attribution.ts";
import { unregisteredError } from "#core/attribution-errors.ts";
import type { AuditDraft } from "#core/audit.ts";
import { ATTRIBUTION_DIMENSIONS } from "#core/dimensions.ts";
import type { FieldError } from "#core/field-error.ts";
import { compileRegistry } from "#core/registry.ts";
import type { Role } from "#core/role.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { ConfigStore } from "./ports/config.ts";
import type { KeyStore, StoredKey } from "./ports/keys.ts";

export interface NewKey {
  readonly name: string;
  readonly role: Role;
  readonly attribution: KeyAttribution;
  readonly teams: readonly string[] | null;
  readonly requestsPerSecond: number | null;
}

/** A stored key as it may be shown. */
export type ShownKey = Omit<StoredKey, "hash">;

/** The token is known to this answer alone: only its hash is stored. */
type MadeKey = ShownKey & { readonly token: string };

export interface MakeKeyDeps {
  readonly keys: KeyStore;
  readonly config: Pick<ConfigStore, "read">;
  readonly clock: () => Instant;
  readonly sha256: (text: string) => string;
  /** At least 128 random bits as printable text. */
  readonly newToken: () => string;
}

const attemptsMax = 3;

const shown = ({ hash: _, ...key }: StoredKey): ShownKey => key;

/** What the audit log tells of a key: everything but its hash. */
function auditTextOf({ id: _, hash: __, ...key }: StoredKey): string {
  const { name, role, attribution, teams, requestsPerSecond, expiresAt } = key;
  return JSON.stringify({
    ...{ name, role, fixed: attribution.fixed, defaults: attribution.defaults },
    ...{ teams, requests_per_second: requestsPerSecond },
    expires_at: expiresAt === null ? null : formatInstant(expiresAt),
  });
}

type Why = Pick<AuditDraft, "at" | "by" | "reason">;

export function keyCreated(key: StoredKey, why: Why): AuditDraft {
  return { ...why, action: "key.create", subject: `key/${key.id}`, from: null, to: auditTextOf(key) };
}

export function keyRevoked(key: StoredKey, why: Why): AuditDraft {
  return { ...why, action: "key.revoke", subject: `key/${key.id}`, from: auditTextOf(key), to: null };
}

function newKeyOf({ sha256, newToken, clock }: MakeKeyDeps, key: NewKey): { token: string; stored: StoredKey } {
  const token = newToken();
  const hash = sha256(token);
  const moments = { createdAt: clock(), expiresAt: null, revokedAt: null };
  return { token, stored: { id: `key_${hash.slice(0, 16)}`, hash, ...key, ...moments } };
}

const tokensTaken = () => new Error(`${attemptsMax} new tokens in turn were taken: they are not random`);

type Registered =
  | { readonly ok: true; readonly key: NewKey }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * The key with the registry's own ids for its aliases: what a key says is booked as it stands, so that another spelling
 * would be another value. A value that a strict dimension does not know is an error.
 */
async function registered({ config: store }: Pick<MakeKeyDeps, "config">, key: NewKey): Promise<Registered> {
  const registry = compileRegistry((await store.read()).config.registry);
  const errors: FieldError[] = [];
  const idOf = (dimension: (typeof ATTRIBUTION_DIMENSIONS)[number], value: string, path: string) => {
    const id = registry.valueOf(dimension, value);
    if (id === undefined) errors.push(unregisteredError(path, dimension, value, registry));
    return id ?? value;
  };
  const inIds = <T extends NewKey["attribution"]["fixed"]>(values: T, path: string): T => {
    const ids = ATTRIBUTION_DIMENSIONS.flatMap((dimension) => {
      const value = values[dimension];
      return value === undefined ? [] : [[dimension, idOf(dimension, value, `${path}.${dimension}`)]];
    });
    return { ...values, ...Object.fromEntries(ids) };
  };
  const { fixed, defaults } = key.attribution;
  const attribution = { fixed: inIds(fixed, "fixed"), defaults: inIds(defaults, "defaults") };
  const teams = key.teams && [...new Set(key.teams.map((team, i) => idOf("team", team, `teams[${i}]`)))];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, key: { ...key, attribution, teams } };
}

export type CreateResult =
  | { readonly status: "created"; readonly key: MadeKey }
  | { readonly status: "unregistered"; readonly errors: readonly FieldError[] };

export const makeCreateKey =
  (deps: MakeKeyDeps) =>
  async (wanted: NewKey, reason: string, caller: Caller): Promise<CreateResult> => {
    const known = await registered(deps, wanted);
    if (!known.ok) return { status: "unregistered", errors: known.errors };
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const { token, stored } = newKeyOf(deps, known.key);
      const audit = keyCreated(stored, { at: stored.createdAt, by: caller.keyId, reason });
      if (await deps.keys.add(stored, audit)) return { status: "created", key: { ...shown(stored), token } };
    }
    throw tokensTaken();
  };

export const makeListKeys =
  ({ keys }: { readonly keys: KeyStore }) =>
  async (): Promise<readonly ShownKey[]> =>
    (await keys.list()).map(shown);

async function findKey(keys: KeyStore, id: string): Promise<StoredKey | undefined> {
  return (await keys.list()).find((key) => key.id === id);
}

/** False when there is no such key. */
export const makeRevokeKey =
  ({ keys, clock }: Pick<MakeKeyDeps, "keys" | "clock">) =>
  async (id: string, reason: string, caller: Caller): Promise<boolean> => {
    const key = await findKey(keys, id);
    if (key === undefined) return false;
    const at = clock();
    return keys.revoke(id, at, keyRevoked(key, { at, by: caller.keyId, reason }));
  };

export interface Rotation {
  /** The key that is rotated holds for so long beside its successor. */
  readonly overlapMs: number;
  readonly reason: string;
}

export type RotateResult =
  | { readonly status: "rotated"; readonly key: MadeKey; readonly expiresAt: Instant }
  | { readonly status: "unknown" }
  /** The registry has become stricter since it was made. */
  | { readonly status: "unregistered"; readonly errors: readonly FieldError[] }
  /** It was revoked, or rotated before. */
  | { readonly status: "ended" };

/** Makes a key that may do the same, and lets the one before expire. */
export const makeRotateKey =
  (deps: MakeKeyDeps) =>
  async (id: string, { overlapMs, reason }: Rotation, caller: Caller): Promise<RotateResult> => {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const key = await findKey(deps.keys, id);
      if (key === undefined) return { status: "unknown" };
      if (key.revokedAt !== null || key.expiresAt !== null) return { status: "ended" };
      const { name, role, attribution, teams, requestsPerSecond } = key;
      const known = await registered(deps, { name, role, attribution, teams, requestsPerSecond });
      if (!known.ok) return { status: "unregistered", errors: known.errors };
      const { token, stored } = newKeyOf(deps, known.key);
      const expiresAt = (stored.createdAt + overlapMs) as Instant;
      const why = { at: stored.createdAt, by: caller.keyId, reason };
      const to = JSON.stringify({ expires_at: formatInstant(expiresAt), successor: stored.id });
      const rotated: AuditDraft = {
        ...why,
        ...{ action: "key.rotate", subject: `key/${id}`, from: auditTextOf(key), to },
      };
      if (await deps.keys.rotate(id, expiresAt, stored, [rotated, keyCreated(stored, why)])) {
        return { status: "rotated", key: { ...shown(stored), token }, expiresAt };
      }
    }
    throw tokensTaken();
  };
