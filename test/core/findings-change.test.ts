import { describe, expect, test } from "vitest";
import type { Finding, StoredFinding } from "#core/finding.ts";
import { findingsChange } from "#core/findings-change.ts";
import type { PicoUsd } from "#core/money.ts";
import type { Instant } from "#core/time.ts";

const at = (ms: number) => ms as Instant;
const finding = (id: string, cost = 5n): Finding => ({
  ...{ id, kind: "unapproved_model", subject: id, usageDate: null, text: `look at ${id}`, requests: 1 },
  cost: cost as PicoUsd,
});
const stored = (id: string, resolvedAt: number | null = null): StoredFinding => ({
  ...finding(id),
  since: at(1_000),
  lastSeen: at(1_500),
  resolvedAt: resolvedAt === null ? null : at(resolvedAt),
});

describe("looking once more", () => {
  test("raises what is new", () => {
    const raised = { ...finding("a"), since: 2_000, lastSeen: 2_000, resolvedAt: null };
    expect(findingsChange([], [finding("a")], at(2_000))).toEqual([raised]);
  });

  test("keeps since when a finding stands, with what it costs now", () => {
    expect(findingsChange([stored("a")], [finding("a", 9n)], at(2_000))).toEqual([
      { ...finding("a", 9n), since: 1_000, lastSeen: 2_000, resolvedAt: null },
    ]);
  });

  test("resolves what is found no more, once", () => {
    expect(findingsChange([stored("a"), stored("b", 1_600)], [], at(2_000))).toEqual([
      { ...stored("a"), resolvedAt: 2_000 },
    ]);
  });

  test("raises anew what was resolved and is back", () => {
    const back = { ...finding("a"), since: 2_000, lastSeen: 2_000, resolvedAt: null };
    expect(findingsChange([stored("a", 1_600)], [finding("a")], at(2_000))).toEqual([back]);
  });
});
