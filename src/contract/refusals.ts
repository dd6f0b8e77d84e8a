import { problem } from "./problem.ts";

/** What the dispatcher may answer in place of a handler. */
export const refusals = { 400: problem, 401: problem, 403: problem, 429: problem, 500: problem, 503: problem } as const;

/** As `refusals`, on a route that takes a body. */
export const bodyRefusals = { ...refusals, 413: problem, 415: problem } as const;
