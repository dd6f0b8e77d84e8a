export interface Sending {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A system that the story is told to: the one on this machine, or one that is deployed. */
export interface Target {
  readonly name: string;
  readonly adminKey: string;
  call(path: string, sending: Sending): Promise<{ readonly status: number; text(): Promise<string> }>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends to a target as JSON; a body that is text or bytes goes as it is. */
export async function ask(
  target: Target,
  key: string | undefined,
  path: string,
  request: {
    readonly method?: string;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer> {
  const { method = "GET", body } = request;
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const reply = await target.call(path, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...request.headers,
    },
    ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await reply.text();
  try {
    return { status: reply.status, body: JSON.parse(text) };
  } catch {
    return { status: reply.status, body: text };
  }
}

/** The same, of an answer that has to be a 2xx. */
export async function must<T>(...asked: Parameters<typeof ask>): Promise<T> {
  const { status, body } = await ask(...asked);
  if (status >= 200 && status < 300) return body as T;
  throw new Error(`${asked[0].name}: ${asked[2]} answered ${status}: ${JSON.stringify(body).slice(0, 600)}`);
}
