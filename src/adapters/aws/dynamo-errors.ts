import { Unavailable } from "#app/unavailable.ts";
import { isOutage } from "./service-errors.ts";

/** Of a statement in a batch and of an item in a cancelled transaction: it was not taken now, and may be later. */
const contentionCodes: ReadonlySet<string> = new Set([
  "InternalServerError",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

/** True for codes after which the same statement, or the same transaction, is worth sending again. */
export function isContention(code: string | undefined): boolean {
  return code !== undefined && contentionCodes.has(code);
}

/** DynamoDB refuses the call as such: an item too large, a key too long, a number of too many digits. */
export function isValidation(error: unknown): boolean {
  return error instanceof Error && error.name === "ValidationException";
}

/** `reply`, but for an outage, which becomes `Unavailable` of this part. */
export async function orUnavailable<T>(part: string, reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw isOutage(error) ? new Unavailable(part, { cause: error }) : error;
  }
}
