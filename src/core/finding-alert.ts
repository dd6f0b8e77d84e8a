import type { AlertFact, AlertReading, Severity } from "./alert.ts";
import type { Registry } from "./config.ts";
import type { FindingKind, StoredFinding } from "./finding.ts";
import type { PicoUsd } from "./money.ts";
import { moneyText } from "./money-text.ts";
import { dayMs, formatInstant, type Instant, startOfDay } from "./time.ts";

const titles: Readonly<Record<FindingKind, string>> = {
  possible_double: "Calls may be counted twice",
  silent_source: "A sender has gone silent",
  unapproved_model: "A model was used without approval",
  production_on_other_key: "Spend on a development key looks like production",
  other_on_production_key: "Spend on a production key looks like development",
  coverage_below_target: "Too much spend is unallocated",
  sender_cost_differs: "A sender's costs differ from ours",
  unpriced_use: "Usage has no price",
};

/** What is not counted at all is graver than what is counted in the wrong place. */
const severities: Readonly<Record<FindingKind, Severity>> = {
  possible_double: "warning",
  silent_source: "critical",
  unapproved_model: "warning",
  production_on_other_key: "warning",
  other_on_production_key: "warning",
  coverage_below_target: "warning",
  sender_cost_differs: "warning",
  unpriced_use: "critical",
};

/** What was not found for a day within so many days, nor newly found in them, is over. */
const quietDays = 7;
/** As many subjects of a kind are told each by itself; the rest together. */
const subjectsMax = 10;
const titleMax = 100;

const cut = (text: string) => (text.length > titleMax ? `${text.slice(0, titleMax - 1)}…` : text);

/** The findings of one subject on its days, the newest day last. */
interface Subject {
  readonly subject: string;
  readonly since: Instant;
  readonly findings: readonly StoredFinding[];
}

function isFresh({ usageDate, since }: StoredFinding, now: Instant): boolean {
  return usageDate === null || Math.max(startOfDay(usageDate), since) >= now - quietDays * dayMs;
}

/** Those with a fresh finding, the first found first: as long as it stands, a subject keeps its place. */
function subjectsOf(standing: readonly StoredFinding[], now: Instant): readonly Subject[] {
  const bySubject = [...Map.groupBy(standing, (one) => one.subject)];
  const news = bySubject.filter(([, ofSubject]) => ofSubject.some((one) => isFresh(one, now)));
  const subjects = news.map(([subject, ofSubject]): Subject => {
    const sorted = ofSubject.toSorted((a, b) => ((a.usageDate ?? "") < (b.usageDate ?? "") ? -1 : 1));
    return { subject, since: Math.min(...sorted.map(({ since }) => since)) as Instant, findings: sorted };
  });
  return subjects.sort((a, b) => a.since - b.since || (a.subject < b.subject ? -1 : 1));
}

function sumOf(findings: readonly StoredFinding[]): string {
  const cost = findings.reduce((sum, one) => sum + (one.cost ?? 0n), 0n) as PicoUsd;
  const requests = findings.reduce((sum, one) => sum + one.requests, 0);
  const isKnown = findings.some((one) => one.cost !== null);
  const parts = [
    ...(isKnown ? [`${moneyText(cost)} USD, cost classes together`] : []),
    ...(requests > 0 ? [`${requests} requests`] : []),
  ];
  return parts.length === 0 ? "not measured in money" : parts.join(", ");
}

function factsOf(what: string, where: string, since: Instant, findings: readonly StoredFinding[]): AlertFact[] {
  const dates = findings.flatMap(({ usageDate }) => usageDate ?? []).sort();
  const days =
    dates.length === 0 ? "" : ` on ${dates[0] === dates.at(-1) ? dates[0] : `${dates[0]} to ${dates.at(-1)}`}`;
  return [
    { label: "What", value: what },
    { label: "Where", value: where },
    { label: "How much", value: `${sumOf(findings)}${days}` },
    { label: "Since", value: formatInstant(since) },
  ];
}

/** All of one team, or of none. */
function teamOf(findings: readonly StoredFinding[]): string | null {
  const teams = new Set(findings.map(({ team }) => team));
  return teams.size === 1 ? (findings[0]?.team ?? null) : null;
}

/** Those that all of them are of. */
function teamsOf(findings: readonly StoredFinding[]): readonly string[] | null {
  const teams = findings.flatMap(({ team }) => team ?? []);
  return teams.length === findings.length ? [...new Set(teams)].sort() : null;
}

function readingOf(kind: FindingKind, { subject, since, findings }: Subject, registry: Registry): AlertReading {
  const team = teamOf(findings);
  return {
    rule: { kind, subject, period: null, threshold: null },
    severity: severities[kind],
    ...{ team, visibleTo: teamsOf(findings) },
    owner: registry.team?.values.find(({ id }) => id === team)?.owner ?? null,
    title: cut(`${titles[kind]}: ${subject}`),
    facts: factsOf(findings.at(-1)?.text ?? titles[kind], subject, since, findings),
    ...{ level: 1, step: null, isNotice: false },
  };
}

/** Told again when there are twice as many. */
function restReading(kind: FindingKind, rest: readonly Subject[]): AlertReading {
  const findings = rest.flatMap((one) => one.findings);
  const since = Math.min(...rest.map((one) => one.since)) as Instant;
  const what = `${rest.length} more subjects: \`finops findings --kind ${kind}\``;
  return {
    rule: { kind, subject: "the rest", period: null, threshold: "more than are told each" },
    ...{ severity: severities[kind], team: null, visibleTo: teamsOf(findings), owner: null },
    title: cut(`${titles[kind]}: ${rest.length} more`),
    facts: factsOf(
      what,
      rest
        .map(({ subject }) => subject)
        .slice(0, subjectsMax)
        .join("; "),
      since,
      findings,
    ),
    ...{ level: rest.length, step: rest.length / 2, isNotice: false },
  };
}

/**
 * What people are to know of the findings that stand: an alert for each kind and subject, at most ten of a kind, those
 * that were found first; the rest of a kind in one. The same subject on the days after is the same alert; after a week
 * without it, it is over.
 */
export function findingReadings(
  stored: readonly StoredFinding[],
  registry: Registry,
  now: Instant,
): readonly AlertReading[] {
  const standing = stored.filter(({ resolvedAt }) => resolvedAt === null);
  return [...Map.groupBy(standing, ({ kind }) => kind)].flatMap(([kind, ofKind]) => {
    const subjects = subjectsOf(ofKind, now);
    const rest = subjects.slice(subjectsMax);
    return [
      ...subjects.slice(0, subjectsMax).map((one) => readingOf(kind, one, registry)),
      ...(rest.length > 0 ? [restReading(kind, rest)] : []),
    ];
  });
}
