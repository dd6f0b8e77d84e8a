import type { ConfigPlan, PlannedChange } from "#contract/config-plan.ts";
import type { OutputRow } from "./output.ts";

const SIGN = { add: "+", change: "~", remove: "-" } as const satisfies Record<PlannedChange["change"], string>;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const json = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));

/** The fields that differ, or both values where they have none. */
function differences({ change, from, to }: PlannedChange): string[] {
  if (change === "remove") return [];
  if (change === "add")
    return isObject(to) ? Object.entries(to).map(([key, value]) => `${key}: ${json(value)}`) : [json(to)];
  if (!isObject(from) || !isObject(to)) return [`${json(from)} → ${json(to)}`];
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return keys
    .filter((key) => json(from[key]) !== json(to[key]))
    .map((key) => `${key}: ${json(from[key])} → ${json(to[key])}`);
}

function changeText(change: PlannedChange): string {
  const lines = [...differences(change).map((line) => `    ${line}`), ...change.meaning.map((line) => `  ! ${line}`)];
  return [`${SIGN[change.change]} ${change.section}/${change.id}`, ...lines].join("\n");
}

const keptNote = "  ! Prices are never removed: to replace one, set another price from a coming day on.";

/** What would change, for people. */
export function planText({ changes, kept }: ConfigPlan): string {
  const count = (change: PlannedChange["change"]) => changes.filter((one) => one.change === change).length;
  const sum =
    changes.length === 0
      ? "Nothing to change: all of it stands."
      : `${count("add")} to add, ${count("change")} to change, ${count("remove")} to remove.`;
  const ofKept = kept.map(
    ({ provider, model, meter, tier, from, hint }) =>
      `= prices/${provider}/${model} ${meter} ${tier} from ${from} ${hint}`,
  );
  const ofAllKept = kept.length === 0 ? [] : [keptNote];
  return `${[...changes.map(changeText), ...ofKept, ...ofAllKept, sum].join("\n")}\n`;
}

export const planColumns = ["change", "section", "id", "from", "to"] as const;

export function planRows(changes: readonly PlannedChange[]): OutputRow[] {
  return changes.map(({ change, section, id, from, to }) => ({
    ...{ change, section, id, from: from === null ? null : json(from), to: to === null ? null : json(to) },
  }));
}
