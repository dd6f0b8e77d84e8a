// Proves that the API answers as its OpenAPI document says, whatever is sent to it: schemathesis (PyPI) makes requests from
// the document of the embedded server, fitting ones and broken ones, for every operation, and judges each answer.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ownServer, startServer } from "../embedded-server.ts";

const version = "4.32.5";
const runSecondsMax = 110;
const adminKey = "schemathesis-proof-admin-key-0123456789abcdef";
const tools = process.env.FINOPS_TOOLS ?? join(homedir(), ".cache", "ai-finops-tools");

const hooks = join(import.meta.dirname, "schemathesis");

/** Checks that ask for more than a document can say. */
const notAsked = [
  // A body may fit its schema and still be refused: an event older than the live window, an id that stands.
  "positive_data_acceptance",
  // Unknown fields of events are dropped with a warning, and the events of a batch are judged each on its own.
  "negative_data_rejection",
];

/** schemathesis in a virtual environment of its own, made once. */
function installSchemathesis(): string {
  const venv = join(tools, `schemathesis-${version}`);
  const done = join(venv, "installed");
  if (!existsSync(done)) {
    rmSync(venv, { recursive: true, force: true });
    execFileSync("python3", ["-m", "venv", venv], { stdio: "inherit", timeout: 120_000 });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `schemathesis==${version}`];
    execFileSync(join(venv, "bin/python"), pip, { stdio: "inherit", timeout: 240_000 });
    writeFileSync(done, version);
  }
  return join(venv, "bin/schemathesis");
}

const program = installSchemathesis();
const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
const server = await startServer(ownServer(join(folder, "data"), adminKey));
try {
  const run = [
    ...["run", `${server.baseUrl}/v1/openapi.json`, "--header", `Authorization: Bearer ${adminKey}`],
    ...["--exclude-checks", notAsked.join(","), "--seed", "5", "--max-time", String(runSecondsMax)],
    ...["--request-timeout", "10", "--continue-on-failure", "--no-color"],
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(program, run, {
    ...{ cwd: folder, stdio: "inherit", timeout: (runSecondsMax + 60) * 1_000 },
    env: { ...process.env, SCHEMATHESIS_HOOKS: "hooks", PYTHONPATH: hooks },
  });
  if (status !== 0) throw new Error(`schemathesis ended with ${status}`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
