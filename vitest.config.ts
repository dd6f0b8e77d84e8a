import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    // The SDK and the CDK are loaded once a worker, not once a file: half of the time. No test mocks a module.
    isolate: false,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  },
});
