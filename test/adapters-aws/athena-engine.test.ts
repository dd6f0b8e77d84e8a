import { beforeEach, describe, expect, test, vi } from "vitest";
import { athenaEngine } from "#aws/athena-engine.ts";
import { type FakeAthena, type FakeEnding, fakeAthena, refusal } from "./fake-athena.ts";

const waits: number[] = [];
vi.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number) => {
    waits.push(ms);
  },
}));
beforeEach(() => {
  waits.length = 0;
});

const sql: Readonly<Record<string, string>> = {
  find: "-- what is found\nselect a\nfrom t\nwhere source = ? and id = ? and n = ?",
  read: "select a\nfrom t\nwhere usage_date in ({{dates}})",
  merge: "-- grain: x\nmerge into t using (select 1) as s on true when matched then delete",
  insert: "insert into t values (1)",
};

function engineOf(athena: FakeAthena, remainingMs?: () => number) {
  const place = { client: athena.client, workgroup: "finops", database: "lake" };
  return athenaEngine({ ...place, statements: (name) => sql[name], ...(remainingMs && { remainingMs }) });
}

const started = ({ calls }: FakeAthena) => calls.filter(({ action }) => action === "StartQueryExecution");

describe("a query", () => {
  test("goes to the workgroup and database with its parameters as SQL literals", async () => {
    await using athena = await fakeAthena({});
    await engineOf(athena).run("find", { parameters: ['it\'s "x"', "漢'", 12n] });
    expect(started(athena).map(({ input }) => input)).toMatchObject([
      {
        QueryString: sql.find,
        WorkGroup: "finops",
        QueryExecutionContext: { Database: "lake" },
        ExecutionParameters: ["'it''s \"x\"'", "'漢'''", "12"],
      },
    ]);
    await engineOf(athena).run("find", { parameters: [null, 1.5, ""] });
    expect(started(athena)[1]?.input.ExecutionParameters).toEqual(["null", "1.5", "''"]);
  });

  test("has its dates in its text, and no parameters when there are none", async () => {
    await using athena = await fakeAthena({});
    await engineOf(athena).run("read", { substitutions: { dates: ["2026-11-20", "2026-11-21"] } });
    const input = started(athena)[0]?.input;
    expect(input?.QueryString).toBe("select a\nfrom t\nwhere usage_date in (date '2026-11-20', date '2026-11-21')");
    expect(input).not.toHaveProperty("ExecutionParameters");
  });

  test("gives all pages of rows without their head, each value by its type, an absent one as null", async () => {
    const columns = ["varchar", "bigint", "decimal", "date", "timestamp", "double", "integer"].map((type) => ({
      name: `a_${type}`,
      type,
    }));
    const row = ["", "9007199254740993", "-0.000000000001", "2026-02-28", "2026-02-28 23:59:59.999999", "1.0E-5", "7"];
    const nothing = columns.map(() => undefined);
    await using athena = await fakeAthena({ table: { columns, rows: [row, nothing, row, row, row, row] } });
    const rows = await engineOf(athena).run("find");
    const wanted = {
      a_varchar: "",
      a_bigint: 9007199254740993n,
      a_decimal: "-0.000000000001",
      a_date: "2026-02-28",
      a_timestamp: "2026-02-28T23:59:59.999Z",
      a_double: 0.00001,
      a_integer: 7,
    };
    const nulls = Object.fromEntries(Object.keys(wanted).map((name) => [name, null]));
    expect(rows).toEqual([wanted, nulls, wanted, wanted, wanted, wanted]);
  });

  test("a timestamp without a fraction is of a whole second", async () => {
    const columns = [{ name: "t", type: "timestamp" }];
    await using athena = await fakeAthena({ table: { columns, rows: [["2026-02-28 00:00:00"]] } });
    expect(await engineOf(athena).run("find")).toEqual([{ t: "2026-02-28T00:00:00.000Z" }]);
  });

  test.each(["boolean", "map", "timestamp with time zone"])("must not give a %s", async (type) => {
    await using athena = await fakeAthena({ table: { columns: [{ name: "x", type }], rows: [["true"]] } });
    await expect(engineOf(athena).run("find")).rejects.toThrow(`column x: a statement must not give a ${type}`);
  });

  test("is looked after ever more seldom, at most every two seconds", async () => {
    await using athena = await fakeAthena({ endings: [{ polls: 12 }] });
    await engineOf(athena).run("merge");
    expect(waits.slice(0, 3)).toEqual([100, 150, 225]);
    expect(waits.slice(-3)).toEqual([2_000, 2_000, 2_000]);
  });
});

