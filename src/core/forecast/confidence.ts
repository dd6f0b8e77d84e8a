import type { LevelShift } from "./level-shift.ts";
import type { Prepared } from "./prepare-history.ts";

type ConfidenceLevel = "low" | "medium" | "high";

/** Why a forecast is not of high confidence. */
export const CONFIDENCE_REASONS = {
  no_spend: { level: "low", text: "There is no spend to forecast from: zero." },
  few_days: { level: "low", text: "Less than four weeks of history: a mean of what was seen, with wide intervals." },
  level_shift: {
    level: "low",
    text: "The level changed by half or more in the last four weeks: the forecast assumes that it stays.",
  },
  wide: { level: "low", text: "Forecasts of the past of this series were off by more than half of what was spent." },
  recent_gap: { level: "low", text: "More than half of the last four weeks are unknown." },
  stopped: { level: "medium", text: "No spend in the last week: it may have ended." },
  few_weeks: { level: "medium", text: "Less than twelve weeks of history: growth is hard to tell from chance." },
  growth: { level: "medium", text: "Steady growth is carried on, damped: nobody knows how long it lasts." },
  erratic: {
    level: "medium",
    text: "Forecasts of the past of this series were off by a quarter or more of what was spent.",
  },
  gaps: { level: "medium", text: "More than one day in ten is unknown, and was filled from the same weekdays." },
  negative_days: { level: "medium", text: "Days below zero were set off against the spend of the days before them." },
} as const satisfies Record<string, { level: ConfidenceLevel; text: string }>;
type ConfidenceReason = keyof typeof CONFIDENCE_REASONS;

export interface Confidence {
  readonly level: ConfidenceLevel;
  /** The gravest first; none for a high confidence. */
  readonly reasons: readonly ConfidenceReason[];
}

const fewDays = 28;
const fewWeeksDays = 84;
const weekDays = 7;

export interface Evidence {
  readonly prepared: Prepared;
  readonly recentUnknownDays: number;
  readonly shift: LevelShift | undefined;
  readonly growthPerWeek: number;
  /** Half the width of the 80 % interval of the total, relative to it. */
  readonly totalMargin: number;
}

function appliesTo({ prepared, recentUnknownDays, shift, growthPerWeek, totalMargin }: Evidence) {
  const { days, unknownDays, hasNegatives } = prepared;
  return {
    no_spend: days.length === 0,
    few_days: days.length > 0 && days.length < fewDays,
    level_shift: shift !== undefined,
    wide: totalMargin > 0.5,
    recent_gap: recentUnknownDays * 2 > fewDays,
    stopped: days.length > 0 && days.subarray(-weekDays).every((day) => day === 0),
    few_weeks: days.length >= fewDays && days.length < fewWeeksDays,
    growth: growthPerWeek !== 0,
    erratic: totalMargin > 0.25 && totalMargin <= 0.5,
    gaps: unknownDays * 10 > days.length,
    negative_days: hasNegatives,
  } satisfies Record<ConfidenceReason, boolean>;
}

export function confidenceOf(evidence: Evidence): Confidence {
  const applies = appliesTo(evidence);
  const reasons = (Object.keys(CONFIDENCE_REASONS) as ConfidenceReason[]).filter((reason) => applies[reason]);
  const [gravest] = reasons;
  return { level: gravest === undefined ? "high" : CONFIDENCE_REASONS[gravest].level, reasons };
}
