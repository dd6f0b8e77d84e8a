import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import type { authorizeRequest } from "#contract/authorize.ts";
import type { SentEvent } from "#contract/events.ts";
import type { Meter as LedgerMeter } from "#core/meters.ts";
import { serviceTierOf } from "#core/tier-names.ts";
import type { UsageFormat as LedgerFormat } from "#core/usage-format.ts";
import type { AuthorizeRequest } from "#sdk/authorize.ts";
import { marksOf } from "#sdk/tally.ts";
import type { Meter, UsageEvent, UsageFormat } from "#sdk/usage-event.ts";

const bytesMax = 5_000;

test("all of it, minified and compressed, has at most 5 KB and needs nothing but Node", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ["src/sdk/meter.ts"],
    ...{ bundle: true, minify: true, write: false, metafile: true },
    ...{ format: "esm", platform: "node", target: "node20" },
  });
  expect(gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length).toBeLessThanOrEqual(bytesMax);
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  expect(imported).toEqual(["node:async_hooks"]);
});

test("its events and questions are those that the API takes", () => {
  expectTypeOf<Meter>().toEqualTypeOf<Exclude<LedgerMeter, "requests">>();
  expectTypeOf<UsageFormat>().toEqualTypeOf<LedgerFormat>();
  type Complete = UsageEvent & { readonly id: string; readonly source: string; readonly time: string };
  expectTypeOf<keyof Complete>().toEqualTypeOf<keyof SentEvent>();
  expectTypeOf<keyof AuthorizeRequest>().toEqualTypeOf<keyof z.input<typeof authorizeRequest>>();
});

test("a tier that the server would refuse is not sent, and no id that is too long", () => {
  for (const tier of ["auto", "default", "flex", "priority", "scale"]) {
    expect(marksOf("r", tier)).toEqual({ response_id: "r", service_tier: tier });
    expect(serviceTierOf(tier)).toBeDefined();
  }
  expect(serviceTierOf("ultrafast")).toBeUndefined();
  expect(marksOf("x".repeat(501), "ultrafast")).toEqual({});
  expect(marksOf(undefined, undefined)).toEqual({});
});
