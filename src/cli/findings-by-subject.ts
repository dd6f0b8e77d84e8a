import type * as z from "zod";
import type { findings } from "#contract/findings.ts";
import { formatUsd, type PicoUsd, parseUsd } from "#core/money.ts";

type Finding = z.output<typeof findings>["findings"][number];

/** What people look at: a line for each subject, whatever days it was found on, the dearest first. */
export interface SubjectOfFindings {
  readonly kind: string;
  readonly subject: string;
  readonly days: number;
  readonly first_day: string | null;
  readonly last_day: string | null;
  /** Null where no day's cost is known. */
  readonly cost_usd: string | null;
  readonly requests: number;
  readonly state: "stands" | "resolved";
  /** Of the last day. */
  readonly text: string;
}

const dayOf = ({ usage_date, since }: Finding) => usage_date ?? since.slice(0, 10);

function subjectOf(found: readonly Finding[]): SubjectOfFindings | undefined {
  const inOrder = found.toSorted((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1));
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const costs = found.flatMap(({ cost_usd }) => (cost_usd === null ? [] : [parseUsd(cost_usd) ?? 0n]));
  const sum = costs.reduce<bigint>((total, cost) => total + cost, 0n);
  return {
    ...{ kind: first.kind, subject: first.subject, days: found.length, text: last.text },
    ...{ first_day: first.usage_date, last_day: last.usage_date },
    cost_usd: costs.length === 0 ? null : formatUsd(sum as PicoUsd),
    requests: found.reduce((total, { requests }) => total + requests, 0),
    state: found.some(({ resolved_at }) => resolved_at === null) ? "stands" : "resolved",
  };
}

const costOf = ({ cost_usd }: SubjectOfFindings) => (cost_usd === null ? -1n : (parseUsd(cost_usd) ?? 0n));

export function bySubject(found: readonly Finding[]): SubjectOfFindings[] {
  const groups = Map.groupBy(found, ({ kind, subject, resolved_at }) =>
    JSON.stringify([kind, subject, resolved_at === null]),
  );
  return [...groups.values()]
    .flatMap((group) => subjectOf(group) ?? [])
    .sort((a, b) => (costOf(a) > costOf(b) ? -1 : 1))
    .sort((a, b) => Number(b.state === "stands") - Number(a.state === "stands"));
}
