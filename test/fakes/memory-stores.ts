import type { ClosedDays, PackedDay } from "#app/ports/closed-days.ts";
import type { ImportRecord, ImportStore } from "#app/ports/imports.ts";
import type { KeyStore, StoredKey } from "#app/ports/keys.ts";
import type { LakeEvents } from "#app/ports/lake-events.ts";
import type { LandedEntry, Landing } from "#app/ports/landing.ts";
import type { PriceStore, StoredRate } from "#app/ports/prices.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { AuditDraft } from "#core/audit.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { packDay } from "#core/pack.ts";
import type { Instant, UsageDate } from "#core/time.ts";

export interface MemoryLanding extends Landing {
  readonly files: Map<string, readonly LandedEntry[]>;
  /** Once. */
  fails: boolean;
}

export function memoryLanding(): MemoryLanding {
  const landing: MemoryLanding = {
    files: new Map(),
    fails: false,
    write: async (name, landedAt, rows) => {
      const { fails } = landing;
      landing.fails = false;
      if (fails) throw new Unavailable("landing");
      if (!/^[\w.-]{1,200}$/.test(name)) throw new Error(`no file name: ${name}`);
      landing.files.set(`${new Date(landedAt).toISOString().slice(0, 13)}/${name}`, rows);
    },
  };
  return landing;
}

export interface MemoryLakeEvents extends LakeEvents {
  /** Each key once: the first stays. */
  add(entry: LedgerEntry): void;
  /** Runs once, while the lake is asked. */
  meanwhile: (() => Promise<void>) | undefined;
}

export function memoryLakeEvents(): MemoryLakeEvents {
  const entries = new Map<string, LedgerEntry>();
  const rank = ({ adjustment }: LedgerEntry) =>
    adjustment ? 2 * adjustment.number + (adjustment.part === "rebooking" ? 1 : 0) : 0;
  const lake: MemoryLakeEvents = {
    meanwhile: undefined,
    add: (entry) => void (entries.has(entry.key) || entries.set(entry.key, entry)),
    find: async (source, id) => {
      const found = [...entries.values()].filter((entry) => entry.source === source && entry.id === id);
      const { meanwhile } = lake;
      lake.meanwhile = undefined;
      await meanwhile?.();
      return found.sort((a, b) => rank(a) - rank(b));
    },
  };
  return lake;
}

export function memoryImports(): ImportStore {
  const records = new Map<string, ImportRecord>();
  const parts = new Set<string>();
  const begun = new Map<string, Instant>();
  return {
    beginPart: async (id, part, at) => {
      const key = JSON.stringify([id, part]);
      begun.set(key, begun.get(key) ?? at);
      return begun.get(key) ?? at;
    },
    addPart: async (id, part, at, { live, landed, rejected }) => {
      const key = JSON.stringify([id, part]);
      if (parts.has(key)) return;
      parts.add(key);
      const zero = { new: 0, known: 0, conflicting: 0 };
      const known = records.get(id) ?? { id, startedAt: at, live: zero, landed: 0, rejected: 0, merged: null };
      records.set(id, {
        ...known,
        live: {
          new: known.live.new + live.new,
          known: known.live.known + live.known,
          conflicting: known.live.conflicting + live.conflicting,
        },
        landed: known.landed + landed,
        rejected: known.rejected + rejected,
      });
    },
    get: async (id) => records.get(id),
    unmerged: async () => [...records.values()].filter(({ landed, merged }) => landed > 0 && merged === null),
    setMerged: async (id, merged, landed) => {
      const known = records.get(id);
      if (known?.landed !== landed) return false;
      records.set(id, { ...known, merged });
      return true;
    },
  };
}

export function memoryKeys(): KeyStore & { readonly reads: string[]; readonly audits: AuditDraft[] } {
  const keys = new Map<string, StoredKey>();
  const reads: string[] = [];
  const audits: AuditDraft[] = [];
  const isTaken = ({ id, hash }: StoredKey) => keys.has(id) || [...keys.values()].some((key) => key.hash === hash);
  return {
    reads,
    audits,
    add: async (key, audit) => {
      if (isTaken(key)) return false;
      keys.set(key.id, key);
      audits.push(audit);
      return true;
    },
    findByHash: async (hash) => {
      reads.push(hash);
      return [...keys.values()].find((key) => key.hash === hash);
    },
    list: async () => [...keys.values()],
    revoke: async (id, at, audit) => {
      const key = keys.get(id);
      if (key?.revokedAt === null) {
        keys.set(id, { ...key, revokedAt: at });
        audits.push(audit);
      }
      return key !== undefined;
    },
    rotate: async (id, expiresAt, successor, audit) => {
      const key = keys.get(id);
      if (key?.revokedAt !== null || key.expiresAt !== null || isTaken(successor)) return false;
      keys.set(id, { ...key, expiresAt });
      keys.set(successor.id, successor);
      audits.push(...audit);
      return true;
    },
  };
}

export function memoryPrices(): PriceStore & { reads: number; readonly audits: AuditDraft[] } {
  const rates: StoredRate[] = [];
  const store = {
    reads: 0,
    audits: [] as AuditDraft[],
    add: async (rate: StoredRate, audit: AuditDraft) => {
      rates.push(rate);
      store.audits.push(audit);
    },
    list: async () => {
      store.reads++;
      return [...rates];
    },
  };
  return store;
}

export function memoryClosedDays(): ClosedDays {
  const packs = new Map<UsageDate, PackedDay>();
  return {
    write: async (days) => {
      for (const { usageDate, generation, cells } of days) {
        packs.set(usageDate, { usageDate, generation, pack: packDay(cells) });
      }
    },
    read: async (from, to) => [...packs.values()].filter(({ usageDate }) => usageDate >= from && usageDate <= to),
  };
}
