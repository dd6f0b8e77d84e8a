import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { Unavailable } from "#app/unavailable.ts";
import { isContention, orUnavailable } from "./dynamo-errors.ts";
import { pause } from "./dynamo-retry.ts";

const attemptsMax = 8;
export const conditionFailed = "ConditionalCheckFailed";
const untouched = "None";

export interface Transaction {
  /** As `Unavailable` names it. */
  readonly part: string;
  /** At most 100, each of another item. */
  readonly items: readonly TransactWriteItem[];
  readonly random?: () => number;
}

/** DynamoDB refuses an item of the transaction for what it is: nobody else's doing, so trying again is of no use. */
function assertPossible(part: string, reasons: readonly CancellationReason[], cause: Error): void {
  const place = reasons.findIndex(({ Code }) => Code !== untouched && !isContention(Code));
  if (place < 0) return;
  const { Code, Message } = reasons[place] as CancellationReason;
  throw new Error(`${part}: item ${place} of the transaction was refused: ${Code} ${Message ?? ""}`, { cause });
}

/**
 * All of these writes, or none. Undefined when they are done; the reasons, one an item, when a condition does not hold.
 * A transaction that collides with others is tried again. Sent again after a timeout it has its effect once: within a
 * call the SDK keeps the token; beyond it the conditions must tell.
 */
export async function transact(
  client: DynamoDBClient,
  { part, items, random }: Transaction,
): Promise<readonly CancellationReason[] | undefined> {
  let lost: unknown;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await pause(attempt, random);
    try {
      await orUnavailable(part, client.send(new TransactWriteItemsCommand({ TransactItems: [...items] })));
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      // Wins over a collision beside it: what no longer holds now will not hold again.
      if (reasons.some(({ Code }) => Code === conditionFailed)) return reasons;
      assertPossible(part, reasons, error);
      lost = error;
    }
  }
  throw new Unavailable(part, { cause: lost });
}
