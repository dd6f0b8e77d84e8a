import { expect, test } from "vitest";
import { openFinops } from "./finops.ts";

const payload = (call: string, model: string, cost: number) => ({
  id: `chatcmpl-${call}`,
  litellm_call_id: call,
  call_type: "acompletion",
  status: "success",
  startTime: Math.floor(Date.now() / 1000),
  model,
  custom_llm_provider: "openai",
  metadata: { usage_object: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 } },
  response_cost: cost,
});

test("what LiteLLM believes is compared with what is booked, after adjustments", async () => {
  await using finops = await openFinops();
  const headers = { authorization: `Bearer ${finops.adminKey}` };
  // 1,000 tokens at 2.5 and 100 at 10 USD a million are 0.0035 USD.
  const posted = [
    payload("right", "openai/gpt-4o", 0.0035),
    payload("wrong", "openai/gpt-4o", 0.0175),
    payload("voided", "openai/gpt-4o", 7),
    payload("unknown", "openai/acme-7b", 0),
  ];
  const reply = await fetch(`${finops.url}/v1/litellm`, { method: "POST", headers, body: JSON.stringify(posted) });
  const { results } = (await reply.json()) as { results: { id: string }[] };
  const adjust = ["adjust", "--source", "litellm/proxy", "--id", results[2]?.id ?? "", "--void", "--reason", "test"];
  expect((await finops.run(adjust)).err).toBe("");
  await fetch(`${finops.url}/v1/pipeline/runs`, { method: "POST", headers });
  const { out, err } = await finops.run(["report", "sender-costs", "--json"]);
  expect(err).toBe("");
  const of = { source: "litellm/proxy", provider: "openai" };
  expect(JSON.parse(out)).toMatchObject({
    rows: [
      {
        ...{ ...of, model: "gpt-4o", events: 2, differing_events: 1, unpriced_events: 0 },
        ...{ our_cost_usd: "0.007", sender_cost_usd: "0.021", difference_usd: "0.014" },
      },
      { ...of, model: "openai/acme-7b", events: 1, unpriced_events: 1, difference_usd: "0" },
    ],
    total: { our_cost_usd: "0.007", sender_cost_usd: "0.021", difference_usd: "0.014" },
    complete: true,
  });
  const table = await finops.run(["report", "sender-costs"]);
  expect(table.out).toContain("booked 0.007 USD, by the senders 0.021 USD: a difference of 0.014 USD");
  expect(table.out.endsWith("\nAs of the last run of the pipeline: `finops status` says when.\n")).toBe(true);
});
