import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { environmentOf } from "#core/environment-names.ts";
import { compileRegistry } from "#core/registry.ts";

const values = [{ id: "search", aliases: ["srch", "Search team"] }, { id: "support" }];

describe("a dimension", () => {
  const strict = compileRegistry({ team: { mode: "strict", values } });
  const open = compileRegistry({ team: { mode: "open", values } });

  test.each([
    ["search", "search", "search"],
    ["srch", "search", "search"],
    ["Search team", "search", "search"],
    ["SEARCH", undefined, "SEARCH"],
    ["ads", undefined, "ads"],
  ])("%s is %s when strict, %s when open", (sent, whenStrict, whenOpen) => {
    expect(strict.valueOf("team", sent)).toBe(whenStrict);
    expect(open.valueOf("team", sent)).toBe(whenOpen);
  });

  test("that is not in the registry is taken as it is sent", () => {
    expect(strict.valueOf("feature", "anything")).toBe("anything");
  });

  test("a name that another has as alias stays itself", () => {
    const both = [{ id: "a", aliases: ["b"] }, { id: "b" }];
    expect(compileRegistry({ team: { mode: "strict", values: both } }).valueOf("team", "b")).toBe("b");
  });

  test("the nearest name or alias is suggested, where one is near", () => {
    expect(strict.nearestTo("team", "suport")).toBe("support");
    expect(strict.nearestTo("team", "srchh")).toBe("srch");
    expect(strict.nearestTo("team", "finance")).toBeUndefined();
    expect(strict.nearestTo("feature", "serach")).toBeUndefined();
    expect(strict.nearestTo("environment", "prodcution")).toBe("production");
  });
});

describe("an environment", () => {
  test.each([
    ["production", "production"],
    ["Prod", "production"],
    ["PRE_PROD", "staging"],
    [" stage ", "staging"],
    ["pre production", "staging"],
    ["dev", "development"],
    ["product", undefined],
    ["", undefined],
  ])("%j is %s", (sent, environment) => {
    expect(environmentOf(sent)).toBe(environment);
  });

  test("has the spellings that the documentation lists", () => {
    const page = readFileSync(new URL("../../docs/attribution.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `(development|staging|production)` +\| (.+?) *\|$/gm)];
    const listed = rows.flatMap(([, environment, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, spelling]) => [spelling, environment]),
    );
    expect(listed.map(([spelling]) => [spelling, environmentOf(spelling ?? "")])).toEqual(listed);
    expect(listed.length).toBe(23);
  });

  test("takes further spellings from the registry, and fewer environments when that is strict", () => {
    const registered = [{ id: "production", aliases: ["blue", "green"] }, { id: "development" }];
    const strict = compileRegistry({ environment: { mode: "strict", values: registered } });
    const open = compileRegistry({ environment: { mode: "open", values: registered } });
    expect(["blue", "prod", "dev", "staging", "red"].map((sent) => strict.valueOf("environment", sent))).toEqual([
      "production",
      "production",
      "development",
      undefined,
      undefined,
    ]);
    expect(["blue", "staging", "red"].map((sent) => open.valueOf("environment", sent))).toEqual([
      "production",
      "staging",
      undefined,
    ]);
  });
});
