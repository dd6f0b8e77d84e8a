const budgetBytes = 128 * 1024 * 1024;
const wireBytes = 4 * 1024 * 1024;
const unpackedBytes = 16 * 1024 * 1024;
/** Events pack to about a twentieth. */
const usualRatio = 25;

/** What a request's body may come to occupy. */
function weightOf(request: Request): number {
  const length = request.headers.get("content-length");
  if (!request.headers.has("content-encoding"))
    return length === null ? wireBytes : Math.min(Number(length), wireBytes);
  return length === null ? unpackedBytes : Math.min(Number(length) * usualRatio, unpackedBytes);
}

const refused = () =>
  Response.json(
    {
      error: {
        code: "too_many_requests",
        message: "Too many bodies at once: wait for Retry-After and send this one again.",
      },
    },
    { status: 429, headers: { "retry-after": "1", "cache-control": "no-store" } },
  );

/** Bounds the memory of the bodies in flight: what comes above it is answered 429 before it is read. */
export function guardOverload(dispatch: (request: Request) => Promise<Response>) {
  let inFlightBytes = 0;
  return async (request: Request): Promise<Response> => {
    if (request.method === "GET") return dispatch(request);
    const weight = weightOf(request);
    if (inFlightBytes + weight > budgetBytes) return refused();
    inFlightBytes += weight;
    try {
      return await dispatch(request);
    } finally {
      inFlightBytes -= weight;
    }
  };
}
