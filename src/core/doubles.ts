import type { SourcePrecedence } from "./config.ts";
import type { PicoUsd } from "./money.ts";
import { compilePatterns } from "./pattern.ts";
import type { UsageDate } from "./time.ts";

/** One report of a call, as it stands, of which another source has one too. */
export interface ReportedCall {
  readonly provider: string;
  /** The provider's own id of the call. */
  readonly responseId: string;
  readonly source: string;
  readonly id: string;
  readonly usageDate: UsageDate;
  /** More than one: a group of calls, of which the id names one. */
  readonly requests: number;
  readonly cost: PicoUsd;
}

export interface DroppedCall {
  readonly call: ReportedCall;
  /** The source that is believed in its place. */
  readonly believed: string;
  /** The id of the rule. */
  readonly rule: string;
}

/**
 * Which reports of the same calls a rule gives up: those of every source that it names behind the first that has
 * reported the call. The first rule of the call's provider, as any of them names it, decides; sources that it does not name stay, and so do groups
 * of calls, and sources that report the id more often than the believed one: more than the one call would go.
 */
export function droppedCalls(calls: readonly ReportedCall[], rules: readonly SourcePrecedence[]): DroppedCall[] {
  const compiled = rules.map(({ id, provider, sources }) => ({
    id,
    isOf: (names: ReadonlySet<string>) => provider === "*" || names.has(provider),
    sources: sources.map((pattern) => compilePatterns([pattern])),
  }));
  const groups = Map.groupBy(calls, ({ responseId }) => responseId);
  return [...groups.values()].flatMap((group) => {
    const providers = new Set(group.map(({ provider }) => provider));
    const rule = compiled.find(({ isOf }) => isOf(providers));
    if (rule === undefined) return [];
    const ranked = group
      .filter(({ requests }) => requests === 1)
      .map((call) => ({ call, rank: rule.sources.findIndex((matches) => matches(call.source)) }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => a.rank - b.rank || (a.call.source < b.call.source ? -1 : 1));
    const believed = ranked[0]?.call.source;
    const bySource = Map.groupBy(ranked, ({ call }) => call.source);
    const reports = (source: string | undefined) => (source === undefined ? 0 : (bySource.get(source)?.length ?? 0));
    return ranked
      .filter(({ call }) => call.source !== believed && reports(call.source) <= reports(believed))
      .map(({ call }) => ({ call, believed: believed as string, rule: rule.id }));
  });
}
