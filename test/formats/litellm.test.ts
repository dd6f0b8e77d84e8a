import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLiteLlm } from "#formats/litellm.ts";
import { liteLlmItems } from "#formats/litellm-body.ts";
import { litellmPosts } from "./litellm-posts.ts";

const chat = { uncached_input_tokens: 86, cache_read_tokens: 1920, text_output_tokens: 172, reasoning_tokens: 128 };
const claude = {
  uncached_input_tokens: 21,
  cache_read_tokens: 1000,
  cache_write_5m_tokens: 188_000,
  cache_write_1h_tokens: 86,
  text_output_tokens: 393,
  web_searches: 2,
};
const aborted = { uncached_input_tokens: 8, text_output_tokens: 1 };
const mock = { uncached_input_tokens: 10, text_output_tokens: 20 };
const embedding = { uncached_input_tokens: 8 };

const gpt4o = "openai/gpt-4o-2024-08-06";
const sonnet = "anthropic/claude-sonnet-4-5";
const failed = ["failed_call"] as const;

/** Model, meters, LiteLLM's cost in pico-dollars, and what is particular. */
const seriesA = [
  [gpt4o, chat, 5_615_000_000n, { customer: "end-user-42" }],
  [gpt4o, chat, 5_615_000_000n, { customer: "cust-1" }],
  [gpt4o, chat, 5_615_000_000n, {}],
  [gpt4o, chat, 5_615_000_000n, {}],
  [gpt4o, aborted, 30_000_000n, { estimated: true }],
  ["openai/gpt-5", chat, 1_673_750_000n, { tier: "flex" }],
  ["openai/gpt-4o-mini", mock, 13_500_000n, {}],
  ["openai/text-embedding-3-small", embedding, 160_000n, {}],
  ["openai/gpt-5", chat, 3_347_500_000n, {}],
  [sonnet, claude, 731_774_000_000n, {}],
  [sonnet, claude, 731_774_000_000n, { customer: "anth-user" }],
  [sonnet, claude, 731_774_000_000n, {}],
  ["openai/acme-unknown-7b", chat, 0n, {}],
  ...[failed, failed, failed, failed],
] as const;

const ofTeam = "search";

const expected = [
  { team: undefined, calls: [...seriesA, failed] },
  { team: ofTeam, calls: seriesA.slice(0, 5) },
  { team: ofTeam, calls: [...seriesA.slice(5), seriesA[2]] },
  { team: undefined, calls: [seriesA[2]] },
  { team: undefined, calls: [failed] },
  { team: undefined, calls: [seriesA[2]] },
];

function read(body: string) {
  return liteLlmItems(body).map((item) => {
    if (!item.ok) throw new Error(`line ${item.line}: ${item.text}`);
    return readLiteLlm(item.payload, "litellm/proxy");
  });
}

type Reading = ReturnType<typeof readLiteLlm>;

function told(reading: Reading) {
  if (reading.kind !== "event") return reading.kind === "no_usage" ? [reading.because] : reading.errors;
  const { model, quantities, senderCost, serviceTier, claimed, quantitiesEstimated } = reading.event;
  const particular = {
    ...(claimed.customer_id !== undefined && { customer: claimed.customer_id }),
    ...(quantitiesEstimated && { estimated: true }),
    ...(serviceTier !== "standard" && { tier: serviceTier }),
  };
  return [model, quantities, senderCost, particular];
}

describe("captured posts", () => {
  test.each(litellmPosts.map((post, i) => [i, post.run, post] as const))("post %i, %s", (i, _, post) => {
    const readings = read(post.body);
    expect(readings.map(told)).toEqual(expected[i]?.calls);
    for (const reading of readings) {
      if (reading.kind === "event") expect(reading.event.claimed.team).toBe(expected[i]?.team);
    }
  });

  test("every attempt has an id of its own, also a failure and the success of its fallback", () => {
    const ids = litellmPosts
      .flatMap(({ body }) => read(body))
      .map((one) => (one.kind === "event" ? one.event.id : one.kind));
    const booked = ids.filter((id) => id !== "no_usage");
    expect(new Set(booked).size).toBe(29);
    expect(booked).toContain("ffb903fd-53fa-4a0b-932e-48c52ff191e4:1795442587745118");
  });

  test("what a client says of itself is told apart from what the proxy knows", () => {
    const [first] = read(litellmPosts[1]?.body ?? "");
    expect(first?.kind === "event" && first.event.tags).toEqual({
      litellm_key: "ci-key",
      litellm_team: "team-42",
      litellm_org: "org-1",
      litellm_model_group: "gpt-4o",
      "client.feature": "summarise",
      "client.team": "search",
      "client.env": "prod",
    });
  });
});

