import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { pause } from "./dynamo-retry.ts";
import { transact } from "./dynamo-transact.ts";
import { insertStatements, statementsMax } from "./insert-statements.ts";
import { type Item, itemOf, standingOf } from "./ledger-item.ts";
import { mapBounded, piecesOf } from "./map-bounded.ts";
import { readLedgerItems } from "./read-ledger-items.ts";

export interface DynamoLedgerOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Another one for every call: by it a call knows what it wrote itself before a timeout. */
  readonly newWriteId: () => string;
}

interface Write {
  readonly entry: LedgerEntry;
  readonly item: ReturnType<typeof itemOf>;
}

const callsInFlightMax = 10;
const attemptsMax = 5;
const togetherMax = 50;

const accepted: AppendOutcome = { status: "accepted" };
const unavailable: AppendOutcome = { status: "unavailable" };

function writesOf(entries: readonly LedgerEntry[], writeId: string): Write[] {
  // Written twice by one call, the second would find the first one's write id and pass for it.
  if (new Set(entries.map(({ key }) => key)).size !== entries.length) {
    throw new RangeError("ledger: a key stands twice in one call");
  }
  return entries.map((entry) => ({ entry, item: itemOf(entry, writeId) }));
}

function outcomeOf({ entry, item }: Write, standing: Item): AppendOutcome {
  const { entry: existing, writeId } = standingOf(standing);
  if (writeId === item.w.S) return accepted;
  return { status: existing.contentHash === entry.contentHash ? "duplicate" : "conflict", existing };
}

/** @param options.table key `k`; a stream of new images; entries expire by `x` */
export function dynamoLedger({ client, table, newWriteId }: DynamoLedgerOptions): Ledger {
  /** Undefined where nothing stands after all: it has expired in between. */
  async function judge(standing: readonly Write[]): Promise<(AppendOutcome | undefined)[]> {
    if (standing.length === 0) return [];
    try {
      const keys = standing.map(({ entry }) => entry.key);
      const items = await readLedgerItems(client, table, keys);
      return standing.map((write) => {
        const item = items.get(write.entry.key);
        return item && outcomeOf(write, item);
      });
    } catch (error) {
      if (error instanceof Unavailable) return standing.map(() => unavailable);
      throw error;
    }
  }

  /** One attempt for each of these: sets the outcomes that are known now, and returns what is worth another one. */
  async function attemptAll(writes: readonly Write[], outcomes: Map<string, AppendOutcome>): Promise<Write[]> {
    const again: Write[] = [];
    const standing: Write[] = [];
    await mapBounded(piecesOf(writes, statementsMax), callsInFlightMax, async (piece) => {
      const items = piece.map(({ item }) => item);
      const inserted = await insertStatements(client, table, items);
      piece.forEach((write, i) => {
        if (inserted[i] === "written") outcomes.set(write.entry.key, accepted);
        if (inserted[i] === "stands") standing.push(write);
        if (inserted[i] === "again") again.push(write);
      });
    });
    const judged = await judge(standing);
    standing.forEach((write, i) => {
      const outcome = judged[i];
      if (outcome === undefined) again.push(write);
      else outcomes.set(write.entry.key, outcome);
    });
    return again;
  }

  return {
    async append(entries) {
      const outcomes = new Map<string, AppendOutcome>();
      let writes = writesOf(entries, newWriteId());
      for (let attempt = 0; attempt < attemptsMax && writes.length > 0; attempt++) {
        if (attempt > 0) await pause(attempt);
        writes = await attemptAll(writes, outcomes);
      }
      return entries.map(({ key }) => outcomes.get(key) ?? unavailable);
    },

    async appendTogether(entries) {
      if (entries.length > togetherMax) throw new RangeError(`ledger: at most ${togetherMax} entries together`);
      const writes = writesOf(entries, newWriteId());
      const items = writes.map(({ item }) => ({
        Put: {
          TableName: table,
          Item: item,
          ConditionExpression: "attribute_not_exists(k)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        } as const,
      }));
      try {
        const reasons = await transact(client, { part: "ledger", items });
        if (reasons === undefined) return accepted;
        const place = reasons.findIndex(({ Item: standing }) => standing !== undefined);
        const [write, standing] = [writes[place], reasons[place]?.Item];
        if (write === undefined || standing === undefined) {
          const codes = reasons.map(({ Code }) => Code).join(", ");
          throw new Error(`ledger: a transaction was refused (${codes}), want the item that stands in its way`);
        }
        return outcomeOf(write, standing as Item);
      } catch (error) {
        if (error instanceof Unavailable) return unavailable;
        throw error;
      }
    },

    async read(keys) {
      const items = await readLedgerItems(client, table, keys);
      return new Map([...items].map(([key, item]) => [key, standingOf(item).entry]));
    },
  };
}
