import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PIPELINE } from "#lake/steps.ts";
import { maintenanceDefinition } from "#lib/maintenance-definition.ts";
import { pipelineDefinition } from "#lib/pipeline-definition.ts";

interface Machine {
  readonly StartAt?: string | undefined;
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Catch?: readonly { readonly Next: string; readonly ErrorEquals: readonly string[] }[];
  readonly Items?: string;
  readonly MaxConcurrency?: number;
  readonly ItemProcessor?: Machine;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
}

const machine = pipelineDefinition({
  workgroup: "w",
  database: "d",
  stepFunctionArn: "arn:step",
  statement: (name) => readFileSync(`sql/${name}.sql`, "utf8"),
});
const whole: Machine & { readonly TimeoutSeconds: number } = JSON.parse(JSON.stringify(machine));

const stateAt = ({ States }: Machine, name: string): State => {
  const state = States[name];
  if (state === undefined) throw new Error(`there is no state "${name}"`);
  return state;
};

/** The tasks and maps that an execution comes by whose conditions hold as told, in order. */
function walk(conditions: readonly string[], skipped = false): string[] {
  const visited: string[] = [];
  const holds = (condition: string) => {
    if (condition === "{% $states.input.status = 'skipped' %}") return skipped;
    const [, name] = /^\{% \$state\.when\.(\w+) %\}$/.exec(condition) ?? [];
    if (name === undefined) throw new Error(`an unknown condition: ${condition}`);
    return conditions.includes(name);
  };
  let name: string | undefined = whole.StartAt;
  while (name !== undefined) {
    const state = stateAt(whole, name);
    if (state.Type === "Choice") {
      name = state.Choices?.find(({ Condition }) => holds(Condition))?.Next ?? state.Default;
    } else {
      visited.push(name);
      name = state.Next;
    }
  }
  return visited;
}

describe("the pipeline as a state machine", () => {
  test("walks every step in order when all conditions hold", () => {
    const conditions = PIPELINE.map(({ when }) => when);
    expect(walk([...conditions, "always"])).toEqual([
      "begin",
      ...PIPELINE.map(({ name }) => name),
      "finish",
      "succeeded",
    ]);
  });

  /** What is done whatever a run has found. */
  const always = [
    ...["check_cells", "pack_closed_days", "look_for_findings"],
    ...["measure_budgets", "make_forecasts", "find_anomalies", "send_summaries"],
    ...["finish", "succeeded"],
  ];

  test("with nothing landed it checks, packs and looks at what stands, and no more", () => {
    expect(walk([])).toEqual(["begin", ...always]);
  });

  test("a merge that changed no day writes no summary", () => {
    expect(walk(["landed"])).toEqual(["begin", "merge_usage_events", "find_changed_days", ...always]);
  });

  test("a run that begins skipped ends there", () => {
    expect(walk(["landed", "days_changed"], true)).toEqual(["begin", "skipped"]);
  });

  test("a failure of any step is told to finish, which ends in a failed execution", () => {
    for (const { name } of PIPELINE) {
      expect(stateAt(whole, name).Catch).toEqual([
        expect.objectContaining({ ErrorEquals: ["States.ALL"], Next: "finish failed run" }),
      ]);
    }
    expect(stateAt(whole, "finish failed run").Next).toBe("failed");
    expect(stateAt(whole, "failed").Type).toBe("Fail");
  });

  test("ends before the lease of 70 minutes does, and fits into what Step Functions takes", () => {
    expect(whole.TimeoutSeconds).toBe(3_600);
    expect(JSON.stringify(machine).length).toBeLessThan(1_000_000);
  });

  test("a state leads only to states that are there, and every state is led to", () => {
    const check = (inner: Machine) => {
      const names = Object.keys(inner.States);
      const targets = Object.values(inner.States).flatMap((state) => [
        ...(state.Next ? [state.Next] : []),
        ...(state.Default ? [state.Default] : []),
        ...(state.Choices ?? []).map(({ Next }) => Next),
        ...(state.Catch ?? []).map(({ Next }) => Next),
      ]);
      expect([...new Set([...targets, inner.StartAt ?? ""])].sort()).toEqual(names.sort());
      for (const name of names) expect(name.length).toBeLessThanOrEqual(80);
      for (const state of Object.values(inner.States)) if (state.ItemProcessor) check(state.ItemProcessor);
    };
    check(whole);
  });

  test("a name stands for one state in the whole machine", () => {
    const names = (inner: Machine): string[] =>
      Object.entries(inner.States).flatMap(([name, state]) => [
        name,
        ...(state.ItemProcessor ? names(state.ItemProcessor) : []),
      ]);
    const all = names(whole);
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
  });
});

