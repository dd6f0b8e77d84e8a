import type { QueryEngine } from "#app/ports/query-engine.ts";

/** Athena, loaded with the first query: most requests find what they want in DynamoDB. */
export function lazyEngine(): QueryEngine {
  let opened: Promise<QueryEngine> | undefined;
  return {
    run: async (...query) => {
      opened ??= import("./engine.ts").then(({ engine }) => engine());
      return (await opened).run(...query);
    },
  };
}
