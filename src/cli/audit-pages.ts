import type { Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { expectStatus, type Session } from "./connection.ts";
import { exitCodes, Failure } from "./failure.ts";

export type WireEntry = Extract<Reply<Routes["readAudit"]>, { status: 200 }>["body"]["entries"][number];

/** Requests: a log of ten million entries has as many pages. */
const pagesMax = 10_000;
const pageEntries = 1_000;

/** Every entry in order, page by page. */
export async function* auditPages({ client }: Session): AsyncGenerator<readonly WireEntry[]> {
  let from = 1;
  for (let page = 0; page < pagesMax; page++) {
    const query = { from: String(from), limit: String(pageEntries) };
    const { entries } = expectStatus(await client.readAudit({ query }), 200);
    const last = entries.at(-1);
    if (last === undefined) return;
    yield entries;
    from = last.number + 1;
  }
  throw new Failure("there is no end of the audit log", { exitCode: exitCodes.refused });
}
