import type { DayDifference, DayRepair, RunRecord } from "./ports/pipeline-state.ts";

interface Note {
  readonly subject: string;
  readonly text: string;
}

function differenceLine({ usageDate, cells_usd, cost_daily_usd, combinations }: DayDifference): string {
  return `${usageDate}: live sums ${cells_usd} USD, lake ${cost_daily_usd} USD, ${combinations} combinations`;
}

function repairLine({ usageDate, cells, cost_usd, entries }: DayRepair): string {
  return `${usageDate}: ${cost_usd} USD and ${entries} entries added to ${cells} cells`;
}

/** The differences that stand and have not been repaired. */
function standing(differences: readonly DayDifference[], repairs: readonly DayRepair[]): string[] {
  const repaired = new Set(repairs.map(({ usageDate }) => usageDate));
  return differences.filter((one) => one.standing && !repaired.has(one.usageDate)).map(differenceLine);
}

/** What people must know of a run. Differences that stand are told once, and again when they change. */
export function notesOf(record: RunRecord, differencesBefore: readonly DayDifference[]): Note[] {
  const { id, error, differences, repairs = [] } = record;
  const notes: Note[] = [];
  if (error !== undefined) notes.push({ subject: "The pipeline failed", text: `Run ${id} failed at ${error}` });
  const days = standing(differences, repairs);
  if (days.length > 0 && days.join() !== standing(differencesBefore, []).join()) {
    const subject = "Live sums and the lake differ";
    const text = "Nothing is on its way that would explain it, and it was not repaired";
    notes.push({ subject, text: [`${text} (run ${id}).`, ...days].join("\n") });
  }
  if (repairs.length > 0) {
    const text = "The lake had entries that had never reached the live sums; they were added";
    notes.push({
      subject: "Live sums were repaired",
      text: [`${text} (run ${id}).`, ...repairs.map(repairLine)].join("\n"),
    });
  }
  return notes;
}
