/** Mutation testing of the core: `npm run mutation`. The report is reports/mutation/mutation.html. */
export default {
  mutate: ["src/core/**/*.ts"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts" },
  plugins: ["@stryker-mutator/vitest-runner"],
  coverageAnalysis: "perTest",
  timeoutMS: 15_000,
  concurrency: 2,
  ignoreStatic: true,
  reporters: ["clear-text", "progress", "html", "json"],
  clearTextReporter: { logTests: false, reportTests: false, skipFull: true },
  // Stryker would read it with TypeScript's JavaScript API, which TypeScript 7 does not have. Nothing here needs it.
  tsconfigFile: "no-tsconfig.json",
  disableTypeChecks: false,
  ignorePatterns: [".finops", ".tsbuild", "bench", "reports", "web"],
  tempDirName: ".stryker-tmp",
};
