import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import { dynamoLedger } from "#aws/dynamo-ledger.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { entryWith } from "../ports/sample-entry.ts";
import { weatherOf } from "./any-weather.ts";
import { type FakeDynamo, fakeDynamo } from "./fake-dynamo.ts";

beforeAll(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync"));
afterAll(() => vi.useRealTimers());

/** A call of a sender: which of a few events, each in one of two versions, and whether all or none. */
const anyCall = fc.record({
  events: fc.uniqueArray(fc.record({ id: fc.nat(39), version: fc.constantFrom("a", "b") }), {
    minLength: 1,
    maxLength: 40,
    selector: ({ id }) => id,
  }),
  together: fc.boolean(),
});

const entriesOf = ({ events }: { events: readonly { id: number; version: string }[] }): LedgerEntry[] =>
  events.map(({ id, version }) => entryWith({ id: String(id), contentHash: version }));

const storedHash = (dynamo: FakeDynamo, key: string): string | undefined => {
  const text = dynamo.table.get({ k: { S: key } })?.e?.S;
  return text && JSON.parse(text).h;
};

/** Appends, and checks each answer against what stands in the table. Returns the keys answered `accepted`. */
async function appendAndCheck(ledger: Ledger, dynamo: FakeDynamo, entries: LedgerEntry[], together: boolean) {
  const before = new Map(dynamo.table.items);
  const outcomes: readonly AppendOutcome[] = together
    ? await ledger.appendTogether(entries).then((outcome) => entries.map(() => outcome))
    : await ledger.append(entries);
  for (const [key, item] of before) expect(dynamo.table.items.get(key)).toEqual(item);
  const accepted = entries.filter((_, i) => outcomes[i]?.status === "accepted");
  for (const { key, contentHash } of accepted) {
    expect(before.has(JSON.stringify([key])), "accepted what stood before").toBe(false);
    expect(storedHash(dynamo, key), "accepted and not there").toBe(contentHash);
  }
  for (const outcome of outcomes) {
    if (outcome.status !== "duplicate" && outcome.status !== "conflict") continue;
    expect(storedHash(dynamo, outcome.existing.key)).toBe(outcome.existing.contentHash);
  }
  if (!together) {
    entries.forEach(({ key, contentHash }, i) => {
      const same = storedHash(dynamo, key) === contentHash;
      if (outcomes[i]?.status === "duplicate") expect(same).toBe(true);
      if (outcomes[i]?.status === "conflict") expect(same).toBe(false);
    });
  }
  return accepted.map(({ key }) => key);
}

test("whatever fails: no entry is accepted twice, none is accepted that is not there, none that stands changes", async () => {
  const probabilities = fc.constantFrom(0, 0.02, 0.1, 0.3);
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyCall, { minLength: 1, maxLength: 6 }),
      fc.integer(),
      probabilities,
      async (calls, seed, probability) => {
        const dynamo = fakeDynamo(weatherOf(seed, probability));
        let writeIds = 0;
        const ledger = dynamoLedger({ client: dynamo.client, table: "ledger", newWriteId: () => `w${++writeIds}` });
        const accepted: string[] = [];
        for (const call of calls) {
          const together = call.together && call.events.length <= 50;
          accepted.push(...(await appendAndCheck(ledger, dynamo, entriesOf(call), together)));
        }
        expect(accepted).toEqual([...new Set(accepted)]);

        // In fair weather nothing is unavailable, and the first version of each event that arrived is the one that stands.
        dynamo.faults = () => undefined;
        const sent = new Map(calls.flatMap(entriesOf).map((entry) => [entry.key, entry]));
        const outcomes = await ledger.append([...sent.values()]);
        expect(outcomes.filter(({ status }) => status === "unavailable")).toEqual([]);
        expect(dynamo.table.items.size).toBe(sent.size);
      },
    ),
    { numRuns: 60 },
  );
});
