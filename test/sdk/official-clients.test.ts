import Anthropic from "@anthropic-ai/sdk";
import OpenAI, { APIPromise, AzureOpenAI } from "openai";
import { Stream } from "openai/streaming";
import { describe, expect, test, vi } from "vitest";
import { createMeter } from "#sdk/meter.ts";
import { providerOf } from "#sdk/watch-calls.ts";
import { startFakeProvider } from "../../scripts/fake-provider/fake-provider.ts";
import { billedCall, bookedCall, clientsOf, openMetered } from "./open-metered.ts";
import { operations } from "./operations.ts";

const slow = [{ role: "user" as const, content: "slow" }];

describe("a watched client answers as the plain one does, and each call is booked once with its tokens", () => {
  for (const [name, operation] of Object.entries(operations)) {
    test(name, async () => {
      await using metered = await openMetered();
      const other = await startFakeProvider();
      const [seen, wanted] = [await operation(metered.watched), await operation(clientsOf(other))];
      await other.close();
      expect(seen).toEqual(wanted);
      const [entry, ...more] = await metered.booked();
      expect(entry && bookedCall(entry)).toEqual(metered.provider.billed.map(billedCall)[0]);
      expect(more).toEqual([]);
      expect(entry?.charges.some(({ estimated }) => estimated)).toBe(false);
      expect(metered.problems).toEqual([]);
    });
  }
});

test("the client, its promises and its streams are of the classes that they were", async () => {
  await using metered = await openMetered();
  const { openai, anthropic } = metered.watched;
  expect(openai).toBeInstanceOf(OpenAI);
  expect(anthropic).toBeInstanceOf(Anthropic);
  const promise = openai.chat.completions.create({ model: "gpt-4o", messages: slow, stream: true });
  expect(promise).toBeInstanceOf(APIPromise);
  const stream = await promise;
  expect(stream).toBeInstanceOf(Stream);
  stream.controller.abort();
});

test("the client that was given stays unwatched", async () => {
  await using metered = await openMetered();
  await metered.plain.openai.responses.create({ model: "gpt-4o", input: "hello" });
  expect(await metered.booked()).toEqual([]);
});

test("a call that fails throws what it threw and books nothing", async () => {
  await using metered = await openMetered();
  const messages = [{ role: "user" as const, content: "refuse" }];
  const { openai, anthropic } = metered.watched;
  await expect(openai.chat.completions.create({ model: "gpt-4o", messages })).rejects.toBeInstanceOf(
    OpenAI.BadRequestError,
  );
  await expect(
    openai.chat.completions.create({ model: "gpt-4o", messages, stream: true }).asResponse(),
  ).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  await expect(
    anthropic.messages.create({ model: "claude-sonnet-4-6", max_tokens: 1, messages }),
  ).rejects.toBeInstanceOf(Anthropic.BadRequestError);
  expect(await metered.booked()).toEqual([]);
  expect(metered.problems).toEqual([]);
});

test("a call that answers at the second attempt is booked once", async () => {
  await using metered = await openMetered();
  await metered.watched.openai.responses.create({ model: "gpt-4o", input: "retry" });
  expect(metered.provider.requests()).toBe(2);
  expect((await metered.booked()).map(bookedCall)).toEqual(metered.provider.billed.map(billedCall));
});

describe("a stream that ends before the provider has told its usage is booked by a guess", () => {
  // Four characters are a token: "slow" is one, "The answer " three, the whole "The answer is forty-two." six.
  test("left by the caller", async () => {
    await using metered = await openMetered();
    const stream = await metered.watched.openai.chat.completions.create({
      model: "gpt-4o",
      messages: slow,
      stream: true,
    });
    let text = "";
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (text === "The answer ") break;
    }
    const [entry, ...more] = await metered.booked();
    expect(more).toEqual([]);
    expect(entry?.quantities).toEqual({ uncached_input_tokens: 1, text_output_tokens: 3 });
    expect(entry?.charges.every(({ estimated }) => estimated)).toBe(true);
    await vi.waitFor(() => expect(metered.provider.billed[0]?.isCut).toBe(true));
  });

  test("aborted by the caller's signal, whose error he gets", async () => {
    await using metered = await openMetered();
    const aborter = new AbortController();
    const options = { signal: aborter.signal };
    const answer = metered.watched.openai.responses.stream({ model: "gpt-4o", input: "slow" }, options);
    answer.on("response.output_text.delta", () => aborter.abort());
    await expect(answer.finalResponse()).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    const [entry, ...more] = await metered.booked();
    expect(more).toEqual([]);
    expect(entry?.quantities).toEqual({ uncached_input_tokens: 1, text_output_tokens: 1 });
    expect(entry?.responseId).toBe("responses-0");
  });

  test("broken by the network: Anthropic has told the input by then", async () => {
    await using metered = await openMetered();
    const messages = [{ role: "user" as const, content: "break" }];
    const stream = await metered.watched.anthropic.messages.create({
      ...{ model: "claude-sonnet-4-6", max_tokens: 100, messages, stream: true },
    });
    await expect(Array.fromAsync(stream)).rejects.toThrow();
    const [entry] = await metered.booked();
    const { text_output_tokens, ...input } = entry?.quantities ?? {};
    const { text_output_tokens: told, ...billed } = metered.provider.billed[0]?.meters ?? {};
    expect(input).toEqual(billed);
    expect(told).toBe(20);
    expect(text_output_tokens).toBe(1);
    expect(entry?.charges.every(({ estimated }) => estimated)).toBe(true);
  });

  test("of a chat whose server is not to be asked for usage", async () => {
    await using metered = await openMetered();
    const openai = metered.meter.openai(metered.plain.openai, { streamUsage: false });
    const chunks = await Array.fromAsync(
      await openai.chat.completions.create({
        ...{ model: "gpt-4o", messages: [{ role: "user", content: "12345678" }], stream: true },
      }),
    );
    expect(chunks.some((chunk) => "usage" in chunk)).toBe(false);
    const [entry] = await metered.booked();
    expect(entry?.quantities).toEqual({ uncached_input_tokens: 2, text_output_tokens: 6 });
  });
});

