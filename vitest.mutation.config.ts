import { defineConfig } from "vitest/config";

/** The tests that mutants of the core have to survive: those that reach it directly, no server, no lake. */
export default defineConfig({
  test: { include: ["test/core/**/*.test.ts", "test/formats/**/*.test.ts"], testTimeout: 20_000 },
});
