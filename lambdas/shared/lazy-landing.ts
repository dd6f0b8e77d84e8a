import type { Landing } from "#app/ports/landing.ts";

/**
 * The landing, loaded when it is first written to: only an import of old events or a redrive does, and the S3 client
 * with the Parquet writer would be a third of each start.
 */
export function lazyLanding(): Landing {
  let opened: Promise<Landing> | undefined;
  return {
    write: async (...file) => {
      opened ??= import("./landing.ts").then(({ landing }) => landing());
      return (await opened).write(...file);
    },
  };
}
