import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AppendOutcome } from "#app/ports/ledger.ts";
import { dynamoLedger } from "#aws/dynamo-ledger.ts";
import { entryWith } from "../ports/sample-entry.ts";
import { type FakeDynamo, type Faults, fakeDynamo, type Place } from "./fake-dynamo.ts";

beforeAll(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync"));
afterAll(() => vi.useRealTimers());

const entry = (id: number, contentHash = "hash") => entryWith({ id: String(id), contentHash });
const entries = (count: number, from = 0) => Array.from({ length: count }, (_, i) => entry(from + i));
const accepted = { status: "accepted" };
const unavailable = { status: "unavailable" };
const countOf = (outcomes: readonly AppendOutcome[], status: AppendOutcome["status"]) =>
  outcomes.filter((outcome) => outcome.status === status).length;

function open(faults?: Faults) {
  const dynamo = fakeDynamo(faults);
  let calls = 0;
  const ledger = dynamoLedger({ client: dynamo.client, table: "ledger", newWriteId: () => `w${++calls}` });
  return { dynamo, ledger };
}

const callsOf = (dynamo: FakeDynamo, operation: string) =>
  dynamo.calls.filter((call) => call.operation === operation).map(({ body }) => body);
const statementsIn = (dynamo: FakeDynamo) =>
  callsOf(dynamo, "BatchExecuteStatement").map(({ Statements }) => (Statements as unknown[]).length);
const isSent = (dynamo: FakeDynamo, text: string) => JSON.stringify(dynamo.calls.at(-1)?.body).includes(text);

/** The same fault at the first `times` of these places. */
function atFirst(times: number, place: Place, code: string): Faults {
  let left = times;
  return (at) => (at === place && left-- > 0 ? code : undefined);
}

/** Statements of one batch call that carry this id. */
const statementOf = (dynamo: FakeDynamo, id: number) => {
  const statements = dynamo.calls.at(-1)?.body.Statements as { Parameters: [{ S: string }] }[];
  return statements.findIndex(({ Parameters: [k] }) => k.S === entry(id).key);
};

describe("entries appended each on its own", () => {
  test("go 25 to a call", async () => {
    const { ledger, dynamo } = open();
    expect(countOf(await ledger.append(entries(1_000)), "accepted")).toBe(1_000);
    expect(statementsIn(dynamo)).toEqual(Array.from({ length: 40 }, () => 25));
    expect(dynamo.calls).toHaveLength(40);
    expect(dynamo.table.items.size).toBe(1_000);
  });

  test("expire 35 days after they were received", async () => {
    const { ledger, dynamo } = open();
    await ledger.append([entryWith({ receivedAt: Date.parse("2026-11-23T14:00:00.001Z") as never })]);
    const [item] = dynamo.table.items.values();
    expect(item?.x).toEqual({ N: String(Date.parse("2026-12-28T14:00:01Z") / 1_000) });
  });

  test("that are throttled are sent again without the others", async () => {
    const { ledger, dynamo } = open();
    let left = 3;
    dynamo.faults = (place, _, index) => {
      return place === "statement" && index % 10 === 0 && left-- > 0 ? "ThrottlingError" : undefined;
    };
    expect(countOf(await ledger.append(entries(25)), "accepted")).toBe(25);
    expect(statementsIn(dynamo)).toEqual([25, 3]);
    expect(dynamo.table.items.size).toBe(25);
  });

  test.each([
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionConflict",
  ])("that get %s every time are unavailable, the others accepted", async (code) => {
    const { ledger, dynamo } = open();
    dynamo.faults = (place, _, index) => (place === "statement" && index === statementOf(dynamo, 7) ? code : undefined);
    const outcomes = await ledger.append(entries(30));
    expect(outcomes[7]).toEqual(unavailable);
    expect(countOf(outcomes, "accepted")).toBe(29);
    expect(dynamo.table.items.size).toBe(29);
  });

  test("written before the connection broke are accepted, once", async () => {
    const { ledger, dynamo } = open(atFirst(2, "after", "ECONNRESET"));
    expect(countOf(await ledger.append(entries(60)), "accepted")).toBe(60);
    expect(dynamo.table.items.size).toBe(60);
    expect(callsOf(dynamo, "BatchGetItem")).toHaveLength(1);
  });

  test("written although the statement failed are accepted", async () => {
    const { ledger, dynamo } = open(atFirst(5, "statement-after", "InternalServerError"));
    expect(countOf(await ledger.append(entries(25)), "accepted")).toBe(25);
    expect(dynamo.table.items.size).toBe(25);
  });

  test("of which the answer says nothing are sent again, and accepted", async () => {
    const { ledger, dynamo } = open();
    let isShort = true;
    dynamo.client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { Responses } = result.output as { Responses?: unknown };
        if (isShort && Array.isArray(Responses)) Responses.length -= 4;
        isShort = false;
        return result;
      },
      { step: "initialize" },
    );
    expect(countOf(await ledger.append(entries(25)), "accepted")).toBe(25);
    expect(statementsIn(dynamo)).toEqual([25, 4]);
  });

  test("of which nobody knows are unavailable, and duplicates when they are sent again", async () => {
    const { ledger, dynamo } = open((place) => (place === "after" ? "TimeoutError" : undefined));
    expect(await ledger.append(entries(2))).toEqual([unavailable, unavailable]);
    dynamo.faults = () => undefined;
    expect(await ledger.append(entries(3))).toEqual([
      { status: "duplicate", existing: entry(0) },
      { status: "duplicate", existing: entry(1) },
      accepted,
    ]);
  });

  test.each(["ECONNRESET", "TimeoutError", "InternalServerError", "ThrottlingException", "RequestLimitExceeded"])(
    "are unavailable when every call fails with %s, and are sent three times",
    async (code) => {
      const { ledger, dynamo } = open((place) => (place === "before" ? code : undefined));
      expect(await ledger.append(entries(2))).toEqual([unavailable, unavailable]);
      expect(dynamo.calls).toHaveLength(3);
      expect(dynamo.table.items.size).toBe(0);
    },
  );

  test("that stand are told apart with one get for the whole call", async () => {
    const { ledger, dynamo } = open();
    await ledger.append(entries(80));
    dynamo.calls.length = 0;
    const again = [...entries(40), ...entries(40, 40).map((e) => ({ ...e, contentHash: "other" })), ...entries(1, 80)];
    const outcomes = await ledger.append(again);
    expect(outcomes.slice(0, 40)).toEqual(entries(40).map((existing) => ({ status: "duplicate", existing })));
    expect(outcomes.slice(40, 80)).toEqual(entries(40, 40).map((existing) => ({ status: "conflict", existing })));
    expect(outcomes[80]).toEqual(accepted);
    const gets = callsOf(dynamo, "BatchGetItem").map(({ RequestItems }) => RequestItems);
    expect(gets).toEqual([{ ledger: { Keys: expect.any(Array), ConsistentRead: true } }]);
  });

  test("are unavailable when they stand but cannot be read, the new ones accepted", async () => {
    const { ledger, dynamo } = open();
    await ledger.append(entries(2));
    dynamo.faults = (place) => (place === "key" ? "unprocessed" : undefined);
    expect(await ledger.append(entries(4))).toEqual([unavailable, unavailable, accepted, accepted]);
  });

  test("that expire between the INSERT and the get are written after all", async () => {
    const { ledger, dynamo } = open();
    await ledger.append(entries(1));
    dynamo.faults = (place, operation) => {
      if (place === "before" && operation === "BatchGetItem") dynamo.table.items.clear();
      return undefined;
    };
    expect(await ledger.append([entry(0, "other")])).toEqual([accepted]);
    dynamo.faults = () => undefined;
    expect((await ledger.read([entry(0).key])).get(entry(0).key)?.contentHash).toBe("other");
  });

  test("that DynamoDB will not have do not take their neighbours down", async () => {
    const { ledger, dynamo } = open();
    dynamo.faults = (place, _, index) =>
      place === "statement" && index === statementOf(dynamo, 3) ? "ValidationError" : undefined;
    const outcomes = await ledger.append(entries(25));
    expect(outcomes[3]).toEqual(unavailable);
    expect(countOf(outcomes, "accepted")).toBe(24);
    expect(dynamo.calls).toHaveLength(1);
  });

  test("for which DynamoDB refuses the whole call do not take their neighbours down", async () => {
    const { ledger, dynamo } = open();
    dynamo.faults = (place) => (place === "before" && isSent(dynamo, '\\"3\\"') ? "ValidationException" : undefined);
    const outcomes = await ledger.append(entries(25));
    expect(outcomes[3]).toEqual(unavailable);
    expect(countOf(outcomes, "accepted")).toBe(24);
  });

  test("that we may not write are our mistake, not an outage", async () => {
    const { ledger } = open((place) => (place === "statement" ? "AccessDenied" : undefined));
    await expect(ledger.append(entries(1))).rejects.toThrow("refused an INSERT: AccessDenied");
    const { ledger: other } = open((place) => (place === "before" ? "ResourceNotFoundException" : undefined));
    await expect(other.append(entries(1))).rejects.toThrow("ResourceNotFoundException");
  });

  test("of which two have one key are refused before any is sent", async () => {
    const { ledger, dynamo } = open();
    await expect(ledger.append([...entries(30), entry(0, "other")])).rejects.toThrow("twice in one call");
    expect(dynamo.calls).toEqual([]);
  });
});

