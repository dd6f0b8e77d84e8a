import type { PolicyStatus } from "#core/dimensions.ts";
import { type PicoUsd, parseUsd, zeroUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import type { KeyStore } from "./ports/keys.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

export interface ModelUsageQuery {
  readonly from: UsageDate;
  /** Included. */
  readonly to: UsageDate;
  /** The catalogue's names; undefined: every one. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly teams: readonly string[] | undefined;
}

export interface ModelUsageRow {
  readonly usageDate: UsageDate;
  readonly provider: string;
  readonly model: string;
  readonly team: string;
  readonly environment: string;
  readonly keyId: string;
  /** Null of a key that is not stored: the admin key of a machine. */
  readonly keyName: string | null;
  readonly policyStatus: PolicyStatus;
  readonly events: number;
  readonly requests: number;
  readonly cost: PicoUsd;
}

export interface ModelUsage {
  readonly rows: readonly ModelUsageRow[];
  readonly isComplete: boolean;
}

/** As in `sql/model_usage.sql`, less one. */
const rowsMax = 5_000;
/** Athena takes parameters of 1,024 characters. */
const teamsCharsMax = 900;

/** The teams as the statement takes them, in as many parts as it needs; one of '' stands for all. */
function teamLists(teams: readonly string[] | undefined): readonly string[] {
  if (teams === undefined) return [""];
  const lists: string[] = [];
  for (const team of teams) {
    const quoted = `|${team.replaceAll("|", "||")}|`;
    const last = lists.at(-1);
    if (last === undefined || last.length + quoted.length >= teamsCharsMax) lists.push(quoted);
    else lists[lists.length - 1] = `${last},${quoted}`;
  }
  return lists;
}

function usageRow(row: QueryRow, nameOf: ReadonlyMap<string, string>): ModelUsageRow {
  const keyId = String(row.sent_with);
  return {
    usageDate: row.usage_date as UsageDate,
    ...{ provider: String(row.provider), model: String(row.model) },
    ...{ team: String(row.team), environment: String(row.environment) },
    ...{ keyId, keyName: nameOf.get(keyId) ?? null },
    policyStatus: row.policy_status as PolicyStatus,
    ...{ events: Number(row.events), requests: Number(row.requests) },
    cost: parseUsd(String(row.cost)) ?? zeroUsd,
  };
}

/** Who has used which model when, as it stands in the lake: behind by a run of the pipeline. */
export const makeModelUsage =
  ({ engine, keys }: { readonly engine: QueryEngine; readonly keys: Pick<KeyStore, "list"> }) =>
  async ({ from, to, provider = "", model = "", teams }: ModelUsageQuery): Promise<ModelUsage> => {
    const nameOf = new Map((await keys.list()).map(({ id, name }) => [id, name]));
    const rows: ModelUsageRow[] = [];
    for (const list of teamLists(teams)) {
      const found = await engine.run("model_usage", { parameters: [from, to, provider, model, list, list] });
      rows.push(...found.map((row) => usageRow(row, nameOf)));
    }
    return { rows: rows.slice(0, rowsMax), isComplete: rows.length <= rowsMax };
  };
