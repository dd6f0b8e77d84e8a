import fc from "fast-check";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import type { UsageDate } from "#core/time.ts";

const printable = fc
  .oneof(
    fc.constantFrom(
      "yes",
      "1e3",
      "2026-01-01",
      "null",
      "~",
      "a: b",
      "# c",
      "'",
      '"',
      "- x",
      "*",
      "&a",
      "!t",
      "{}",
      "é😀",
      "0x1f",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  )
  .map((text) => text.trim().replace(/[\p{Cc}\p{Cs}]/gu, "_"))
  .filter((text) => text !== "" && text !== "unallocated" && text.length <= 20);

/** Items with ids of their own. */
const named = <T extends object>(item: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.tuple(printable, item), { selector: ([id]) => id, maxLength: 3 })
    .map((pairs) => pairs.map(([id, rest]) => ({ id, ...rest })));

const day = fc
  .integer({ min: 0, max: 3_000 })
  .map((n) => new Date(n * 86_400_000 + 1_600_000_000_000).toISOString().slice(0, 10) as UsageDate);

const registered = fc.uniqueArray(printable, { maxLength: 4 }).map(([id, owner, ...aliases]) => ({
  mode: "open" as const,
  values: id === undefined ? [] : [{ id, ...(owner !== undefined && { owner }), aliases }],
}));

/** Configs that pass every check, with texts that YAML would take for something else. */
export const anyConfig: fc.Arbitrary<Config> = fc
  .record({
    registry: fc.record({ team: registered, feature: registered }, { requiredKeys: [] }),
    rules: named(fc.record({ tag: printable, team: printable })).map((rules) =>
      // One tag each: no rule overtakes another.
      rules.map(({ id, tag, team }) => ({ id, when: { tags: { [`${id}.${tag}`]: `${tag}*` } }, set: { team } })),
    ),
    enforcement: fc.record({
      development: fc.constantFrom("observe", "reject"),
      staging: fc.constantFrom("quarantine", "observe"),
      production: fc.constantFrom("quarantine", "reject"),
    }),
    coverage: fc.constantFrom({ target_percent: "0" }, { target_percent: "99.95" }),
    cost_classes: fc.uniqueArray(day, { maxLength: 3 }).map((days) =>
      days.map((from, i) => ({
        id: `t${i}`,
        from,
        approved_by: "cfo",
        reason: "x",
        rows: [{ cost_class: "rnd" as const }],
      })),
    ),
    policies: fc.record({
      unlisted: fc.constantFrom("allow", "forbid"),
      list: named(
        fc.record({ status: fc.constantFrom("approved", "denied", "pending"), owner: printable, reason: printable }),
      ),
    }),
    budgets: named(
      fc.record({
        owner: printable,
        scope: fc.record({ team: fc.array(printable, { minLength: 1, maxLength: 2 }) }),
        period: fc.constantFrom("day", "year"),
        amount_usd: fc.constantFrom("0.000000000001", "5000"),
        when_used_up: fc.constantFrom("warn", "deny"),
      }),
    ),
  })
  .map((parts) => ({ ...INITIAL_CONFIG, ...parts }) as Config);
