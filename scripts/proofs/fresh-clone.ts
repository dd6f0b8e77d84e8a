// Proves the promise of the README: git clone, npm ci, npm start, and the report answers. The clone holds what is
// committed, nothing else of this machine.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startServer } from "../embedded-server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const adminKey = "fresh-clone-admin-key-0123456789abcdef";
const attemptsMax = 60;

// The clone stands on the machine's own Node and npm, not on what this checkout has installed.
process.env.PATH = (process.env.PATH ?? "")
  .split(":")
  .filter((entry) => !entry.includes("node_modules"))
  .join(":");

/** The demo company's cost of the last 30 days, once it is not zero. */
async function reportedCost(baseUrl: string): Promise<{ total: string; rows: number }> {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const url = `${baseUrl}/v1/reports/cost?from=${day(29)}&to=${day(0)}&group_by=team&granularity=total`;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const reply = await fetch(url, { headers: { authorization: `Bearer ${adminKey}` } });
    if (reply.status === 200) {
      const { rows, total_cost_usd: total } = (await reply.json()) as { rows: unknown[]; total_cost_usd: string };
      if (Number(total) > 0) return { total, rows: rows.length };
    }
    await sleep(1_000);
  }
  throw new Error(`no cost in the report after ${attemptsMax} s`);
}

/** The page itself, not only the API behind it. */
async function page(baseUrl: string): Promise<number> {
  const reply = await fetch(baseUrl);
  const html = await reply.text();
  if (reply.status !== 200 || !html.includes("<html")) throw new Error(`${baseUrl} answered ${reply.status}: ${html}`);
  return html.length;
}

const folder = mkdtempSync(join(tmpdir(), "fresh-clone-"));
try {
  const cwd = join(folder, "ai-finops");
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", root, cwd], { stdio: "inherit" });
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd, stdio: "inherit" });
  const server = await startServer({ cwd, program: "npm", args: ["start", "--", "--port", "0"], adminKey });
  try {
    const { total, rows } = await reportedCost(server.baseUrl);
    const size = await page(server.baseUrl);
    console.log(`a fresh clone answers: ${rows} teams, ${total} USD in 30 days, a page of ${size} characters`);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
