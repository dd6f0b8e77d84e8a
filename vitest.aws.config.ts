import { defineConfig } from "vitest/config";

/** The contract suites of the ports on DynamoDB Local: they need Java, `npm run verify -- dynamodb-local` runs them. */
export default defineConfig({
  test: {
    include: ["test/aws/**/*.suite.ts"],
    globalSetup: ["test/aws/global-setup.ts"],
    testTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  },
});