const payload = (change: object = {}) => ({
  id: "chatcmpl-9",
  litellm_call_id: "call-9",
  call_type: "acompletion",
  status: "success",
  cache_hit: null,
  startTime: 1_795_442_400.25,
  model: "openai/gpt-4o",
  custom_llm_provider: "openai",
  metadata: { usage_object: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } },
  response_cost: 0.00045,
  ...change,
});

function event(change: object) {
  const reading = readLiteLlm(payload(change), "litellm/proxy");
  if (reading.kind !== "event") throw new Error(JSON.stringify(reading));
  return reading.event;
}

const usage = (object: object) => ({ metadata: { usage_object: object } });

describe("identity", () => {
  test("the same client-chosen call id at another moment is another call", () => {
    expect(event({}).id).toBe("call-9:1795442400250000");
    expect(event({ startTime: 1_795_442_400.250001 }).id).toBe("call-9:1795442400250001");
  });

  test("without a call id the response's id stands for it", () => {
    expect(event({ litellm_call_id: null }).id).toBe("chatcmpl-9:1795442400250000");
  });

  test("a long call id is cut to its end", () => {
    expect(event({ litellm_call_id: "x".repeat(500) }).id).toBe(`${"x".repeat(120)}:1795442400250000`);
  });

  test("a batch that is read again is the same usage", () => {
    const batch = { call_type: "aretrieve_batch", id: "batch_1", response: { completed_at: 1_795_440_000 } };
    const first = event({ ...batch, hidden_params: { batch_successful_requests: 40 } });
    const again = event({
      ...batch,
      litellm_call_id: "other",
      startTime: 1_795_449_999,
      hidden_params: { batch_successful_requests: 40 },
    });
    expect(again).toEqual(first);
    expect(first).toMatchObject({ id: "read:batch_1", serviceTier: "batch", requests: 40, time: 1_795_440_000_000 });
  });

  describe("a response that is read again", () => {
    const counted = usage({ prompt_tokens: 9, completion_tokens: 4 });
    const read = (response: object, change: object = counted) =>
      readLiteLlm(payload({ call_type: "aget_responses", id: "resp_1", response, ...change }), "litellm/proxy");
    const notYet = { kind: "no_usage", because: "no_model_call" };

    test("was booked when it was made", () => {
      expect(read({ background: false, status: "completed", created_at: 1_795_440_000 })).toMatchObject(notYet);
    });

    test("is booked by whoever reads it, where it was made in the background, once it is finished", () => {
      const nothing = usage({});
      const queued = { background: true, status: "queued", created_at: 1_795_440_000 };
      const made = payload({ call_type: "aresponses", id: "resp_1", response: queued, ...nothing });
      expect(readLiteLlm(made, "litellm/proxy")).toMatchObject(notYet);
      expect(read({ ...queued, status: "in_progress" }, nothing)).toMatchObject(notYet);
      expect(read({ ...queued, status: "in_progress" })).toMatchObject(notYet);
      const finished = read({ ...queued, status: "completed" });
      expect(finished).toMatchObject({ kind: "event", event: { id: "read:resp_1", time: 1_795_440_000_000 } });
      expect(event({ call_type: "aresponses", id: "resp_1", response: queued, ...counted })).toMatchObject({
        ...{ id: "read:resp_1", time: 1_795_440_000_000, quantities: { uncached_input_tokens: 9 } },
      });
    });
  });

  test("the response's id is kept, LiteLLM's own is not", () => {
    expect(event({}).responseId).toBe("chatcmpl-9");
    expect(event({ id: "call-9" }).responseId).toBeUndefined();
  });
});