describe("what Athena would refuse is refused before it is asked", () => {
  test("parameters of what is no query, text that is too long, a number that is none", async () => {
    await using athena = await fakeAthena({});
    const engine = engineOf(athena);
    await expect(engine.run("merge", { parameters: ["a"] })).rejects.toThrow(
      new RangeError("sql/merge.sql: Athena takes no parameters in merge, found 1"),
    );
    await expect(engine.run("insert", { parameters: ["a"] })).rejects.toThrow("no parameters in insert");
    await expect(engine.run("find", { parameters: ["a", "x".repeat(1023)] })).rejects.toThrow(
      new RangeError("sql/find.sql: parameter 2 has 1025 characters, Athena takes 1024"),
    );
    await expect(engine.run("find", { parameters: [Number.NaN] })).rejects.toThrow("parameter 1 is NaN");
    await expect(engine.run("nothing")).rejects.toThrow("there is no sql/nothing.sql");
    await expect(engine.run("read", { substitutions: { dates: ["1) or (1=1"] } })).rejects.toThrow(
      "must be dates, hours",
    );
    expect(athena.calls).toEqual([]);
  });
});

describe("a write", () => {
  test("gives no rows and asks for none", async () => {
    await using athena = await fakeAthena({});
    expect(await engineOf(athena).run("merge")).toEqual([]);
    expect(athena.calls.map(({ action }) => action)).toEqual(["StartQueryExecution"]);
  });
});

const conflict: FakeEnding = { state: "FAILED", reason: "ICEBERG_COMMIT_ERROR: Failed to commit the transaction" };

describe("a failure", () => {
  test("names the file, the query and the reason", async () => {
    await using athena = await fakeAthena({
      endings: [{ state: "FAILED", reason: "TYPE_MISMATCH: line 3:7: no", category: 2 }],
    });
    await expect(engineOf(athena).run("find")).rejects.toThrow(
      new Error("sql/find.sql: query query-0 failed: TYPE_MISMATCH: line 3:7: no"),
    );
    expect(started(athena)).toHaveLength(1);
  });

  test("of the statement's text names the file", async () => {
    await using athena = await fakeAthena({
      answers: () => refusal("InvalidRequestException", "line 2:8: mismatched input 'qualify'"),
    });
    await expect(engineOf(athena).run("merge")).rejects.toThrow("sql/merge.sql: line 2:8: mismatched input 'qualify'");
  });

  test.each<[string, FakeEnding]>([
    ["another writer was first", conflict],
    ["S3 is asked too often", { state: "FAILED", reason: "HIVE_CURSOR_ERROR: Please reduce your request rate" }],
    ["Athena is asked too often", { state: "FAILED", reason: "Glue: TooManyRequestsException" }],
    ["Athena failed inside", { state: "FAILED", reason: "something", category: 1 }],
  ])("that passes is tried again, as a query of its own: %s", async (_, ending) => {
    await using athena = await fakeAthena({ endings: [ending, ending, {}] });
    expect(await engineOf(athena).run("merge")).toEqual([]);
    const tokens = started(athena).map(({ input }) => input.ClientRequestToken);
    expect(new Set(tokens).size).toBe(3);
    expect(waits.filter((ms) => ms >= 1_000)).toEqual([1_000, 2_000]);
  });

  test("that does not pass in four attempts is an outage, its cause the reason", async () => {
    await using athena = await fakeAthena({ endings: [conflict] });
    const error = await engineOf(athena)
      .run("merge")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "Unavailable",
      part: "lake (sql/merge.sql)",
      cause: { message: expect.stringContaining("query query-3 failed: ICEBERG_COMMIT_ERROR") },
    });
    expect(started(athena)).toHaveLength(4);
  });

  test("of what must not be run twice is not tried again", async () => {
    await using athena = await fakeAthena({ endings: [conflict, {}] });
    await expect(engineOf(athena).run("insert")).rejects.toMatchObject({ name: "Unavailable" });
    expect(started(athena)).toHaveLength(1);
  });

  test("by the workgroup's limit on what is read is told and not repeated", async () => {
    await using athena = await fakeAthena({
      endings: [{ state: "CANCELLED", reason: "Bytes scanned limit was exceeded" }],
    });
    await expect(engineOf(athena).run("find")).rejects.toThrow(
      "sql/find.sql: query query-0 was cancelled: Bytes scanned limit was exceeded",
    );
    expect(started(athena)).toHaveLength(1);
  });
});

