import type { AlertFact, AlertReading, AlertRule } from "./alert.ts";
import type { Anomaly, StoredAnomaly } from "./anomaly.ts";
import type { Explanation } from "./anomaly-explain.ts";
import type { Registry, Scope } from "./config.ts";
import type { PicoUsd } from "./money.ts";
import { moneyText } from "./money-text.ts";
import { scopeKey } from "./scope-key.ts";
import { scopeText } from "./scope-text.ts";
import { visibleTo } from "./visibility.ts";

const titleMax = 100;
const explanationsMax = 3;
/** So many times what was usual is critical. */
const criticalTimes = 10n;

const usd = (amount: PicoUsd) => `${moneyText(amount)} USD`;

/** The rule of an anomaly's alert: once for its scope and day; of hours, once for the scope while it runs away. */
export function anomalyRule({ grain, scope, usageDate }: Pick<Anomaly, "grain" | "scope" | "usageDate">): AlertRule {
  const subject = scopeKey(scope);
  return grain === "daily"
    ? { kind: "anomaly", subject, period: `${usageDate}/${usageDate}`, threshold: null }
    : { kind: "runaway", subject, period: null, threshold: null };
}

/** Of the scope, or of what explains all that is said of the excess; null where there are several. */
function teamOf({ scope, explanations }: StoredAnomaly): string | null {
  const named =
    scope.team ?? explanations.find(({ dimension }) => dimension === "team")?.contributors.map((one) => one.value);
  return named?.length === 1 ? (named[0] ?? null) : null;
}

/** As the registry has it: of the feature, else of the team. */
export function ownerOf(scope: Scope, team: string | null, registry: Registry): string | null {
  const feature = scope.feature?.length === 1 ? scope.feature[0] : undefined;
  const owned = (name: "feature" | "team", id: string | null | undefined) =>
    registry[name]?.values.find((value) => value.id === id)?.owner;
  return owned("feature", feature) ?? owned("team", team) ?? null;
}

function explanationText({ dimension, contributors }: Explanation): string {
  const parts = contributors.map(({ value, excess }) => `${value} +${usd(excess)}`);
  return `${dimension.replaceAll("_", " ")} ${parts.join(", ")}`;
}

/** In the order in which people ask. */
function factsOf(anomaly: StoredAnomaly, owner: string | null): readonly AlertFact[] {
  const { scope, usageDate, cost, expected, excess, explanations, state } = anomaly;
  const why = explanations.slice(0, explanationsMax).map(explanationText).join("; ");
  return [
    { label: "What", value: "A day cost more than such a weekday usually does" },
    { label: "Where", value: scopeText(scope) },
    { label: "How much", value: `${usd(cost)}, ${usd(excess)} more than the ${usd(expected)} expected` },
    { label: "Since", value: `${usageDate} (UTC day)` },
    { label: "Explained by", value: why === "" ? "nothing within it more than the rest" : why },
    { label: "State", value: state },
    { label: "Owner", value: owner ?? "nobody is named" },
  ];
}

/** Told again when its excess has doubled. */
export function anomalyReading(anomaly: StoredAnomaly, registry: Registry): AlertReading {
  const { scope, usageDate, cost, expected, excess } = anomaly;
  const team = teamOf(anomaly);
  const owner = ownerOf(scope, team, registry);
  const title = `${usd(excess)} more than usual on ${usageDate}: ${scopeText(scope)}`;
  const level = Number(excess) / 1e12;
  return {
    rule: anomalyRule(anomaly),
    severity: cost >= criticalTimes * expected ? "critical" : "warning",
    ...{ team, visibleTo: visibleTo(scope), owner },
    title: title.length > titleMax ? `${title.slice(0, titleMax - 1)}…` : title,
    facts: factsOf(anomaly, owner),
    level,
    step: level / 2,
    isNotice: false,
  };
}
