import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { startServer } from "#server/start.ts";
import { startFakeProvider } from "../../scripts/fake-provider/fake-provider.ts";

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

test("what the page says to write runs as it stands: the wrapped call and the recorded event are booked", async () => {
  const page = await readFile("docs/senders/sdk.md", "utf8");
  const snippets = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  expect(snippets.length).toBe(3);
  const folder = await mkdtemp(join(tmpdir(), "sdk-page-"));
  const provider = await startFakeProvider();
  const { url, adminKey, close } = await startServer({ port: 0, dataDir: folder, demo: false });
  try {
    const outfile = join(folder, "page.mjs");
    await build({
      stdin: { contents: snippets.join("\n"), loader: "ts", resolveDir: process.cwd() },
      alias: { "ai-finops/sdk": "./src/sdk/meter.ts" },
      ...{ outfile, bundle: true, format: "esm", platform: "node" },
    });
    const env = {
      ...process.env,
      ...{ FINOPS_URL: url, FINOPS_KEY: adminKey, OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: `${provider.url}/v1` },
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [outfile], { env, timeout: 30_000 });
    expect({ stdout, stderr }).toEqual({ stdout: "The answer is forty-two.\n", stderr: "" });
    const query = `from=${day(-1)}&to=${day(0)}&group_by=provider,team,feature,customer_tier`;
    const report = async () => {
      const headers = { authorization: `Bearer ${adminKey}` };
      const { rows } = (await (await fetch(`${url}/v1/reports/cost?${query}`, { headers })).json()) as {
        rows: Record<string, unknown>[];
      };
      return rows.map(({ provider: by, team, feature, customer_tier, requests }) => [
        ...[by, team, feature, customer_tier, requests],
      ]);
    };
    await expect.poll(report, { timeout: 15_000 }).toEqual(
      expect.arrayContaining([
        ["openai", "search", "chat", "pro", 1],
        ["cohere", "search", "chat", "pro", 1],
      ]),
    );
  } finally {
    await close();
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  }
});
