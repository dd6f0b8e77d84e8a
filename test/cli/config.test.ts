import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;
beforeAll(async () => {
  finops = await openFinops();
});
afterAll(() => finops[Symbol.asyncDispose]());

const example = fileURLToPath(new URL("../../finops.example.yaml", import.meta.url));

function write(name: string, text: string): string {
  const file = `${finops.folder}/${name}`;
  writeFileSync(file, text);
  return file;
}

async function audited(): Promise<string[]> {
  const headers = { authorization: `Bearer ${finops.adminKey}` };
  const reply = await fetch(`${finops.url}/v1/audit?limit=1000`, { headers });
  const { entries } = (await reply.json()) as { entries: { action: string; subject: string }[] };
  return entries.map(({ action, subject }) => `${action} ${subject}`);
}

test("the example is planned, confirmed, applied once, and then plans to no change", async () => {
  const planned = await finops.run(["plan", "-f", example]);
  expect(planned.err).toBe("");
  expect(planned.out).toContain('+ policies/gpt-4o-for-all\n    id: "gpt-4o-for-all"\n    status: "approved"');
  expect(planned.out).toContain('~ settings/enforcement\n    development: "quarantine" → "observe"');
  expect(planned.out).toContain("+ prices/openai/* * * from 2099-01-01");
  expect((await finops.run(["plan", "-f", example, "--exit-code"])).exitCode).toBe(4);
  expect((await finops.run(["apply", "-f", example])).err).toContain("then add --yes");
  const declined = await finops.run(["apply", "-f", example], undefined, "no");
  expect(declined).toMatchObject({ exitCode: 2, err: expect.stringContaining("nothing has changed") });
  expect(await audited()).toEqual([]);

  const applied = await finops.run(["apply", "-f", example, "--reason", "kick-off"], undefined, "yes");
  expect(applied).toMatchObject({ exitCode: 0, err: "", out: expect.stringContaining("Applied.") });
  const entries = await audited();
  expect(entries).toContain("config.add registry/team/search");
  expect(entries).toContain("config.add policies/no-opus-in-development");
  expect(entries).toContain("config.change settings/enforcement");
  expect(entries.filter((entry) => entry.startsWith("price.set price/"))).toHaveLength(1);

  for (const words of [["plan"], ["plan", "--exit-code"], ["apply"], ["apply", "--yes"]]) {
    const again = await finops.run([...words, "-f", example]);
    expect(again).toMatchObject({ exitCode: 0, err: "", out: "Nothing to change: all of it stands.\n" });
  }
  expect(await audited()).toEqual(entries);
});

