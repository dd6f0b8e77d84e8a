import { daysPerRunMax } from "#core/days-per-run.ts";
import { daysBetween, type Instant, type UsageDate } from "#core/time.ts";
import { datesPerWriteMax, sqlLiterals } from "#lake/statement.ts";
import type { StepCondition } from "#lake/steps.ts";
import type { DayDifference, RunRecord } from "./ports/pipeline-state.ts";

/** Past days to recompute, because somebody asks for it. */
export interface Backfill {
  readonly from: UsageDate;
  /** Included; at most `daysPerRunMax` days. */
  readonly to: UsageDate;
  /**
   * Cells of these days that hold more than the lake are lowered to it, where the run before found the same difference.
   * Nothing else ever lowers a cell.
   */
  readonly lowerCells?: boolean;
}

/** Days from the first to the last, at most `datesPerWriteMax` of them. */
export interface Stretch {
  readonly first_day: UsageDate;
  readonly last_day: UsageDate;
}

/** The days among whose entries a key is looked for. */
interface KnownDays {
  readonly known_from: UsageDate;
  readonly known_to: UsageDate;
}

/** What a run has to know of an import that waits to be counted. */
export interface WaitingImport {
  readonly id: string;
  readonly startedAt: Instant;
  readonly landed: number;
}

type Literals<Name extends string> = Readonly<Record<Name, string>>;

/**
 * A run between two of its steps: plain JSON of less than 100 KB, so that each step may be run by another process. What
 * a step needs beyond it, it reads again.
 */
export interface RunState {
  readonly id: string;
  /** Who has the lease. */
  readonly holder: string;
  readonly startedAt: Instant;
  /** The first run of a UTC day: it never skips, and reads further back. */
  readonly nightly: boolean;
  /** The landing is read from this hour on. */
  readonly fromHour: string;
  readonly landed: boolean;
  /** The days of what has landed, in stretches that one write takes each. */
  readonly landedDays: readonly Stretch[];
  /** Rows of an import are among them: such a row may have a key of any day. */
  readonly importsLanded: boolean;
  readonly waiting: readonly WaitingImport[];
  /** Customers are to be erased. */
  readonly erases: boolean;
  readonly backfill: readonly UsageDate[];
  readonly lowerCells: boolean;
  /** Days of the backfill for which something new had come: the others are recomputed as they were. */
  readonly backfillNews: readonly UsageDate[];
  /** Days to recompute, oldest first. */
  readonly changedDays: readonly UsageDate[];
  /** More days have changed than one run recomputes: the next one begins where this one did. */
  readonly leavesDays: boolean;
  readonly differences: readonly DayDifference[];
  /** Of the run before. */
  readonly differencesBefore: readonly DayDifference[];
  /** By day. Read before the cells were: a day touched since has a higher one, and its pack does not count. */
  readonly generations: Readonly<Record<string, number>>;
  /** Days that have cells, and whose cells equal cost_daily. */
  readonly equalDays: readonly UsageDate[];
  /** Which steps are to be run, as known after the last one. */
  readonly when: Readonly<Record<StepCondition, boolean>>;
  /** What the `{{name}}` of statements are filled with, as SQL literals: a statement is run once for each item. */
  readonly over: {
    readonly landing_window: readonly Literals<keyof Stretch | keyof KnownDays | "from_hour">[];
    readonly changed_days: readonly Literals<"dates">[];
    readonly changed_keys: readonly Literals<keyof KnownDays | "dates">[];
  };
}

/** What is found out by steps; the rest follows. */
export type RunFindings = Omit<RunState, "when" | "over">;

type Filling = Readonly<Record<string, string | readonly string[]>>;

/** Of every date that there is. */
const allDays: KnownDays = { known_from: "0001-01-01" as UsageDate, known_to: "9999-12-31" as UsageDate };

function knownDays(run: RunFindings, first: UsageDate, last: UsageDate): KnownDays {
  return run.importsLanded ? allDays : { known_from: first, known_to: last };
}

function changedDays({ changedDays: days }: RunFindings): { readonly dates: readonly UsageDate[] }[] {
  return Array.from({ length: Math.ceil(days.length / datesPerWriteMax) }, (_, i) => ({
    dates: days.slice(i * datesPerWriteMax, (i + 1) * datesPerWriteMax),
  }));
}

const changedKeys = (run: RunFindings) =>
  changedDays(run).map(({ dates }) => ({
    dates,
    ...knownDays(run, dates[0] as UsageDate, dates.at(-1) as UsageDate),
  }));

function landingWindow(run: RunFindings) {
  return run.landedDays.map((stretch) => ({
    ...stretch,
    ...knownDays(run, stretch.first_day, stretch.last_day),
    from_hour: run.fromHour,
  }));
}

/** Days in their order, in stretches. */
export function stretchesOf(days: readonly UsageDate[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const day of days) {
    const last = stretches.at(-1);
    const fits = last !== undefined && daysBetween(last.first_day, day) < datesPerWriteMax;
    if (fits) stretches[stretches.length - 1] = { ...last, last_day: day };
    else stretches.push({ first_day: day, last_day: day });
  }
  return stretches;
}

/** What a statement of this run can be filled with, once for each item. */
export function fillings(over: keyof RunState["over"], run: RunFindings): readonly Filling[] {
  switch (over) {
    case "landing_window":
      return landingWindow(run);
    case "changed_days":
      return changedDays(run);
    case "changed_keys":
      return changedKeys(run);
    default:
      return over satisfies never;
  }
}

/** The days of this run whose cells may be changed to what the lake has: what differs for the first time may be on its way. */
export function daysToRepair(run: RunFindings): readonly DayDifference[] {
  return run.differences.filter(({ standing }) => standing);
}

function literalsOf<Name extends string>(filling: Readonly<Record<Name, string | readonly string[]>>): Literals<Name> {
  const texts = Object.entries<string | readonly string[]>(filling).map(([name, given]) => [
    name,
    sqlLiterals("pipeline", name, typeof given === "string" ? [given] : given),
  ]);
  return Object.fromEntries(texts) as Literals<Name>;
}

/** The whole state that these findings make. */
export function stateOf(run: RunFindings): RunState {
  return {
    ...run,
    when: {
      always: true,
      landed: run.landed,
      days_changed: run.changedDays.length > 0,
      cells_to_repair: daysToRepair(run).length > 0,
      imports_waiting: run.waiting.length > 0,
      erasures_waiting: run.erases,
    },
    over: {
      landing_window: landingWindow(run).map(literalsOf),
      changed_days: changedDays(run).map(literalsOf),
      changed_keys: changedKeys(run).map(literalsOf),
    },
  };
}

/** All days of the backfill, and as many of the others as there is room for: the oldest ones. */
export function daysToRecompute(
  backfill: readonly UsageDate[],
  behind: readonly UsageDate[],
): Pick<RunState, "backfillNews" | "changedDays" | "leavesDays"> {
  const asked = new Set(backfill);
  const others = behind.filter((day) => !asked.has(day)).sort();
  const room = daysPerRunMax - asked.size;
  return {
    backfillNews: behind.filter((day) => asked.has(day)),
    changedDays: [...asked, ...others.slice(0, room)].sort(),
    leavesDays: others.length > room,
  };
}

/** A run that has recomputed all it could may have left days: the next one reads as far back. */
export function mayLeaveDays({ days }: Pick<RunRecord, "days">): boolean {
  return days.length >= daysPerRunMax;
}