describe("a statement", () => {
  const merge = stateAt(whole, "merge_cost_daily");
  const states = merge.ItemProcessor as Machine;

  test("is run once for each part, one after the other, with the part's literals in its places", () => {
    expect([merge.Items, merge.MaxConcurrency]).toEqual(["{% $state.over.changed_days %}", 1]);
    expect(stateAt(states, "merge_cost_daily: prepare").Assign?.sql).toBe(
      readFileSync("sql/merge_cost_daily.sql", "utf8"),
    );
    expect(stateAt(states, "merge_cost_daily: run").Arguments).toEqual({
      QueryString: '{% $replace($sql, "{{dates}}", $values.dates) %}',
      WorkGroup: "w",
      QueryExecutionContext: { Catalog: "AwsDataCatalog", Database: "d" },
    });
  });

  test("is tried again when another writer was first or Athena is busy, at most 5 times, and for nothing else", () => {
    const [judged] = stateAt(states, "merge_cost_daily: worth another try?").Choices ?? [];
    expect(judged?.Next).toBe("merge_cost_daily: pause");
    const [, attempts, reasons] =
      /^\{% \$attempt < (\d+) and \$contains\(\$cause, \/(.+)\/i\) %\}$/.exec(judged?.Condition ?? "") ?? [];
    expect(attempts).toBe("5");
    const isPassing = (cause: string) => new RegExp(reasons ?? "", "i").test(cause);
    const passing = [
      "ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: cost_daily",
      "Athena.TooManyRequestsException You have exceeded the limit for the number of queries",
      "ThrottlingException: Rate exceeded",
      "GENERIC_INTERNAL_ERROR: Unexpected error",
      "Query exhausted resources at this scale factor",
      "HIVE_CANNOT_OPEN_SPLIT: Please reduce your request rate. (Status Code: 503; Error Code: SlowDown)",
    ];
    expect(passing.filter((cause) => !isPassing(cause))).toEqual([]);
    const final = [
      "SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved",
      "TABLE_NOT_FOUND",
      "Bytes scanned limit was exceeded",
      "Access denied",
    ];
    expect(final.filter(isPassing)).toEqual([]);
  });

  test("a check reads its rows, and any row fails the run; a write does not", () => {
    const check = stateAt(whole, "check_totals").ItemProcessor as Machine;
    expect(stateAt(check, "check_totals: run").Next).toBe("check_totals: read rows");
    expect(stateAt(check, "check_totals: no rows?").Choices?.[0]).toEqual({
      Condition: "{% $count($states.input.rows) > 0 %}",
      Next: "check_totals: rows found",
    });
    expect(stateAt(check, "check_totals: rows found").Type).toBe("Fail");
    expect(Object.keys(states.States)).not.toContain("merge_cost_daily: read rows");
  });
});

describe("the daily upkeep", () => {
  test("optimizes, then vacuums each Iceberg table, and goes on where Athena asks for another run", () => {
    const upkeep: Machine = JSON.parse(JSON.stringify(maintenanceDefinition({ workgroup: "w", database: "d" })));
    const order: string[] = [];
    for (let name = upkeep.StartAt; name !== undefined; name = stateAt(upkeep, name).Next) order.push(name);
    expect(order.slice(0, 6)).toEqual([
      "optimize usage_events",
      "vacuum usage_events",
      "optimize cost_daily",
      "vacuum cost_daily",
      "optimize customer_daily",
      "vacuum customer_daily",
    ]);
    const vacuum = stateAt(upkeep, "vacuum usage_events").ItemProcessor as Machine;
    const [judged] = stateAt(vacuum, "vacuum usage_events: worth another try?").Choices ?? [];
    expect(judged?.Condition).toContain("ICEBERG_VACUUM_MORE_RUNS_NEEDED");
  });
});
