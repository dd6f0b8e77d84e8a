import type { Config, CostClassTable, FixedCost } from "#core/config.ts";
import type { ConfigChange } from "#core/config-changes.ts";
import { addDays, type UsageDate } from "#core/time.ts";

/** Days whose usage is booked otherwise than it would be now. */
export interface Restates {
  readonly from: UsageDate;
  readonly to: UsageDate;
}

/** What a change means where the change itself does not say it. */
export interface ConfigEffect {
  readonly restates?: Restates;
  /** Sentences. */
  readonly meaning: readonly string[];
}

export interface Configs {
  readonly before: Config;
  readonly after: Config;
  readonly today: UsageDate;
}

const none: ConfigEffect = { meaning: [] };

/** The days up to today of which this table decides. */
function daysOf(table: CostClassTable | undefined, tables: readonly CostClassTable[], today: UsageDate): UsageDate[] {
  if (table === undefined || table.from > today) return [];
  const next = tables
    .map(({ from }) => from)
    .filter((from) => from > table.from && from <= today)
    .sort()[0];
  const last = next === undefined ? today : addDays(next, -1);
  return [table.from, last];
}

function ofCostClasses(id: string, { before, after, today }: Configs): ConfigEffect {
  const table = (tables: readonly CostClassTable[]) => tables.find((one) => one.id === id);
  const [old, wanted] = [table(before.cost_classes), table(after.cost_classes)];
  const isSame = old?.from === wanted?.from && JSON.stringify(old?.rows) === JSON.stringify(wanted?.rows);
  const days = [...daysOf(old, before.cost_classes, today), ...daysOf(wanted, after.cost_classes, today)].sort();
  const [from, to] = [days[0], days.at(-1)];
  if (isSame || from === undefined || to === undefined) return none;
  const meaning =
    `What is booked from ${from} to ${to} keeps its class: ` +
    `\`finops attribution reclassify --from ${from} --to ${to}\` books it by this table.`;
  return { restates: { from, to }, meaning: [meaning] };
}

function ofFixedCost(id: string, { before, after, today }: Configs): ConfigEffect {
  const cost = (costs: readonly FixedCost[]) => costs.find((one) => one.id === id);
  const [old, wanted] = [cost(before.fixed_costs), cost(after.fixed_costs)];
  const from = [old?.from, wanted?.from].filter((day) => day !== undefined).sort()[0];
  const isCoverChanged = JSON.stringify(old?.covers) !== JSON.stringify(wanted?.covers);
  if (!isCoverChanged || from === undefined || from > today) return none;
  return {
    meaning: ["Usage of the covered sources that is booked already keeps its cost; new usage is booked by this."],
  };
}

function ofEnforcement({ before, after }: Configs): ConfigEffect {
  const refusing = Object.entries(after.enforcement).flatMap(([environment, mode]) =>
    mode === "reject" && before.enforcement[environment as keyof Config["enforcement"]] !== "reject"
      ? [environment]
      : [],
  );
  if (refusing.length === 0) return none;
  const meaning = `Events from ${refusing.join(" and ")} whose attribution is incomplete will be refused, and nothing of them kept.`;
  return { meaning: [meaning] };
}

/** What follows of the config alone; what follows for models and values in use is told beside it. */
export function effectOf({ section, id }: ConfigChange, configs: Configs): ConfigEffect {
  if (section === "cost_classes") return ofCostClasses(id, configs);
  if (section === "fixed_costs") return ofFixedCost(id, configs);
  return section === "settings" && id === "enforcement" ? ofEnforcement(configs) : none;
}
