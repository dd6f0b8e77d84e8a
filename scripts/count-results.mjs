// Prints "N passed, N failed" over the tests (reports/tests.json) and the proofs (reports/verify.json), and exits 1
// when anything failed. A report that is missing, or a run that failed without a failed test, counts as a failure.
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

const tests = report("tests");
const proofs = report("verify");

let passed = tests?.numPassedTests ?? 0;
let failed = tests?.numFailedTests ?? 1;
if (tests && !tests.success && tests.numFailedTests === 0) failed += 1;
passed += proofs?.filter((proof) => proof.passed).length ?? 0;
failed += proofs?.filter((proof) => !proof.passed).length ?? 1;
if (passed === 0) failed = Math.max(failed, 1);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
