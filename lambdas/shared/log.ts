import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import type { MiddlewareObj } from "@middy/core";

export const logger = new Logger();

const causesMax = 5;

/**
 * The stacks of an error and its causes. Errors of the SDK carry requests, responses and items beside their message:
 * none of it may reach a log.
 */
function causesOf(error: unknown): string[] {
  const causes: string[] = [];
  for (let cause = error; cause !== undefined && causes.length < causesMax; ) {
    causes.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

/** The one way in which a fault is logged. */
export function logFault(what: string, error: unknown, more: Readonly<Record<string, string | number>> = {}): void {
  logger.error(what, { ...more, causes: causesOf(error) });
}

/** Each line names the function, the request and whether the start was a cold one; what was thrown is logged. */
export function withLog(): MiddlewareObj[] {
  return [injectLambdaContext(logger), { onError: ({ error }) => logFault("the invocation failed", error) }];
}
