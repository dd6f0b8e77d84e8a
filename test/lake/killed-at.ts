import type { PipelineDeps } from "#app/run-pipeline.ts";

/** Lets so many calls of any port through, then kills: before the next one has done anything, or after it has. */
export function killedAt(
  deps: PipelineDeps,
  calls: number,
  when: "before" | "after",
): { deps: PipelineDeps; alive: () => boolean } {
  let left = calls;
  let dead = false;
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          if (dead) throw new Error("killed");
          const last = left === 0;
          left -= 1;
          if (last) dead = true;
          if (last && when === "before") throw new Error("killed");
          const result: unknown = await member.apply(target, args);
          if (last) throw new Error("killed");
          return result;
        };
      },
    });
  const { engine, state, spend, closedDays, imports, erasures, ledger, ledgerErasure, judgeAlerts } = deps;
  const wrapped = {
    ...deps,
    engine: wrap(engine),
    state: wrap(state),
    spend: wrap(spend),
    closedDays: wrap(closedDays),
    imports: wrap(imports),
    erasures: wrap(erasures),
    ledger: wrap(ledger),
    ledgerErasure: wrap(ledgerErasure),
    judgeAlerts: wrap({ judgeAlerts }).judgeAlerts,
  };
  return { deps: wrapped, alive: () => !dead };
}
