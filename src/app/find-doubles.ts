import type { AuditDraft } from "#core/audit.ts";
import type { SourcePrecedence } from "#core/config.ts";
import { type DroppedCall, droppedCalls, type ReportedCall } from "#core/doubles.ts";
import type { Finding } from "#core/finding.ts";
import { formatUsd, type PicoUsd, parseUsd, zeroUsd } from "#core/money.ts";
import { type Instant, parseInstant, type UsageDate } from "#core/time.ts";
import type { makeBookAdjustment, makePlanAdjustment, PlannedAdjustment } from "./adjust.ts";
import type { Caller } from "./caller.ts";
import type { AuditLog } from "./ports/audit.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

/** A report of a call, with when it came. */
export interface DoubledCall extends ReportedCall {
  readonly receivedAt: Instant;
}

export const usdOf = (value: QueryRow[string] | undefined): PicoUsd => parseUsd(String(value)) ?? zeroUsd;

function doubledCall(row: QueryRow): DoubledCall {
  return {
    provider: String(row.provider),
    responseId: String(row.response_id),
    source: String(row.source),
    id: String(row.event_id),
    usageDate: row.usage_date as UsageDate,
    receivedAt: parseInstant(String(row.received_at)) as Instant,
    requests: Number(row.requests),
    cost: usdOf(row.cost),
  };
}

/** As in `sql/possible_doubles.sql`. */
const pageRows = 5_000;
const pagesMax = 20;

export interface DoublesPage {
  /** Whole calls: each with all of its reports. */
  readonly calls: readonly DoubledCall[];
  /** After which id the next page begins; null on the last one. */
  readonly next: string | null;
}

/** Every report of calls of these days that were reported more than once, as it stands in the lake, a page at a time. */
export async function readDoubles(engine: QueryEngine, dates: readonly UsageDate[], after = ""): Promise<DoublesPage> {
  if (dates.length === 0) return { calls: [], next: null };
  const rows = await engine.run("possible_doubles", { parameters: [after], substitutions: { dates } });
  const calls = rows.map(doubledCall);
  if (calls.length < pageRows) return { calls, next: null };
  // The last call of a full page may have been cut.
  const last = calls.at(-1)?.responseId;
  const whole = calls.filter(({ responseId }) => responseId !== last);
  return { calls: whole, next: whole.at(-1)?.responseId ?? null };
}

/** What they have cost more than once, by day, provider and sources. */
export async function findDoubles(engine: QueryEngine, dates: readonly UsageDate[]): Promise<readonly Finding[]> {
  if (dates.length === 0) return [];
  const rows = await engine.run("doubled_cost", { substitutions: { dates } });
  return rows.map((row): Finding => {
    const usageDate = row.usage_date as UsageDate;
    const subject = `${row.provider}: ${row.sources}`;
    const cost = usdOf(row.excess_cost);
    return {
      id: `possible_double/${usageDate}/${subject}`,
      kind: "possible_double",
      subject,
      usageDate,
      text: `${row.calls} calls of ${usageDate} were reported more than once (${subject}): ${formatUsd(cost)} USD may be counted twice. See \`finops doubles list\`; a rule of precedence drops one of them.`,
      cost,
      requests: Number(row.requests),
    };
  });
}

const atOnceMax = 8;

/** Each in turn, so many at once; results in order. */
async function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnceMax) {
    results.push(...(await Promise.all(items.slice(from, from + atOnceMax).map(work))));
  }
  return results;
}

function auditOf(rule: string, dropped: readonly DroppedCall[], at: Instant): AuditDraft {
  const cost = dropped.reduce((sum, { call }) => sum + call.cost, 0n) as PicoUsd;
  const days = [...new Set(dropped.map(({ call }) => call.usageDate))].sort();
  const sources = [...new Set(dropped.map(({ call }) => call.source))].sort();
  return {
    at,
    by: "pipeline",
    action: "double.drop",
    subject: `precedence/${rule}`,
    from: JSON.stringify({ events: dropped.length, cost_usd: formatUsd(cost), days, sources }),
    to: null,
    reason: "another source that the rule believes first has reported the same calls",
  };
}

export interface DropDoublesDeps {
  readonly engine: QueryEngine;
  readonly planAdjustment: ReturnType<typeof makePlanAdjustment>;
  readonly bookAdjustment: ReturnType<typeof makeBookAdjustment>;
  readonly audit: AuditLog;
  readonly clock: () => Instant;
}

interface PlannedDrop {
  readonly drop: DroppedCall;
  readonly planned: PlannedAdjustment;
}

async function planDrop({ planAdjustment }: DropDoublesDeps, drop: DroppedCall): Promise<PlannedDrop[]> {
  const { source, id, responseId } = drop.call;
  const caller: Caller = {
    keyId: `precedence/${drop.rule}`,
    role: "finops",
    attribution: { fixed: {}, defaults: {} },
  };
  const reason = `${drop.believed} has reported the same call (${responseId.slice(0, 100)})`;
  const request = { requestId: `double:${drop.rule}`, source, id, reason, change: { void: true } as const };
  const planned = await planAdjustment(request, caller);
  return planned.status === "planned" ? [{ drop, planned }] : [];
}

/**
 * Voids the reports that a rule of precedence gives up, each by an adjustment that names the rule. The audit log has
 * what each rule drops before it is dropped: killed in between, what is left is noted again. Run again before the
 * adjustments are in the lake, it changes nothing.
 */
export async function dropDoubles(
  deps: DropDoublesDeps,
  rules: readonly SourcePrecedence[],
  dates: readonly UsageDate[],
): Promise<void> {
  if (rules.length === 0) return;
  let after: string | null = "";
  for (let page = 0; page < pagesMax && after !== null; page++) {
    const { calls, next }: DoublesPage = await readDoubles(deps.engine, dates, after);
    after = next;
    const drops = (await atOnce(droppedCalls(calls, rules), (one) => planDrop(deps, one))).flat();
    for (const [rule, ofRule] of Map.groupBy(drops, ({ drop }) => drop.rule)) {
      const dropped = ofRule.map(({ drop }) => drop);
      await deps.audit.append(auditOf(rule, dropped, deps.clock()));
      await atOnce(ofRule, ({ planned }) => deps.bookAdjustment(planned));
    }
  }
}
