import type { Alert, Severity } from "./alert.ts";
import { alertHandle } from "./alert-handle.ts";
import { minuteText } from "./time.ts";

/** The page of an alert; `base` is the address of the API, without a slash at its end. */
export function alertLink(base: string, { stateId }: Pick<Alert, "stateId">): string {
  return `${base}/v1/alert-page?id=${alertHandle(stateId)}`;
}

const severityNames: Readonly<Record<Severity, string>> = { info: "Notice", warning: "Warning", critical: "Critical" };

const eventTexts: Readonly<Record<Alert["event"], string>> = {
  raised: "New",
  worsened: "Worse than when you were told last",
  resolved: "Over: nothing is to be done any more",
  told: "For your information: it is told this once",
};

/** Labels longer than that do not push all values to the right. */
const labelWidthMax = 20;

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

interface Line {
  readonly label: string;
  readonly value: string;
}

/** Labels in a column, values beside them. */
function aligned(lines: readonly Line[]): readonly string[] {
  const width = Math.min(labelWidthMax, Math.max(...lines.map(({ label }) => label.length))) + 2;
  return lines.map(({ label, value }) => `${`${oneLine(label)}: `.padEnd(width)}${oneLine(value)}`.trimEnd());
}

/** What the facts leave open: they may say it in other words. */
function ownLines(alert: Alert): readonly Line[] {
  const said = new Set(alert.facts.map(({ label }) => label.toLowerCase()));
  const lines = [
    { label: "Since", value: minuteText(alert.since) },
    { label: "Owner", value: alert.owner ?? "nobody is named" },
    { label: "Team", value: alert.team ?? "the whole company" },
  ];
  return lines.filter(({ label }) => !said.has(label.toLowerCase()));
}

/** An alert as a mail says it: what, where, how much, since when, projected, whose it is; then what can be done. */
export function alertText(alert: Alert, link: string): string {
  const handle = alertHandle(alert.stateId);
  const isOpen = alert.event === "raised" || alert.event === "worsened";
  return [
    oneLine(alert.title),
    "",
    ...aligned([
      { label: "Status", value: `${severityNames[alert.severity]}. ${eventTexts[alert.event]}.` },
      ...alert.facts,
      ...ownLines(alert),
    ]),
    "",
    `Look at it: ${link}`,
    ...(isOpen
      ? [
          "To say that you have seen it, open the page and press Acknowledge, or run:",
          `  finops alerts acknowledge ${handle} --note "what you do about it"`,
        ]
      : []),
    "",
    `Alert ${handle}, message ${alert.number}, ${minuteText(alert.at)}. AI FinOps`,
    "",
  ].join("\n");
}