test("what is exported plans to no change", async () => {
  const file = `${finops.folder}/exported.yaml`;
  expect(await finops.run(["export", "-f", file])).toMatchObject({ exitCode: 0, out: "" });
  expect(readFileSync(file, "utf8")).toMatch(/^# yaml-language-server: \$schema=\.\/finops\.schema\.json\n/);
  expect((await finops.run(["plan", "-f", file])).out).toBe("Nothing to change: all of it stands.\n");
  expect((await finops.run(["export"])).out).toBe(readFileSync(file, "utf8"));
});

test("a price that was set, replaced and set again is exported, and plans to no change", async () => {
  const price = ["--provider", "openai", "--model", "gpt-4o", "--meter", "pages", "--from", "2098-01-01"];
  for (const usd of ["2", "3", "2"]) {
    expect((await finops.run(["prices", "set", ...price, "--usd-per-million", usd])).exitCode).toBe(0);
  }
  const file = `${finops.folder}/again.yaml`;
  await finops.run(["export", "-f", file]);
  expect((await finops.run(["plan", "-f", file])).out).toBe("Nothing to change: all of it stands.\n");
});

test("a part that is left out stays, an empty list is none", async () => {
  const before = JSON.parse((await finops.run(["export", "--json"])).out);
  const file = write("empty.yaml", "rules: []\n");
  const planned = JSON.parse((await finops.run(["plan", "-f", file, "--json"])).out);
  expect(planned.changes.map(({ change, section }: { change: string; section: string }) => [change, section])).toEqual(
    before.rules.map(() => ["remove", "rules"]),
  );
  expect(before.rules.length).toBeGreaterThan(0);
  expect((await finops.run(["apply", "-f", file, "--yes"])).exitCode).toBe(0);
  expect(JSON.parse((await finops.run(["export", "--json"])).out)).toEqual({ ...before, rules: [] });
});

test("a price that stands and is not in the file is kept, and the plan says so", async () => {
  const { out } = await finops.run(["plan", "-f", write("no-prices.yaml", "prices: []\n")]);
  expect(out).toContain("= prices/openai/* * * from 2099-01-01 goes on without a last day\n");
  expect(out.match(/Prices are never removed/g)).toHaveLength(1);
  expect(out).toContain("Nothing to change");
});

test.each([
  [
    "a misspelt word",
    "policies:\n  list:\n    - id: a\n      status: aproved\n",
    '4:7 policies.list[0].status: found "aproved", wanted one of approved',
  ],
  [
    "a key that is none",
    "budgets:\n  - id: b\n    ammount: 1\n",
    "3:5 budgets[0].ammount: found 1, wanted one of id, owner",
  ],
  [
    "a missing field",
    "sources:\n  - id: a\n",
    "2:5 sources[0].silent_after_minutes: found nothing, wanted a whole number",
  ],
  [
    "an amount without quotes",
    "budgets:\n  - { id: b, owner: o, scope: {}, period: day, amount_usd: 5, when_used_up: warn }",
    "2:48 budgets[0].amount_usd: found 5, wanted a decimal string in quotes",
  ],
  ["a key twice", "rules: []\nrules: []\n", "2:1 Map keys must be unique"],
  ["broken syntax", "rules: [\n  a: {\n", "3:1 "],
  [
    "a tag with a dot in its name",
    "rules:\n  - id: a\n    when: { tags: { app.kubernetes.io/name: '' } }\n    set: { team: x }\n",
    "3:21 rules[0].when.tags.app.kubernetes.io/name: found",
  ],
  [
    "an anchor's value",
    "rules:\n  - id: a\n    when: {}\n    set: &set { team: unallocated }\n  - { id: b, when: { key: [k] }, set: *set }\n",
    "4:17 rules[0].set.team",
  ],
  ["nothing at all", "", "1:1 found null, wanted an object with registry"],
])("%s is told with its line and column", async (_, text, told) => {
  const file = write("wrong.yaml", text);
  const { exitCode, err, out } = await finops.run(["plan", "-f", file]);
  expect(err).toContain(`${file}:${told}`);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
});

test("what only the server can judge is told with its line and column, also by apply", async () => {
  const text =
    "# prices\nprices:\n  - provider: openai\n    model: gpt-4o\n    meter: '*'\n    tier: '*'\n    discount_percent: '5'\n    from: '2020-01-01'\n";
  const file = write("past.yaml", text);
  for (const command of ["plan", "apply"]) {
    const { exitCode, err } = await finops.run([command, "-f", file]);
    expect(err).toContain(`${file}:8:5 prices[0].from: found "2020-01-01", wanted a UTC day, 2`);
    expect(exitCode).toBe(2);
  }
});

test("what goes wrong with what stands already is told without a line", async () => {
  const file = write("strict.yaml", "registry:\n  team: { mode: strict, values: [{ id: support }] }\n");
  const { err } = await finops.run(["plan", "-f", file]);
  expect(err).toMatch(
    /strict\.yaml, with what stands already: shared_costs\[0\]\.split\.weights\[0\]\.team: found "search"/,
  );
});

test("an apply is refused when the state has moved since its plan", async () => {
  const file = write("moved.yaml", "coverage: { target_percent: '90' }\n");
  const other = write("other.yaml", "coverage: { target_percent: '80' }\n");
  const meanwhile: typeof fetch = async (url, request) => {
    if (String(url).endsWith("/v1/config/apply")) {
      expect((await finops.run(["apply", "-f", other, "--yes"])).exitCode).toBe(0);
    }
    return fetch(url, request);
  };
  const { exitCode, err } = await finops.run(["apply", "-f", file, "--yes"], (url, request) => meanwhile(url, request));
  expect(exitCode).toBe(1);
  expect(err).toContain("have changed since the plan");
  expect(JSON.parse((await finops.run(["export", "--json"])).out).coverage).toEqual({ target_percent: "80" });
});

test("no report for people mixes cost classes unless it is asked to", async () => {
  const usage = (id: string, environment: string) => ({
    ...{ id, source: "test", time: new Date().toISOString(), provider: "openai", model: "gpt-4o" },
    ...{ meters: { uncached_input_tokens: 4_000_000 } },
    attribution: { team: "search", feature: "chat", environment, region: "eu", customer_tier: "pro" },
  });
  const headers = { authorization: `Bearer ${finops.adminKey}`, "content-type": "application/json" };
  const body = JSON.stringify({ events: [usage("1", "production"), usage("2", "staging")] });
  expect((await fetch(`${finops.url}/v1/events`, { method: "POST", headers, body })).status).toBe(200);
  await vi.waitFor(
    async () => {
      const cost = (await finops.run(["report", "cost"])).out;
      expect(cost).toMatch(/^cogs +search +chat +10\.00 /m);
      expect(cost).toMatch(/^rnd +search +chat +10\.00 /m);
      expect(cost).toContain("by cost class cogs 10.00, rnd 10.00\n");
    },
    { timeout: 5_000 },
  );
  expect((await finops.run(["report", "cost", "--group-by", "team"])).out).toContain(
    "by cost class cogs 10.00, rnd 10.00",
  );
  const allocation = (await finops.run(["report", "allocation"])).out;
  expect(allocation).toMatch(/^search +cogs +10\.00 +0\.00 +0\.00 +10\.00$/m);
  expect(allocation).toMatch(/^search +rnd +10\.00 +0\.00 +2\d\d\.\d\d +2\d\d\.\d\d$/m);
  expect(allocation).toMatch(/^by cost class cogs 10\.00, rnd 2\d\d\.\d\d$/m);
});

test("a file that is not there is wrong usage", async () => {
  const { exitCode, err } = await finops.run(["plan", "-f", "no-such.yaml"]);
  expect(exitCode).toBe(2);
  expect(err).toContain("no-such.yaml: there is no such file");
});
