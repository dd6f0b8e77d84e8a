import { describe, expect, test } from "vitest";
import { droppedCalls, type ReportedCall } from "#core/doubles.ts";
import type { PicoUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";

const call = (source: string, responseId = "chatcmpl-1", provider = "openai"): ReportedCall => ({
  provider,
  responseId,
  source,
  id: `${source}-${responseId}`,
  usageDate: "2026-11-20" as UsageDate,
  requests: 1,
  cost: 5n as PicoUsd,
});
const rule = (provider: string, ...sources: string[]) => ({ id: `rule-${provider}`, provider, sources });
const drops = (calls: readonly ReportedCall[], ...rules: ReturnType<typeof rule>[]) =>
  droppedCalls(calls, rules).map(({ call: { id }, believed, rule: by }) => [id, believed, by]);

describe("of several reports of one call", () => {
  test("those of sources behind the first that has one are dropped, whichever came first", () => {
    const calls = [call("otlp/web"), call("litellm/proxy"), call("shop-sdk")];
    expect(drops(calls, rule("openai", "shop-sdk", "litellm/*", "otlp/*"))).toEqual([
      ["litellm/proxy-chatcmpl-1", "shop-sdk", "rule-openai"],
      ["otlp/web-chatcmpl-1", "shop-sdk", "rule-openai"],
    ]);
    expect(drops(calls.slice(0, 2), rule("openai", "shop-sdk", "litellm/*", "otlp/*"))).toEqual([
      ["otlp/web-chatcmpl-1", "litellm/proxy", "rule-openai"],
    ]);
  });

  test("a source that the rule does not name stays", () => {
    expect(drops([call("a"), call("b"), call("c")], rule("openai", "b", "a"))).toEqual([
      ["a-chatcmpl-1", "b", "rule-openai"],
    ]);
    expect(drops([call("a"), call("c")], rule("openai", "b", "a"))).toEqual([]);
  });

  test("the first rule of the provider decides; without one, all stay", () => {
    const calls = [call("a"), call("b")];
    expect(drops(calls, rule("anthropic", "a", "b"))).toEqual([]);
    expect(drops(calls, rule("openai", "b", "a"), rule("*", "a", "b"))).toEqual([["a-chatcmpl-1", "b", "rule-openai"]]);
    expect(drops(calls, rule("*", "a", "b"), rule("openai", "b", "a"))).toEqual([["b-chatcmpl-1", "a", "rule-*"]]);
  });

  test("two events of the believed source are both kept: they may be two calls", () => {
    const twice = [call("a"), { ...call("a"), id: "a-again" }, call("b")];
    expect(drops(twice, rule("openai", "a", "b"))).toEqual([["b-chatcmpl-1", "a", "rule-openai"]]);
  });

  test("a group of calls is neither believed nor dropped: the id is of one of them", () => {
    const group = { ...call("a"), requests: 10 };
    expect(drops([group, call("b")], rule("openai", "a", "b"))).toEqual([]);
    expect(drops([group, call("b")], rule("openai", "b", "a"))).toEqual([]);
    expect(drops([group, call("b"), call("c")], rule("openai", "a", "b", "c"))).toEqual([
      ["c-chatcmpl-1", "b", "rule-openai"],
    ]);
  });

  test("a source that has more reports than the believed one stays: the id is not of one call", () => {
    const many = ["1", "2", "3"].map((id) => ({ ...call("b"), id }));
    expect(drops([call("a"), ...many], rule("openai", "a", "b"))).toEqual([]);
    expect(drops([call("a"), ...many, call("c")], rule("openai", "a", "b", "c"))).toEqual([
      ["c-chatcmpl-1", "a", "rule-openai"],
    ]);
  });

  test("senders may name the provider differently: the rule is of any of the names", () => {
    const calls = [call("a", "chatcmpl-1", "openai"), call("b", "chatcmpl-1", "azure.ai.openai")];
    expect(drops(calls, rule("azure.ai.openai", "a", "b"))).toEqual([["b-chatcmpl-1", "a", "rule-azure.ai.openai"]]);
  });

  test("two sources under one pattern: the first by name is believed", () => {
    expect(drops([call("otlp/b"), call("otlp/a")], rule("*", "otlp/*"))).toEqual([
      ["otlp/b-chatcmpl-1", "otlp/a", "rule-*"],
    ]);
  });
});
