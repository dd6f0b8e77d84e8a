import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openFinops } from "../cli/finops.ts";

const page = readFileSync(new URL("../../docs/senders/cloudevents.md", import.meta.url), "utf8");
const snippets = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, command = ""]) => command);

test("each line of the page can be copied and is taken", async () => {
  await using finops = await openFinops();
  const env = {
    PATH: process.env.PATH,
    FINOPS_URL: finops.url,
    FINOPS_KEY: finops.adminKey,
    NOW: new Date().toISOString(),
  };
  const ids: unknown[] = [];
  for (const snippet of snippets) {
    const { stdout } = await promisify(execFile)("bash", ["-c", snippet], { env, timeout: 20_000 });
    const { results } = JSON.parse(stdout) as { results: { id: string; status: string; cost_usd: string }[] };
    expect(results).toMatchObject([{ status: "quarantined", cost_usd: expect.stringMatching(/^0\.00/) }]);
    ids.push(results[0]?.id);
  }
  expect(ids).toEqual(["call-1", "call-2", "call-3"]);
});
