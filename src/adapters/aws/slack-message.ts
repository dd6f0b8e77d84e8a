import type { Alert, AlertFact, Severity } from "#core/alert.ts";

/** What is told of an alert. */
export interface ToldAlert {
  /** What people call it by. */
  readonly handle: string;
  readonly number: number;
  readonly event: Alert["event"];
  readonly severity: Severity;
  readonly team: string | null;
  readonly owner: string | null;
  readonly title: string;
  readonly facts: readonly AlertFact[];
  /** "2026-11-23T10:15:00.000Z". */
  readonly since: string;
  readonly link: string;
}

type Block = Readonly<Record<string, unknown>>;

/** What an incoming webhook takes. */
export interface SlackMessage {
  /** What notifications show. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

// Slack's limits, in characters: docs.slack.dev/reference/block-kit. Ours are below them where nobody would read so much.
const titleCharsMax = 500;
const textCharsMax = 3_000;
const fieldCharsMax = 2_000;
const fieldsMax = 10;
const factsMax = 40;
const contextCharsMax = 500;
const urlCharsMax = 3_000;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * Escaped for mrkdwn, and never cut within a character or an entity. What is not printable becomes a blank: what comes
 * from senders cannot mention a channel, nor link anywhere.
 */
function escaped(text: string, charsMax: number): string {
  let fit = "";
  // The last of so many never fits, so that a character cut in halves here is left out below.
  const start = text.slice(0, charsMax);
  for (const char of start.toWellFormed().replace(/[^\P{Cc}\n]|[\ufffe\uffff]/gu, " ")) {
    const next = entities[char] ?? char;
    if (fit.length + next.length > charsMax - 1) return `${fit}…`;
    fit += next;
  }
  return fit;
}

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
/** Without `verbatim` Slack would make links and mentions of what looks like them. */
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const plain = (text: string) => ({ type: "plain_text", text, emoji: false });

const severityNames: Record<Severity, string> = { info: "Notice", warning: "Warning", critical: "Critical" };

function headline({ event, severity }: ToldAlert): string {
  if (event === "resolved") return "Resolved";
  return event === "worsened" ? `${severityNames[severity]}: worse than before` : severityNames[severity];
}

const factField = ({ label, value }: AlertFact) =>
  mrkdwn(escaped(`*${oneLine(label) || "-"}*\n${value}`, fieldCharsMax));

function factSections(facts: readonly AlertFact[]): Block[] {
  const shown = facts.slice(0, factsMax);
  const starts = shown.flatMap((_, i) => (i % fieldsMax === 0 ? [i] : []));
  return starts.map((start) => ({
    type: "section",
    fields: shown.slice(start, start + fieldsMax).map(factField),
  }));
}

function contextOf({ owner, team, since, handle, number, facts }: ToldAlert): Block {
  const said = [
    `Owner: ${owner ?? "none"}`,
    `Team: ${team ?? "the whole company"}`,
    `Since ${since.slice(0, 16).replace("T", " ")} UTC`,
    `Id: ${handle}, alert ${number}`,
    ...(facts.length > factsMax ? [`${facts.length - factsMax} more facts are on its page`] : []),
  ];
  return { type: "context", elements: said.map((text) => mrkdwn(escaped(oneLine(text), contextCharsMax))) };
}

/** A link, which asks nothing of Slack: no app, no token, no address that Slack would have to reach. */
function linkTo(url: string): Block[] {
  if (url.length > urlCharsMax || !/^https?:\/\//.test(url) || !URL.canParse(url)) return [];
  return [{ type: "actions", elements: [{ type: "button", text: plain("Open the alert"), url }] }];
}

/** An alert as a message of Block Kit, within Slack's limits whatever it says. */
export function slackMessage(alert: ToldAlert): SlackMessage {
  const title = oneLine(alert.title) || "An alert without a title";
  const head = headline(alert);
  return {
    text: escaped(alert.event === "resolved" ? title : `${head}: ${title}`, textCharsMax),
    blocks: [
      { type: "header", text: plain(head) },
      { type: "section", text: mrkdwn(`*${escaped(title, titleCharsMax)}*`) },
      ...factSections(alert.facts),
      contextOf(alert),
      ...linkTo(alert.link),
    ],
  };
}

/** What else comes through the topic, such as an alarm of CloudWatch. */
export function slackNotice({ title, text }: { readonly title: string; readonly text: string }): SlackMessage {
  const heading = escaped(oneLine(title) || "Notice", titleCharsMax);
  const body = escaped(text, textCharsMax);
  return {
    text: heading,
    blocks: [
      { type: "section", text: mrkdwn(`*${heading}*`) },
      ...(body.trim() === "" ? [] : [{ type: "section", text: mrkdwn(body) }]),
    ],
  };
}
