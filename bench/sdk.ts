// What the SDK adds to a call, one core: record(), and calls of the official clients, watched against plain, on a fetch
// that answers at once. The time to send the events is in it: the server is one that takes everything at once.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { createMeter, type Meter } from "#sdk/meter.ts";
import { figure } from "./figure.ts";

const smoke = process.argv.includes("--smoke");
const [calls, rounds] = smoke ? [50, 3] : [2_000, 15];
const message = { role: "user" as const, content: "What is six times seven?" };

const answers: Readonly<Record<string, object>> = {
  "/v1/chat/completions": {
    ...{
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_790_000_000,
      model: "gpt-4o",
      service_tier: "default",
    },
    choices: [{ index: 0, message: { role: "assistant", content: "Forty-two." }, finish_reason: "stop" }],
    usage: {
      ...{ prompt_tokens: 1_200, completion_tokens: 120, total_tokens: 1_320 },
      ...{ prompt_tokens_details: { cached_tokens: 300 }, completion_tokens_details: { reasoning_tokens: 40 } },
    },
  },
  "/v1/messages": {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-6", stop_reason: "end_turn" },
    content: [{ type: "text", text: "Forty-two." }],
    usage: { input_tokens: 1_200, output_tokens: 120, cache_read_input_tokens: 300 },
  },
};
const bodies = new Map(Object.entries(answers).map(([path, body]) => [path, JSON.stringify(body)]));
const headers = { "content-type": "application/json" };
const stubbed = async (url: unknown) => new Response(bodies.get(new URL(String(url)).pathname), { headers });

const meterOf = () =>
  createMeter({
    ...{ url: "http://finops", key: "k", source: "bench" },
    attribution: { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
    fetch: async (_, { body }) => {
      const events = body.split('"source":').length - 1;
      return new Response(`{"results":[${Array(events).fill('{"status":"accepted"}').join()}]}`);
    },
  });

/** Of the processor, so that what else the machine does falls on neither. */
async function microsecondsPer(call: () => unknown, end: () => unknown): Promise<number> {
  const begun = process.cpuUsage();
  for (let i = 0; i < calls; i++) await call();
  await end();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / calls;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Plain and watched in turn, so that what else the machine does falls on both. */
async function compare(name: string, meter: Meter, plain: () => unknown, watched: () => unknown): Promise<void> {
  const times: { readonly plain: number[]; readonly watched: number[] } = { plain: [], watched: [] };
  for (let round = 0; round < rounds; round++) {
    times.plain.push(await microsecondsPer(plain, () => {}));
    times.watched.push(await microsecondsPer(watched, () => meter.flush()));
  }
  const added = times.watched.map((time, i) => time - (times.plain[i] ?? 0));
  figure(`${name}: plain`, median(times.plain.slice(1)), "µs a call");
  figure(`${name}: added when watched, sending included`, median(added.slice(1)), "µs a call", "≤ 20");
}

const meter = meterOf();
const options = { apiKey: "sk-bench", maxRetries: 0, fetch: stubbed };
const openai = new OpenAI({ ...options, baseURL: "http://provider/v1" });
const anthropic = new Anthropic({ ...options, baseURL: "http://provider" });
const event = {
  provider: "openai",
  model: "gpt-4o",
  meters: { uncached_input_tokens: 1_200, text_output_tokens: 120 },
};

const recording: number[] = [];
for (let round = 0; round < rounds; round++) {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) meter.record(event);
  recording.push(Number(process.hrtime.bigint() - begun) / 1_000 / calls);
  await meter.flush();
}
figure("record(): until it returns", median(recording.slice(1)), "µs an event", "≤ 20");
await compare(
  "openai chat.completions.create",
  meter,
  () => openai.chat.completions.create({ model: "gpt-4o", messages: [message] }),
  (
    (client) => () =>
      client.chat.completions.create({ model: "gpt-4o", messages: [message] })
  )(meter.openai(openai)),
);
await compare(
  "anthropic messages.create",
  meter,
  () => anthropic.messages.create({ model: "claude-sonnet-4-6", max_tokens: 100, messages: [message] }),
  (
    (client) => () =>
      client.messages.create({ model: "claude-sonnet-4-6", max_tokens: 100, messages: [message] })
  )(meter.anthropic(anthropic)),
);
await meter.close();
const { recorded, sent } = meter.stats();
if (sent !== recorded || recorded < calls * rounds * 3) throw new Error(`${sent} of ${recorded} events sent`);
