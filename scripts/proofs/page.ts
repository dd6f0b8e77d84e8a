// Proves that the page works in a real browser: it shows the demo company's total, that of each cost class, and a row
// for each feature and class, as the API gives them. Installs Debian's chromium where there is none.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../embedded-server.ts";

const adminKey = "page-proof-admin-key-0123456789abcdef";
const args = ["--disable-warning=ExperimentalWarning", "src/cli/main.ts", "start", "--port", "0", "--data"];
const reportDays = 30;

function installChromium(): void {
  if (spawnSync("chromium", ["--version"]).status === 0) return;
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { stdio: "inherit" });
}

interface Report {
  readonly total_cost_usd: string;
  readonly rows: readonly { readonly feature: string; readonly cost_class: string }[];
  readonly cost_classes: readonly { readonly cost_class: string; readonly cost_usd: string }[];
}

async function reportOf(baseUrl: string): Promise<Report> {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const query = `from=${day(reportDays - 1)}&to=${day(0)}&group_by=feature,cost_class&granularity=total`;
  const reply = await fetch(`${baseUrl}/v1/reports/cost?${query}`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
  return (await reply.json()) as Report;
}

/** The document as it stands once its scripts have run. */
function documentOf(folder: string, url: string): string {
  const profile = `--user-data-dir=${join(folder, "profile")}`;
  const options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", profile];
  return execFileSync("chromium", [...options, "--virtual-time-budget=10000", "--dump-dom", url], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 60_000,
  });
}

installChromium();
const folder = mkdtempSync(join(tmpdir(), "page-"));
try {
  const cwd = join(import.meta.dirname, "../..");
  const server = await startServer({ cwd, program: process.execPath, args: [...args, folder], adminKey });
  try {
    const { total_cost_usd: total, rows, cost_classes } = await reportOf(server.baseUrl);
    const html = documentOf(folder, `${server.baseUrl}/#key=${adminKey}`);
    const dollars = Math.trunc(Number(total)).toLocaleString("en-US");
    const classes = cost_classes.map(({ cost_usd }) => `exactly ${cost_usd} USD`);
    const wanted = ["DEMO", dollars, ...classes, ...rows.map((row) => `${row.feature} · ${row.cost_class}`)];
    const missing = wanted.filter((text) => !html.includes(text));
    if (missing.length > 0 || rows.length === 0) throw new Error(`the page lacks ${missing.join(", ")}:\n${html}`);
    console.log(`the page shows ${rows.length} rows of ${classes.length} cost classes and $${dollars}`);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
