import { ATTRIBUTION_DIMENSIONS, type AttributionDimension } from "#core/dimensions.ts";
import { type PicoUsd, parseUsd, zeroUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { makeCostReport } from "./cost-report.ts";
import type { KeyStore, StoredKey } from "./ports/keys.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";
import { readUsualValues, type UsualValues } from "./usual-values.ts";

export interface QuarantineDeps {
  readonly engine: QueryEngine;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly rules: () => Promise<CompanyRules>;
  readonly keys: Pick<KeyStore, "list">;
}

/**
 * Why a dimension is unallocated. `unregistered`: what was sent is no value of a strict dimension. `not_allowed`: the key
 * may not book to the team that was sent. `no_default`: nothing
 * was sent, and the key neither fixes it nor has a default. `missing`: nothing was sent, and what the key has now it had
 * not then, or nobody knows the key.
 */
type LackReason = "unregistered" | "not_allowed" | "no_default" | "missing";

/** `spelling`: registered, and spelt most like what was sent. Otherwise what most events of the same key or source have. */
type SuggestionBasis = "spelling" | "key" | "source";

interface Lack {
  readonly dimension: AttributionDimension;
  readonly reason: LackReason;
  /** What was sent; null for nothing. */
  readonly found: string | null;
  readonly suggestion: { readonly value: string; readonly by: SuggestionBasis } | null;
}

export interface QuarantineGroup {
  readonly source: string;
  readonly keyId: string;
  readonly provider: string;
  readonly model: string;
  readonly lacks: readonly Lack[];
  readonly events: bigint;
  readonly requests: bigint;
  readonly cost: PicoUsd;
  /** Events that have no cost besides. */
  readonly unpriced: bigint;
  readonly firstDay: UsageDate;
  readonly lastDay: UsageDate;
}

export interface Quarantine {
  /** What costs most first. */
  readonly groups: readonly QuarantineGroup[];
  /** False: there are more than the 1,000 groups that are listed. */
  readonly isComplete: boolean;
  /** As the cost report has it, with what is not in the lake yet. */
  readonly total: PicoUsd;
  readonly unallocated: PicoUsd;
}

/** As in `sql/unallocated_usage.sql`. */
const groupsMax = 1_000;

interface Known {
  readonly key: StoredKey | undefined;
  readonly usual: UsualValues;
  readonly nearestTo: (dimension: AttributionDimension, sent: string) => string | undefined;
}

const textOf = (value: QueryRow[string] | undefined) => (value === null || value === undefined ? null : String(value));

interface Found {
  readonly unknown: string | null;
  readonly refused: string | null;
}

function reasonOf(
  dimension: AttributionDimension,
  { unknown, refused }: Found,
  key: StoredKey | undefined,
): LackReason {
  if (unknown !== null) return "unregistered";
  if (refused !== null) return "not_allowed";
  const { fixed, defaults } = key?.attribution ?? {};
  const hasNone = fixed?.[dimension] === undefined && defaults?.[dimension] === undefined;
  return key !== undefined && hasNone ? "no_default" : "missing";
}

function lackOf(row: QueryRow, dimension: AttributionDimension, { key, usual, nearestTo }: Known): Lack {
  const unknown = textOf(row[`unknown_${dimension}`]);
  const refused = dimension === "team" ? textOf(row.refused_team) : null;
  const spelling = unknown === null ? undefined : nearestTo(dimension, unknown);
  const common = usual(String(row.source), String(row.sent_with), dimension);
  return {
    dimension,
    found: unknown ?? refused,
    reason: reasonOf(dimension, { unknown, refused }, key),
    suggestion: spelling === undefined ? common : { value: spelling, by: "spelling" },
  };
}

function groupOf(row: QueryRow, known: Known): QuarantineGroup {
  const lacking = ATTRIBUTION_DIMENSIONS.filter((dimension) => BigInt(row[`lacks_${dimension}`] ?? 0) === 1n);
  return {
    source: String(row.source),
    keyId: String(row.sent_with),
    provider: String(row.provider),
    model: String(row.model),
    lacks: lacking.map((dimension) => lackOf(row, dimension, known)),
    events: BigInt(row.events ?? 0),
    requests: BigInt(row.requests ?? 0),
    cost: parseUsd(String(row.cost)) ?? zeroUsd,
    unpriced: BigInt(row.unpriced ?? 0),
    firstDay: row.first_day as UsageDate,
    lastDay: row.last_day as UsageDate,
  };
}

/** Usage that stands unallocated, as the lake has it: in groups that one assignment can fill, with why and by what. */
export const makeQuarantine =
  ({ engine, costReport, rules, keys }: QuarantineDeps) =>
  async (from: UsageDate, to: UsageDate): Promise<Quarantine> => {
    const [rows, usual, { compiled }, known, { totals }] = await Promise.all([
      engine.run("unallocated_usage", { parameters: [from, to] }),
      readUsualValues(engine, from, to),
      rules(),
      keys.list(),
      costReport({ from, to, granularity: "total", groupBy: [], filters: {} }),
    ]);
    const byId = new Map(known.map((key) => [key.id, key]));
    const { nearestTo } = compiled.registry;
    const groups = rows.map((row) => groupOf(row, { key: byId.get(String(row.sent_with)), usual, nearestTo }));
    return {
      groups,
      isComplete: rows.length < groupsMax,
      total: totals.cost,
      unallocated: totals.unallocated.cost,
    };
  };