describe("usage", () => {
  test("a prompt smaller than its cached part cannot include it", () => {
    const counted = event(usage({ prompt_tokens: 21, completion_tokens: 5, cache_read_input_tokens: 1000 }));
    expect(counted).toMatchObject({
      quantities: { uncached_input_tokens: 21, cache_read_tokens: 1000, text_output_tokens: 5 },
      quantitiesEstimated: true,
    });
  });

  test("parts that contradict their totals leave the totals", () => {
    const object = { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 50 } };
    expect(event({ ...usage(object), prompt_tokens: 10, completion_tokens: 5 })).toMatchObject({
      quantities: { uncached_input_tokens: 10, text_output_tokens: 5 },
      quantitiesEstimated: true,
    });
  });

  test("Anthropic's own usage excludes cached tokens", () => {
    const object = { input_tokens: 7, output_tokens: 3, cache_read_input_tokens: 90, cache_creation_input_tokens: 0 };
    expect(event(usage(object)).quantities).toEqual({
      uncached_input_tokens: 7,
      cache_read_tokens: 90,
      text_output_tokens: 3,
    });
  });

  test("totals stand in for a usage object that is not there", () => {
    const counted = event({ metadata: {}, prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 });
    expect(counted.quantities).toEqual({ uncached_input_tokens: 12, text_output_tokens: 4 });
  });

  test.each([
    [
      "images",
      { call_type: "aimage_generation", ...usage({ prompt_tokens: 0, completion_tokens: 0, output_image_count: 2 }) },
      { images: 2 },
    ],
    [
      "an image model's tokens",
      usage({ input_tokens: 9, output_tokens: 4000, output_image_count: 1 }),
      { uncached_input_tokens: 9, image_output_tokens: 4000 },
    ],
    [
      "seconds of a recording",
      { call_type: "atranscription", ...usage({ type: "duration", seconds: 12.2 }) },
      { audio_input_seconds: 13 },
    ],
    [
      "searches of a reranker",
      {
        call_type: "arerank",
        ...usage({ prompt_tokens: 0, completion_tokens: 0 }),
        response: { meta: { billed_units: { search_units: 3 } } },
      },
      { search_units: 3 },
    ],
  ])("%s are counted", (_, change, quantities) => {
    expect(event(change).quantities).toEqual(quantities);
  });

  test.each([
    [{ cache_hit: true }, "cache_hit"],
    [{ status: "failure", metadata: { usage_object: {} } }, "failed_call"],
    [{ call_type: "acreate_file", ...usage({ prompt_tokens: 0, completion_tokens: 0 }) }, "no_model_call"],
  ])("%j uses nothing: %s", (change, because) => {
    expect(readLiteLlm(payload(change), "litellm/proxy")).toMatchObject({ kind: "no_usage", because });
  });

  test("a call of which nothing was counted, such as speech, is marked estimated", () => {
    const nothing = { ...usage({}), prompt_tokens: 0, completion_tokens: 0 };
    const speech = event({ call_type: "aspeech", model: "openai/tts-1", ...nothing });
    expect(speech).toMatchObject({ quantities: {}, quantitiesEstimated: true });
  });

  test("a failure after the provider counted is spend, and estimated", () => {
    expect(event({ status: "failure" })).toMatchObject({
      quantities: { uncached_input_tokens: 100, text_output_tokens: 20 },
      quantitiesEstimated: true,
    });
  });

  test("a value that nests without end is named by its kind", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown;
    for (const field of ["startTime", "model"]) {
      const reading = readLiteLlm(payload({ [field]: deep }), "litellm/proxy");
      expect(reading).toMatchObject({ errors: [{ path: `payload.${field}`, found: "an object or a list" }] });
    }
  });

  test.each([null, 7, "text", [], {}])("%j is no payload, and says what is wanted", (sent) => {
    const reading = readLiteLlm(sent, "litellm/proxy");
    expect(reading.kind === "unreadable" && reading.errors.map(({ path }) => path)).toEqual([
      "payload.litellm_call_id",
      "payload.startTime",
      "payload.model",
      "usage.prompt_tokens",
    ]);
  });
});

const anyChange = fc.dictionary(
  fc.constantFrom(
    ...Object.keys(payload()),
    "response",
    "hidden_params",
    "cost_breakdown",
    "error_information",
    "request_tags",
  ),
  fc.oneof(fc.jsonValue(), fc.string({ unit: "binary", maxLength: 300 }), fc.double()),
);

