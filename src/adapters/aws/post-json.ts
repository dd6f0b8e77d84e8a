/** What came of one request. Nothing of the address is in it. */
export type Answer =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfter: string | null }
  /** Nobody answered in time: it may have been taken or not. */
  | { readonly kind: "timeout" }
  /** `code` as Node names it: "ECONNREFUSED". It may have been taken or not. */
  | { readonly kind: "unreachable"; readonly code: string };

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * An address that may be posted to: https, or this very machine. Throws an error that names `what` and never its value,
 * which may be a secret.
 */
export function postableAddress(text: string, what: string): string {
  const address = text.trim();
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isFit = url?.protocol === "https:" || (url?.protocol === "http:" && loopback.has(url.hostname));
  if (!isFit) throw new Error(`${what}: it holds no address that begins with https://`);
  return address;
}

/** The code alone: messages of errors may carry the address. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause.code;
  }
  return "unknown";
}

/** Posts once. Redirects are answers too, and are not followed: a body goes where it was meant to go. */
export async function postJson(
  address: string,
  sent: { readonly body: string; readonly headers?: Readonly<Record<string, string>>; readonly timeoutMs: number },
): Promise<Answer> {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "ai-finops", ...sent.headers },
      body: sent.body,
      redirect: "manual",
      signal: AbortSignal.timeout(sent.timeoutMs),
    });
    // The status has said it all: what becomes of the body must not make a failure of it.
    await response.body?.cancel().catch(() => undefined);
    return { kind: "answered", status: response.status, retryAfter: response.headers.get("retry-after") };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return { kind: "timeout" };
    return { kind: "unreachable", code: codeOf(error) };
  }
}
