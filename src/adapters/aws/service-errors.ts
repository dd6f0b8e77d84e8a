import { Unavailable } from "#app/unavailable.ts";

/** What a call went to: `part` is what `Unavailable` names, `resource` what an operator looks for: `table "x"`. */
export interface Called {
  readonly part: string;
  readonly resource: string;
}

/** Names of the services' errors that say: not now. */
const outageNames: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "InternalFailure",
  "InternalServerError",
  "KMSThrottlingException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "ReplicatedWriteConflictException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "ServiceUnavailable",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionConflictException",
  "TransactionInProgressException",
  // Of the SDK: no answer in time, or the caller's deadline.
  "AbortError",
  "RequestTimeout",
  "RequestTimeoutException",
  "TimeoutError",
]);

/** Of Node's sockets, and of the names it resolves. */
const networkCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

const deniedNames: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "AuthorizationErrorException",
]);

const credentialNames: ReadonlySet<string> = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);

const absentNames: ReadonlySet<string> = new Set([
  "NoSuchBucket",
  "NotFound",
  "NotFoundException",
  "ResourceNotFoundException",
  // S3, of a bucket in another region.
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "PermanentRedirect",
]);

/** Why the service did not do it, as far as the SDK tells. */
interface Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const nameOf = (error: Failure) => (typeof error.name === "string" ? error.name : "");

/**
 * The service, or the way to it, does not work now: the same call may succeed later. The SDK has sent it as often as it
 * may, and nobody knows whether it had an effect.
 */
export function isOutage(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const failure: Failure = error;
  const status = failure.$metadata?.httpStatusCode ?? 0;
  return (
    outageNames.has(nameOf(failure)) ||
    networkCodes.has(nameOf(failure)) ||
    (typeof failure.code === "string" && networkCodes.has(failure.code)) ||
    status >= 500 ||
    status === 429
  );
}

function likelyCause(name: string): string | undefined {
  if (deniedNames.has(name)) {
    return "access is denied: the role of who asks must allow this action on it; was the stack that grants it deployed?";
  }
  if (credentialNames.has(name)) return "the credentials are missing, wrong or expired";
  if (absentNames.has(name))
    return "it is not in this region and account: is this the region and name of the deployment?";
  return undefined;
}

/**
 * What to throw for an error of a call to AWS: `Unavailable` for an outage; an error that names the resource and the
 * likely cause where the deployment is at fault; the error itself where the call was.
 */
export function serviceError(error: unknown, { part, resource }: Called): unknown {
  if (isOutage(error)) return new Unavailable(part, { cause: error });
  if (!(error instanceof Error)) return error;
  const cause = likelyCause(error.name);
  return cause === undefined
    ? error
    : new Error(`${resource}: ${cause} (${error.name}: ${error.message})`, { cause: error });
}