test("calls side by side are for whom they were begun, with the meter's own attribution around", async () => {
  await using metered = await openMetered();
  const { meter, watched } = metered;
  const ask = async (customer_id: string, feature: string) =>
    meter.run({ customer_id, feature, tags: { plan: "a" } }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return meter.run({ feature: `${feature}-inner`, tags: { step: customer_id } }, () =>
        watched.openai.responses.create({ model: "gpt-4o", input: customer_id }),
      );
    });
  const answers = await Promise.all(["c1", "c2", "c3"].map((id) => ask(id, `f-${id}`)));
  const entries = await metered.booked();
  const found = Object.fromEntries(entries.map((entry) => [entry.responseId, entry]));
  for (const [i, { id }] of answers.entries()) {
    const customer = `c${i + 1}`;
    expect(found[id]?.attribution).toMatchObject({
      ...{ team: "search", environment: "production", customer_id: customer, feature: `f-${customer}-inner` },
    });
    expect(found[id]?.tags).toEqual({ plan: "a", step: customer });
  }
});

test("a stream is for whom it was begun, wherever it is read", async () => {
  await using metered = await openMetered();
  const { meter, watched } = metered;
  const stream = await meter.run({ customer_id: "c1" }, () =>
    watched.openai.chat.completions.create({
      model: "gpt-4o",
      messages: [{ role: "user", content: "x" }],
      stream: true,
    }),
  );
  await meter.run({ customer_id: "c2" }, () => Array.fromAsync(stream));
  const [entry] = await metered.booked();
  expect(entry?.attribution.customer_id).toBe("c1");
});

test("reading a stream a second time is the client's own error, and does not end the first reading", async () => {
  await using metered = await openMetered();
  const stream = await metered.watched.openai.responses.create({ model: "gpt-4o", input: "hello", stream: true });
  let parts = 0;
  for await (const _ of stream) {
    if (parts++ === 0) await expect(Array.fromAsync(stream)).rejects.toThrow("consumed stream");
  }
  expect((await metered.booked()).map(bookedCall)).toEqual(metered.provider.billed.map(billedCall));
});

test("a client of another make is given back as it is, and the problem is told", () => {
  const problems: string[] = [];
  const options = { url: "http://127.0.0.1:1", key: "k", source: "s" };
  const meter = createMeter({ ...options, onError: ({ code }) => problems.push(code) });
  const stranger = { chat: () => "hello" };
  expect(meter.openai(stranger)).toBe(stranger);
  expect(problems).toEqual(["unobserved"]);
});

test("who answers is told by the client's address", () => {
  const at = (baseURL: string, own = "openai") => providerOf({ baseURL }, own);
  expect(at("https://api.openai.com/v1")).toBe("openai");
  expect(at("http://127.0.0.1:8080/v1")).toBe("openai");
  expect(at("https://api.anthropic.com", "anthropic")).toBe("anthropic");
  expect(at("https://api.deepseek.com")).toBe("deepseek");
  expect(at("https://api.x.ai/v1")).toBe("xai");
  expect(at("https://api.groq.com/openai/v1")).toBe("groq");
  expect(at("https://api.mistral.ai/v1")).toBe("mistral");
  expect(at("https://bedrock-runtime.eu-west-1.amazonaws.com", "anthropic")).toBe("bedrock");
  expect(at("https://europe-west1-aiplatform.googleapis.com/v1", "anthropic")).toBe("vertex");
  expect(at("https://generativelanguage.googleapis.com/v1beta/openai/")).toBe("gemini");
  expect(at("https://ai.company.example.com/openai")).toBe("openai");
  const azure = new AzureOpenAI({
    apiKey: "k",
    apiVersion: "2024-10-21",
    endpoint: "https://company.openai.azure.com",
  });
  expect(providerOf(azure, "openai")).toBe("azure");
});

test("a client of Azure is watched", async () => {
  await using metered = await openMetered();
  const baseURL = `${metered.provider.url}/v1`;
  const plain = new AzureOpenAI({ apiKey: "k", apiVersion: "2024-10-21", baseURL, deployment: "d" });
  const azure = metered.meter.openai(plain, { provider: "azure.ai.openai" });
  expect(azure).toBeInstanceOf(AzureOpenAI);
  expect([azure.apiVersion, azure.deploymentName]).toEqual(["2024-10-21", "d"]);
  await azure.responses.create({ model: "gpt-4o", input: "hello" });
  const [entry] = await metered.booked();
  expect(entry?.provider).toBe("azure.ai.openai");
});
