import * as z from "zod";
import { type Alert, type AlertFact, SEVERITIES } from "#core/alert.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { formatInstant } from "#core/time.ts";
import { replyInstant } from "./values.ts";

/**
 * An alert as queues and webhooks carry it, in the envelope that Standard Webhooks recommends. What is read is not strict:
 * a later version of the sender may say more.
 */
export const alertMessage = z.object({
  type: z
    .enum(["alert.raised", "alert.worsened", "alert.resolved", "alert.told"])
    .meta({ description: "`told`: a notice, which nothing resolves" }),
  version: z.literal(1),
  timestamp: replyInstant.meta({ description: "When it was decided to tell it" }),
  data: z.object({
    id: z.string().min(1).meta({ description: "The same alert, sent again, has the same id" }),
    state_id: z.string().meta({ description: "What raised it: the same for raised, worsened and resolved" }),
    handle: z.string().meta({ description: "What people call the state by, and what `finops alerts` takes" }),
    number: z.int().meta({ description: "1 for the first alert of its state, then one more with each" }),
    kind: z.string(),
    subject: z.string(),
    period: z.string().nullable().meta({ description: 'First and last UTC day, "2026-11-01/2026-11-30"' }),
    threshold: z.string().nullable(),
    severity: z.enum(SEVERITIES),
    team: z.string().nullable().meta({ description: "Null: of the whole company" }),
    owner: z.string().nullable(),
    title: z.string(),
    facts: z.array(z.object({ label: z.string(), value: z.string() })),
    since: replyInstant,
    link: z.string().meta({ description: "A page that shows it, and where it is acknowledged" }),
  }),
});
export type AlertMessage = z.output<typeof alertMessage>;

/** What else the topic carries: alarms of CloudWatch, of AWS Budgets, and notes of the deployment. */
export interface NoticeMessage {
  readonly type: "notice";
  readonly version: 1;
  readonly timestamp: string;
  readonly data: { readonly id: string; readonly title: string; readonly text: string };
}

const titleCharsMax = 300;
const labelCharsMax = 200;
const valueCharsMax = 2_000;
/** Of all facts, as JSON. With the rest of it a message stays below 48 KB. */
const factsCharsMax = 12_000;

/** Never between the halves of a character. */
const cut = (text: string, charsMax: number) =>
  text.length <= charsMax ? text : `${text.slice(0, charsMax - 1).replace(/[\ud800-\udbff]$/, "")}…`;

/** The first facts are the ones that people ask for first: what does not fit is left out from the end, and that is said. */
function fitFacts(facts: readonly AlertFact[]): AlertFact[] {
  const kept: AlertFact[] = [];
  let chars = 0;
  for (const fact of facts) {
    const fit = { label: cut(fact.label, labelCharsMax), value: cut(fact.value, valueCharsMax) };
    chars += JSON.stringify(fit).length;
    if (chars > factsCharsMax) {
      kept.push({ label: "Left out", value: `${facts.length - kept.length} more facts, too long for a message` });
      break;
    }
    kept.push(fit);
  }
  return kept;
}

/** `link`: the page of the alert. */
export function alertMessageOf(alert: Alert, link: string): AlertMessage {
  const { rule } = alert;
  return {
    type: `alert.${alert.event}`,
    version: 1,
    timestamp: formatInstant(alert.at),
    data: {
      id: alert.id,
      state_id: alert.stateId,
      handle: alertHandle(alert.stateId),
      number: alert.number,
      kind: rule.kind,
      subject: rule.subject,
      period: rule.period,
      threshold: rule.threshold,
      severity: alert.severity,
      team: alert.team,
      owner: alert.owner,
      title: cut(alert.title, titleCharsMax),
      facts: fitFacts(alert.facts),
      since: formatInstant(alert.since),
      link,
    },
  };
}
