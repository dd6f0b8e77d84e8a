import { makeCostReport } from "#app/cost-report.ts";
import { makeIngest } from "#app/ingest.ts";
import { makeRevokeKey } from "#app/keys.ts";
import type { Ledger } from "#app/ports/ledger.ts";
import { makeRestate, type RestatementPage, type RestatementRequest } from "#app/restate.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { formatUsd } from "#core/money.ts";
import type { Rater } from "#core/price-book.ts";
import type { UsageDate } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { officer, sender, sha256, stubRater } from "../fakes/usage.ts";
import type { MemoryLake } from "./memory-lake.ts";
import { openWorld } from "./world.ts";

export const days = { from: "2026-11-01" as UsageDate, to: "2026-11-30" as UsageDate };

/** The ledger, and in order what it has taken. */
function recorded(ledger: Ledger): Ledger & { readonly taken: LedgerEntry[] } {
  const taken: LedgerEntry[] = [];
  return {
    taken,
    read: ledger.read,
    async append(entries) {
      const outcomes = await ledger.append(entries);
      taken.push(...entries.filter((_, i) => outcomes[i]?.status === "accepted"));
      return outcomes;
    },
    async appendTogether(entries) {
      const outcome = await ledger.appendTogether(entries);
      if (outcome.status === "accepted") taken.push(...entries);
      return outcome;
    },
  };
}

/** A company whose usage is in ledger, cells and lake; its rates and rules can be changed. */
export async function openRestatedWorld(shared?: MemoryLake) {
  const world = await openWorld(shared);
  const ledger = recorded(world.ledger);
  const inForce = { rater: stubRater as Rater, rules: rulesOf() };
  const statements: string[] = [];
  const engine: typeof world.engine = {
    ...world.engine,
    run(name, options) {
      statements.push(name);
      return world.engine.run(name, options);
    },
  };
  const deps = {
    ledger,
    engine,
    rater: async () => inForce.rater,
    rules: async () => inForce.rules,
    clock: world.now,
    sha256,
    audit: world.audit,
    pipeline: world.state,
    revokeKey: makeRevokeKey({ keys: world.keys, clock: world.now }),
  };
  const restate = makeRestate(deps);
  const ingest = makeIngest(deps);
  const costReport = makeCostReport({ spend: world.spend, closedDays: world.closedDays, clock: world.now });

  /** What the ledger has taken since the last time reaches cells and lake. */
  async function settle() {
    const entries = ledger.taken.splice(0);
    if (entries.length > 0) await world.deliver(entries);
    return world.run();
  }
  return {
    ...world,
    ledger,
    deps,
    inForce,
    /** The names of statements run, in order. */
    statements,
    settle,
    async send(events: readonly UsageEvent[], caller = sender) {
      await ingest(events, caller);
    },
    /** All pages of it, as they come. */
    async restate(request: Partial<RestatementRequest> & Pick<RestatementRequest, "kind">, caller = officer) {
      const whole = { id: "restatement-1", ...days, filter: {}, reason: "found out late", dryRun: false, ...request };
      const pages: RestatementPage[] = [];
      for (let page = 0; page < 50; page++) {
        const after = pages.at(-1)?.next;
        const result = await restate(after ? { ...whole, after } : whole, caller);
        if (result.status !== "done") return { result, pages, matched: 0, adjusted: 0, skipped: 0, refused: [] };
        pages.push(result);
        if (result.next === null) break;
      }
      const sum = (of: "matched" | "adjusted" | "skipped") => pages.reduce((total, page) => total + page[of], 0);
      const refused: RestatementPage["refused"] = pages.flatMap((page) => page.refused);
      const groups = pages.flatMap((page) => page.groups);
      return { pages, groups, refused, matched: sum("matched"), adjusted: sum("adjusted"), skipped: sum("skipped") };
    },
    /** Total and unallocated, of the cells and packs. */
    async spent() {
      const { totals } = await costReport({ ...days, granularity: "total", groupBy: [], filters: {} });
      return { total: formatUsd(totals.cost), unallocated: formatUsd(totals.unallocated.cost) };
    },
    async spentBy(dimension: "feature" | "cost_class" | "model") {
      const { rows } = await costReport({ ...days, granularity: "total", groupBy: [dimension], filters: {} });
      return Object.fromEntries(rows.map(({ dimensions, sums }) => [dimensions[dimension], formatUsd(sums.cost)]));
    },
    async audited() {
      return (await world.audit.read(1, 100)).map(({ action, subject, by }) => [action, subject, by]);
    },
  };
}
