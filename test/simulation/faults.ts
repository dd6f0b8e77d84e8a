import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Chance } from "./chance.ts";

/** The process has died. What it had in memory is gone; what its ports had finished stands. */
export class Crash extends Error {}

/** How often, per call of a port. All zero: the world is well. */
export interface FaultRates {
  readonly crash: number;
  readonly outage: number;
}

/** A process that may die at any call of a port, before it has an effect or after. The dead call nothing. */
export interface Life {
  readonly alive: () => boolean;
  readonly rates: () => FaultRates;
  readonly chance: Chance;
  readonly die: () => void;
}

export function makeLife(chance: Chance, rates: () => FaultRates): Life {
  let alive = true;
  return { alive: () => alive, rates, chance, die: () => (alive = false) };
}

export function perhapsFail(life: Life, part: string): void {
  if (!life.alive()) throw new Crash(`${part}: the process is dead`);
  const { crash, outage } = life.rates();
  if (life.chance.happens(crash / 2)) {
    life.die();
    throw new Crash(part);
  }
  if (life.chance.happens(outage / 2)) throw new Unavailable(part);
}

/** The port as this process sees it: each call may fail before it has begun, or after it has had its effect. */
export function faulty<T extends object>(part: string, port: T, life: Life): T {
  return new Proxy(port, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: readonly unknown[]) => {
        perhapsFail(life, part);
        const result = await method.apply(target, args);
        perhapsFail(life, part);
        return result;
      };
    },
  });
}

/** Throttling: some entries of a call are not written, and some are written without anybody being told. */
export function throttled(ledger: Ledger, life: Life): Ledger {
  return {
    read: (keys) => ledger.read(keys),
    appendTogether: (entries) => ledger.appendTogether(entries),
    append: async (entries: readonly LedgerEntry[]): Promise<readonly AppendOutcome[]> => {
      const { outage } = life.rates();
      const refused = entries.map(() => life.chance.happens(outage));
      const untold = entries.map(() => life.chance.happens(outage));
      const written = await ledger.append(entries.filter((_, i) => !refused[i]));
      let next = 0;
      return entries.map((_, i): AppendOutcome => {
        if (refused[i]) return { status: "unavailable" };
        const outcome = written[next++] as AppendOutcome;
        return untold[i] ? { status: "unavailable" } : outcome;
      });
    },
  };
}