describe("entries appended together", () => {
  test("are taken once when the answer was lost: the SDK sends the same token again", async () => {
    const { ledger, dynamo } = open(atFirst(1, "after", "TimeoutError"));
    expect(await ledger.appendTogether(entries(2))).toEqual(accepted);
    const tokens = callsOf(dynamo, "TransactWriteItems").map(({ ClientRequestToken }) => ClientRequestToken);
    expect(tokens).toEqual([expect.any(String), tokens[0]]);
    expect(dynamo.table.items.size).toBe(2);
  });

  test("are tried again when they collide with others", async () => {
    const { ledger, dynamo } = open(atFirst(3, "item", "TransactionConflict"));
    expect(await ledger.appendTogether(entries(2))).toEqual(accepted);
    expect(dynamo.table.items.size).toBe(2);
  });

  test("are unavailable when they collide every time, or nothing answers", async () => {
    for (const place of ["item", "before"] as const) {
      const code = place === "item" ? "ThrottlingError" : "ECONNRESET";
      const { ledger, dynamo } = open((at) => (at === place ? code : undefined));
      expect(await ledger.appendTogether(entries(2))).toEqual(unavailable);
      expect(dynamo.table.items.size).toBe(0);
    }
  });

  test("one stands and another collides: what stands is the answer", async () => {
    const { ledger, dynamo } = open();
    await ledger.append([entry(1)]);
    dynamo.faults = (place, _, index) => (place === "item" && index === 0 ? "TransactionConflict" : undefined);
    expect(await ledger.appendTogether([entry(0), entry(1, "other")])).toEqual({
      status: "conflict",
      existing: entry(1),
    });
    expect(callsOf(dynamo, "TransactWriteItems")).toHaveLength(1);
  });

  test("one is refused for what it is: our mistake, named", async () => {
    const { ledger } = open((place, _, index) => (place === "item" && index === 1 ? "ValidationError" : undefined));
    await expect(ledger.appendTogether(entries(3))).rejects.toThrow("item 1 of the transaction was refused");
  });

  test("a refusal that does not tell what stands is named", async () => {
    const { ledger } = open((place, _, index) =>
      place === "item" && index === 1 ? "ConditionalCheckFailed" : undefined,
    );
    await expect(ledger.appendTogether(entries(2))).rejects.toThrow(
      "ledger: a transaction was refused (None, ConditionalCheckFailed), want the item that stands in its way",
    );
  });

  test("are at most 50", async () => {
    const { ledger } = open();
    await expect(ledger.appendTogether(entries(51))).rejects.toThrow("at most 50");
  });
});

