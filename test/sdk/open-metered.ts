import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import { createMeter } from "#sdk/meter.ts";
import type { MeterProblem } from "#sdk/problem.ts";
import { type FakeProvider, startFakeProvider } from "../../scripts/fake-provider/fake-provider.ts";
import { openDoor } from "../api/door.ts";

/** The official clients of a provider on this machine. */
export function clientsOf({ url }: FakeProvider) {
  const options = { apiKey: "sk-test", maxRetries: 1 };
  return {
    openai: new OpenAI({ ...options, baseURL: `${url}/v1` }),
    anthropic: new Anthropic({ ...options, baseURL: url }),
  };
}

export type Clients = ReturnType<typeof clientsOf>;

/** A meter that sends to the real API, and a provider whose official clients it watches. */
export async function openMetered() {
  const provider = await startFakeProvider();
  const door = await openDoor(Date.now() as Instant);
  const key = await door.createKey({ role: "ingest" });
  const problems: MeterProblem[] = [];
  const meter = createMeter({
    ...{ url: "http://door", key, source: "sdk-test" },
    attribution: { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
    onError: (problem) => problems.push(problem),
    fetch: (url, { method, headers, body }) => door.send(method, new URL(url).pathname, { body, headers, key }),
  });
  const plain = clientsOf(provider);
  const booked = async (): Promise<LedgerEntry[]> => {
    await meter.flush();
    return door.entries();
  };
  return {
    ...{ provider, door, meter, problems, plain, booked },
    watched: { openai: meter.openai(plain.openai), anthropic: meter.anthropic(plain.anthropic) },
    [Symbol.asyncDispose]: async () => {
      await meter.close();
      await provider.close();
      await door[Symbol.asyncDispose]();
    },
  };
}

/** What a table of calls and bookings compares. */
export const bookedCall = ({ responseId, requestedModel, quantities }: LedgerEntry) => ({
  ...{ id: responseId, model: requestedModel },
  meters: { ...quantities },
});

export const billedCall = ({ id, model, meters, path }: FakeProvider["billed"][number]) => ({
  // An embedding has no id.
  ...{ id: path === "/embeddings" ? undefined : id, model, meters },
});
