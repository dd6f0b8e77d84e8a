import { describe, expect, test } from "vitest";
import { coveragePercent, meetsTarget, sharePercent } from "#core/coverage.ts";
import type { PicoUsd } from "#core/money.ts";

const covered = (allocated: bigint, total: bigint) => ({ allocated: allocated as PicoUsd, total: total as PicoUsd });

describe("coverage", () => {
  test.each([
    [1n, 3n, "33.3333"],
    [2n, 3n, "66.6666"],
    [3n, 3n, "100.0000"],
    [0n, 3n, "0.0000"],
    [1n, 1_000_000n, "0.0001"],
    // A pico-dollar of a million dollars: it is not wholly allocated, and never 100 %.
    [10n ** 18n - 1n, 10n ** 18n, "99.9999"],
    [-5n, 10n, "0.0000"],
    [0n, 0n, null],
    [5n, -1n, null],
  ])("of %d in %d is %s", (allocated, total, percent) => {
    expect(coveragePercent(covered(allocated, total))).toBe(percent);
  });

  test.each([
    [95n, 100n, "95", true],
    [9_499_999n, 10_000_000n, "95", false],
    [9_505n, 10_000n, "95.05", true],
    [9_504n, 10_000n, "95.05", false],
    [9_549n, 10_000n, "95.5", false],
    [0n, 0n, "100", true],
    [0n, 1n, "0", true],
  ])("of %d in %d against a target of %d %% is met: %s", (allocated, total, target, isMet) => {
    expect(meetsTarget(covered(allocated, total), target)).toBe(isMet);
  });

  test("a share is rounded half even", () => {
    expect(sharePercent(2n as PicoUsd, 3n as PicoUsd)).toBe("66.6667");
    expect(sharePercent(1n as PicoUsd, 2_000_000n as PicoUsd)).toBe("0.0000");
    expect(sharePercent(3n as PicoUsd, 2_000_000n as PicoUsd)).toBe("0.0002");
    expect(sharePercent(0n as PicoUsd, 0n as PicoUsd)).toBe(null);
  });
});