describe("Athena out of reach", () => {
  const throttled = refusal("TooManyRequestsException", "slow down");

  test("at the start is tried again, then an outage", async () => {
    await using lifts = await fakeAthena({
      answers: (action, call) => (action === "StartQueryExecution" && call < 3 ? throttled : undefined),
    });
    expect(await engineOf(lifts).run("merge")).toEqual([]);
    await using stays = await fakeAthena({ answers: () => throttled });
    await expect(engineOf(stays).run("merge")).rejects.toMatchObject({ name: "Unavailable" });
    expect(started(stays)).toHaveLength(4);
  });

  test("while a query runs is waited for; when it lasts the query is stopped", async () => {
    await using lifts = await fakeAthena({
      endings: [{ polls: 2 }],
      answers: (action, call) => (action === "GetQueryExecution" && call <= 5 ? throttled : undefined),
    });
    expect(await engineOf(lifts).run("merge")).toEqual([]);
    await using stays = await fakeAthena({
      answers: (action) => (action === "GetQueryExecution" ? refusal("InternalServerException", "", 500) : undefined),
    });
    await expect(engineOf(stays).run("merge")).rejects.toMatchObject({ name: "Unavailable" });
    expect(stays.calls.map(({ action }) => action)).toEqual(["StartQueryExecution", "StopQueryExecution"]);
  });

  test("a role that may not is told with the workgroup", async () => {
    await using athena = await fakeAthena({ answers: () => refusal("AccessDeniedException", "not authorized") });
    await expect(engineOf(athena).run("find")).rejects.toThrow(/^sql\/find\.sql: workgroup "finops": access is denied/);
  });
});

describe("the end of the caller", () => {
  test("stops the query three seconds before, and is an outage", async () => {
    await using athena = await fakeAthena({ endings: [{ state: "RUNNING" }] });
    let left = 3_200;
    const remainingMs = () => {
      left -= 50;
      return left;
    };
    const error = await engineOf(athena, remainingMs)
      .run("merge")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "Unavailable",
      cause: { message: "sql/merge.sql: query query-0 was stopped: the end of its caller is near" },
    });
    expect(athena.calls.at(-1)).toEqual({ action: "StopQueryExecution", input: { QueryExecutionId: "query-0" } });
    expect(Math.max(...waits)).toBeLessThanOrEqual(150);
  });

  test("is not overrun by another attempt", async () => {
    await using athena = await fakeAthena({ endings: [conflict] });
    let calls = 0;
    const remainingMs = () => (++calls === 1 ? 10_000 : 2_000);
    await expect(engineOf(athena, remainingMs).run("merge")).rejects.toMatchObject({ name: "Unavailable" });
    expect(started(athena)).toHaveLength(1);
  });
});
