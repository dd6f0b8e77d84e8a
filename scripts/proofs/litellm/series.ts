import { masterKey } from "./proxy.ts";

const served = (provider: string, alias: string, model: string) => ({
  model_name: alias,
  litellm_params: { model: `openai/${model}`, api_base: `${provider}/v1`, api_key: "none", max_retries: 0 },
});

/** Models of OpenAI's under their own names. */
export const modelListOf = (provider: string, models: readonly string[]) =>
  models.map((model) => served(provider, model, model));

/** What the proxy serves: an alias, LiteLLM's model, and what the fake provider does with it. */
export function modelList(provider: string) {
  const openai = (alias: string, model: string) => served(provider, alias, model);
  return [
    openai("plain", "gpt-4o"),
    openai("streamed", "gpt-4.1"),
    openai("fallback", "gpt-4.1-mini"),
    openai("retried", "gpt-4o-mini"),
    openai("aborted", "gpt-4.1-nano"),
    openai("cached", "gpt-5-mini"),
    openai("down", "always-down"),
    openai("refused", "bad-request"),
    openai("embeddings", "text-embedding-3-small"),
    openai("late", "gpt-5"),
    {
      model_name: "claude",
      litellm_params: { model: "anthropic/claude-sonnet-4-5", api_base: provider, api_key: "none", max_retries: 0 },
    },
  ];
}

export const routerSettings = {
  num_retries: 1,
  retry_after: 0,
  fallbacks: [{ down: ["fallback"] }],
  allowed_fails: 1_000,
};

/** What a person calls each model's part of the series. */
export const KINDS: Readonly<Record<string, string>> = {
  "gpt-4o": "plain, with cached tokens",
  "gpt-4.1": "streams",
  "gpt-4.1-mini": "a fallback's success",
  "gpt-4o-mini": "a failed attempt, then a retry",
  "gpt-4.1-nano": "the client goes away",
  "gpt-5-mini": "once called, once from LiteLLM's cache",
  "gpt-5": "as the proxy is stopped",
  "text-embedding-3-small": "embeddings",
  "claude-sonnet-4-5": "cache writes, 5 min and 1 h",
};

let questions = 0;

/** Answers the status; the answer is read to its end. */
export async function ask(proxy: string, model: string, more: object = {}, signal?: AbortSignal): Promise<number> {
  const isEmbedding = model === "embeddings";
  const text = `question ${++questions}`;
  const reply = await fetch(`${proxy}/v1/${isEmbedding ? "embeddings" : "chat/completions"}`, {
    method: "POST",
    headers: { authorization: `Bearer ${masterKey}`, "content-type": "application/json" },
    body: JSON.stringify({
      model,
      ...(isEmbedding ? { input: text } : { messages: [{ role: "user", content: text }] }),
      ...more,
    }),
    ...(signal && { signal }),
  });
  const reader = reply.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    if (model === "aborted") break;
  }
  if (model === "aborted") await reader?.cancel();
  return reply.status;
}

/** Each with an answer that the series expects; else the proof would compare nothing. */
async function expectStatus(wanted: number, model: string, answered: Promise<number>): Promise<void> {
  const status = await answered;
  if (status !== wanted) throw new Error(`${model} was answered ${status}, wanted ${wanted}`);
}

/** Sends one of every kind of call that is told apart. */
export async function sendSeries(proxy: string): Promise<void> {
  const all = (model: string, count: number, more: object = {}) =>
    Promise.all(Array.from({ length: count }, () => expectStatus(200, model, ask(proxy, model, more))));
  await all("plain", 5);
  await all("streamed", 3, { stream: true });
  await all("embeddings", 2);
  await all("claude", 2);
  for (let i = 0; i < 2; i++) await expectStatus(200, "fallback", ask(proxy, "down"));
  for (let i = 0; i < 2; i++) await all("retried", 1);
  await expectStatus(400, "refused", ask(proxy, "refused"));
  await expectStatus(200, "aborted", ask(proxy, "aborted", { stream: true }));
  const same = { messages: [{ role: "user", content: "the same question" }] };
  for (let i = 0; i < 2; i++) await expectStatus(200, "cached", ask(proxy, "cached", same));
}

/** A call whose report is still in LiteLLM's queue when the proxy is stopped. */
export const sendLate = (proxy: string) => expectStatus(200, "late", ask(proxy, "late"));
