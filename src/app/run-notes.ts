import type { AlertFact, AlertKind, AlertReading, AlertRule } from "#core/alert.ts";
import { formatInstant } from "#core/time.ts";
import type { DayDifference, DayRepair, RunRecord } from "./ports/pipeline-state.ts";

function differenceLine({ usageDate, cells_usd, cost_daily_usd, combinations }: DayDifference): string {
  return `${usageDate}: live sums ${cells_usd} USD, lake ${cost_daily_usd} USD, ${combinations} combinations`;
}

function repairLine({ usageDate, cells, cost_usd, entries }: DayRepair): string {
  return `${usageDate}: ${cost_usd} USD and ${entries} entries added to ${cells} cells`;
}

/** The differences that stand and have not been repaired. */
function standing({ differences, repairs = [] }: RunRecord): readonly DayDifference[] {
  const repaired = new Set(repairs.map(({ usageDate }) => usageDate));
  return differences.filter((one) => one.standing && !repaired.has(one.usageDate));
}

interface Note {
  readonly kind: AlertKind;
  readonly subject: string;
  readonly title: string;
  readonly facts: readonly AlertFact[];
  readonly level?: number;
  readonly step?: number;
  readonly isNotice?: boolean;
}

function readingOf({ kind, subject, title, facts, level = 1, step, isNotice = false }: Note): AlertReading {
  return {
    rule: { kind, subject, period: null, threshold: null },
    ...{ severity: isNotice ? "warning" : "critical", team: null, visibleTo: null, owner: null },
    ...{ title, facts, level, step: step ?? null, isNotice },
  };
}

/** What people must know of a run. Differences that stand are told once, and again when they are more. */
export function readingsOf(record: RunRecord): readonly AlertReading[] {
  const { id, error, finishedAt, repairs = [] } = record;
  const run = [
    { label: "Run", value: id },
    { label: "Since", value: formatInstant(finishedAt) },
  ];
  const notes: Note[] = [];
  if (error !== undefined) {
    const facts = [{ label: "What", value: `The run failed at ${error}` }, ...run];
    notes.push({ kind: "pipeline_failed", subject: "pipeline", title: "The pipeline failed", facts });
  }
  const days = standing(record);
  if (days.length > 0) {
    const what = "Nothing is on its way that would explain it, and it was not repaired";
    notes.push({
      ...{ kind: "account_differs", subject: "live sums", title: "Live sums and the lake differ" },
      facts: [
        { label: "What", value: what },
        { label: "How much", value: days.map(differenceLine).join("; ") },
        ...run,
      ],
      level: days.reduce((sum, { combinations }) => sum + combinations, 0),
      step: 1,
    });
  }
  if (repairs.length > 0) {
    const what = "The lake had entries that had never reached the live sums; they were added";
    notes.push({
      ...{ kind: "account_repaired", subject: id, title: "Live sums were repaired", isNotice: true },
      facts: [{ label: "What", value: what }, { label: "How much", value: repairs.map(repairLine).join("; ") }, ...run],
    });
  }
  return notes.map(readingOf);
}

/** What a run tells about: one that failed may not have compared anything. */
export const coveredBy =
  ({ status }: RunRecord) =>
  ({ kind }: AlertRule): boolean =>
    kind === "pipeline_failed" || (kind === "account_differs" && status === "succeeded");