test("whatever is sent gives an answer, and whatever is booked fits an event", () => {
  fc.assert(
    fc.property(anyChange, (change) => {
      const reading = readLiteLlm(payload(change), "litellm/proxy");
      if (reading.kind === "unreadable") expect(reading.errors).not.toEqual([]);
      if (reading.kind !== "event") return;
      const { id, model, provider, tags, claimed, responseId = "r", quantities, time } = reading.event;
      for (const text of [id, model, provider, responseId]) expect(text).toMatch(/^[^\p{Cc}\p{Cs}]{1,200}$/u);
      for (const text of Object.entries(tags).flat()) expect(text).toMatch(/^[^\p{Cc}\p{Cs}]{1,64}$/u);
      for (const text of Object.values(claimed)) expect(text).toMatch(/^[^\p{Cc}\p{Cs}]{1,64}$/u);
      for (const quantity of Object.values(quantities))
        expect(Number.isSafeInteger(quantity) && quantity > 0).toBe(true);
      expect(Number.isSafeInteger(time)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

describe("attribution", () => {
  const metadata = (change: object) => ({ metadata: { ...payload().metadata, ...change } });

  test("a team that the client names is not believed", () => {
    const spoofed = metadata({
      team_id: "spoof",
      team_alias: "spoof",
      requester_metadata: { team: "spoof", team_id: "spoof" },
    });
    expect(event(spoofed).claimed).toEqual({});
    expect(event(spoofed).tags).toEqual({ "client.team": "spoof" });
  });

  test("the key's metadata fills dimensions, its team's alias goes before its id", () => {
    const known = metadata({
      user_api_key_team_alias: "search",
      user_api_key_team_id: "t-1",
      user_api_key_auth_metadata: {
        team: "other",
        feature: "chat",
        environment: "prod",
        purpose: "internal",
        region: 7,
      },
      user_api_key_end_user_id: "acme",
    });
    expect(event(known).claimed).toEqual({
      team: "search",
      feature: "chat",
      environment: "prod",
      purpose: "internal",
      customer_id: "acme",
    });
  });

  test("names that are kept for spend of nobody are not taken", () => {
    const named = metadata({ user_api_key_team_alias: "unallocated", user_api_key_end_user_id: "erased" });
    expect(event(named).claimed).toEqual({});
  });

  test("at most ten tags, the proxy's own first", () => {
    const request_tags = Array.from({ length: 20 }, (_, i) => `t${i}:v`);
    const tags = event({ ...metadata({ user_api_key_alias: "k" }), request_tags }).tags;
    expect(Object.keys(tags)).toEqual(["litellm_key", ...Array.from({ length: 9 }, (_, i) => `client.t${i}`)]);
  });
});

describe("model and place", () => {
  test("a region before the name of a Bedrock model is where it ran", () => {
    const nova = { model: "us-east-1/amazon.nova-pro-v1:0", custom_llm_provider: "bedrock" };
    expect(event(nova)).toMatchObject({ model: "amazon.nova-pro-v1:0", servingLocation: "us-east-1" });
  });

  test("where an operator names the base model of a deployment, that is the model", () => {
    const azure = {
      custom_llm_provider: "azure",
      model: "azure/my-deployment",
      model_map_information: { model_map_key: "azure/gpt-4o-2024-08-06", model_map_value: { key: "x" } },
    };
    expect(event(azure)).toMatchObject({ provider: "azure", model: "azure/gpt-4o-2024-08-06" });
    expect(event({ ...azure, model_map_information: { model_map_key: "azure/x", model_map_value: null } }).model).toBe(
      "azure/my-deployment",
    );
  });

  test.each([
    ["https://bedrock-runtime.eu-central-1.amazonaws.com/model/x", "eu-central-1"],
    ["https://europe-west4-aiplatform.googleapis.com/v1", "europe-west4"],
    ["https://aiplatform.googleapis.com/v1", "global"],
    ["https://eu.api.openai.com/v1", "eu"],
    ["https://api.openai.com/v1", undefined],
    ["https://evil.example/?https://eu.api.openai.com", undefined],
  ])("%s is %s", (api_base, place) => {
    expect(event({ api_base }).servingLocation).toBe(place);
  });

  test("what Anthropic says of place and speed counts", () => {
    const counted = event(usage({ prompt_tokens: 1, completion_tokens: 1, inference_geo: "us", speed: "fast" }));
    expect(counted).toMatchObject({ servingLocation: "us", speed: "fast" });
  });
});
