import { type Command, Option } from "commander";
import { COST_CLASSES, SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";

export interface ScopeOptions {
  readonly team?: string;
  readonly feature?: string;
  readonly costClass?: string;
}

type WireScope = Readonly<Partial<Record<SpendDimension, readonly string[] | undefined>>>;

export const scopeQuery = ({ team, feature, costClass }: ScopeOptions) => ({
  ...(team !== undefined && { team }),
  ...(feature !== undefined && { feature }),
  ...(costClass !== undefined && { cost_class: costClass }),
});

/** "cogs, team search"; of all spend "all spend". */
export function scopeName(scope: WireScope): string {
  const parts = SPEND_DIMENSIONS.flatMap((name) => {
    const values = scope[name]?.join(" or ");
    if (values === undefined) return [];
    return [name === "cost_class" ? values : `${name.replaceAll("_", " ")} ${values}`];
  });
  return parts.length === 0 ? "all spend" : parts.reverse().join(", ");
}

export function scopeOptions(command: Command): Command {
  return command
    .option("--team <team>", "of a team")
    .option("--feature <feature>", "of a feature")
    .addOption(new Option("--cost-class <class>", "of a cost class").choices(COST_CLASSES));
}