describe("a read", () => {
  test("asks for 100 keys a call, each once, and again for what was not processed", async () => {
    const { ledger, dynamo } = open();
    await ledger.append(entries(250));
    dynamo.calls.length = 0;
    let unprocessed = 0;
    dynamo.faults = (place, _, index) =>
      place === "key" && index % 7 === 0 && unprocessed++ < 40 ? "unprocessed" : undefined;
    const keys = entries(250).map(({ key }) => key);
    const found = await ledger.read([...keys, ...keys, entry(999).key]);
    expect(found.size).toBe(250);
    expect(found.get(entry(249).key)).toEqual(entry(249));
    expect(unprocessed).toBeGreaterThan(10);
  });

  test("of a key too long to be one finds nothing, and the others", async () => {
    const { ledger } = open();
    await ledger.append(entries(1));
    expect([...(await ledger.read([entry(0).key, "é".repeat(1_025)])).keys()]).toEqual([entry(0).key]);
  });

  test("is Unavailable when nothing answers", async () => {
    const { ledger } = open((place) => (place === "before" ? "ProvisionedThroughputExceededException" : undefined));
    await expect(ledger.read(["key"])).rejects.toThrow("ledger is unavailable");
    const { ledger: other } = open((place) => (place === "key" ? "unprocessed" : undefined));
    await expect(other.read(["key"])).rejects.toThrow("ledger is unavailable");
  });

  test("names an item that cannot be decoded", async () => {
    const { ledger, dynamo } = open();
    dynamo.table.put({ k: { S: "damaged" }, e: { S: '{"v":2,"s":"web","i":"7"}' } });
    await expect(ledger.read(["damaged"])).rejects.toThrow('["web","7"]: version 2 is unknown');
  });
});
