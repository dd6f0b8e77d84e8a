// Prints "N passed, N failed" over the tests (reports/tests.json), the suites that proofs run (dynamodb-local.json, trino.json)
// and the proofs (reports/verify.json), and exits 1 when anything failed. A report that is missing, or a run that failed
// without a failed test, counts as a failure.
// Plain JavaScript: it also runs where `npm ci` could not bring a Node that strips types.
import { readFileSync } from "node:fs";

function report(name) {
  try {
    return JSON.parse(readFileSync(new URL(`../reports/${name}.json`, import.meta.url), "utf8"));
  } catch {
    console.log(`reports/${name}.json is missing or not readable`);
    return undefined;
  }
}

let passed = 0;
let failed = 0;
for (const tests of [report("tests"), report("dynamodb-local"), report("trino")]) {
  passed += tests?.numPassedTests ?? 0;
  failed += tests?.numFailedTests ?? 1;
  if (tests && !tests.success && tests.numFailedTests === 0) failed += 1;
}
const proofs = report("verify");
passed += proofs?.filter((proof) => proof.passed).length ?? 0;
failed += proofs?.filter((proof) => !proof.passed).length ?? 1;
if (passed === 0) failed = Math.max(failed, 1);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
