import type { Caller } from "#app/caller.ts";
import type { makeRedrive } from "#app/redrive.ts";
import type { makeRedriveExport, RedriveExportResult } from "#app/redrive-export.ts";
import type { Handlers, Input, Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { problemOf, refuse } from "./refusal.ts";

export interface OperationsDeps {
  readonly redrive: ReturnType<typeof makeRedrive>;
  readonly redriveExport: ReturnType<typeof makeRedriveExport>;
}

type NamedExport = NonNullable<Input<Routes["redrive"]>["body"]["export"]>;

function exportReply(
  { id }: NamedExport,
  after: string | undefined,
  result: RedriveExportResult,
): Reply<Routes["redrive"]> {
  switch (result.status) {
    case "landed": {
      const { status: _, next, undecodable, ...report } = result;
      const problems = undecodable.length > 0 ? [{ id, problems: [...undecodable] }] : [];
      return { status: 200, body: { ...report, undecodable: problems, next: next ?? null } };
    }
    case "absent":
      return { status: 404, body: problemOf({ code: "not_found", message: `There is no export ${id}.` }) };
    case "unfinished":
      return {
        status: 409,
        body: problemOf({ code: "conflict", message: `The export ${id} is still being written: try again later.` }),
      };
    case "wrong_cursor": {
      const wanted = "the `next` of the reply before, of the same export";
      const fields = [{ path: "after", found: JSON.stringify(after), wanted }];
      return { status: 400, body: problemOf(refuse("bad_request", `after: send ${wanted}.`, fields).refusal) };
    }
    default:
      return result satisfies never;
  }
}

export const makeRedriveHandler =
  ({ redrive, redriveExport }: OperationsDeps): Handlers<Routes, Caller>["redrive"] =>
  async ({ body: { after, export: named } }) => {
    if (named !== undefined) {
      const range = { receivedFrom: named.received_from, receivedTo: named.received_to };
      return exportReply(named, after, await redriveExport({ exportId: named.id, after, ...range }));
    }
    const { undecodable, next, ...report } = await redrive(after);
    const problems = undecodable.map(({ id, problems: found }) => ({ id, problems: [...found] }));
    return { status: 200, body: { ...report, undecodable: problems, next: next ?? null } };
  };
