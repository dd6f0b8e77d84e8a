import { defineConfig } from "vitest/config";

/** The lake's SQL on Trino, Athena's engine: it needs Java and Maven, `npm run verify -- trino` runs it. */
export default defineConfig({
  test: {
    include: ["test/trino/*.suite.ts"],
    globalSetup: ["test/trino/global-setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    pool: "forks",
    maxWorkers: 1,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  },
});
