import { MAINTENANCE, MORE_RUNS_NEEDED } from "#lake/maintenance.ts";
import { PASSING_FAULTS } from "#lake/passing-faults.ts";
import { type AthenaPlace, type State, statementStates } from "./athena-states.ts";

/** Statements over whole tables, one after the other: each may be repeated, and asks for it by failing. */
const runSecondsMax = 4 * 3_600;

/** The daily upkeep of the Iceberg tables as a state machine: for each table OPTIMIZE, then VACUUM. */
export function maintenanceDefinition(place: AthenaPlace) {
  const statements = MAINTENANCE.flatMap(({ table, optimize, vacuum }) => [
    { name: `optimize ${table}`, sql: optimize },
    { name: `vacuum ${table}`, sql: vacuum },
  ]);
  const states = statements.map(({ name, sql }, i): [string, State] => [
    name,
    {
      Type: "Map",
      Items: [{}],
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        ...statementStates(
          { name, sql, places: [], wantsNoRows: false, retriedReasons: [...MORE_RUNS_NEEDED, ...PASSING_FAULTS] },
          place,
        ),
      },
      Output: {},
      ...(statements[i + 1] ? { Next: statements[i + 1]?.name } : { End: true }),
    },
  ]);
  return {
    Comment: "Puts small files together and removes what no snapshot needs.",
    QueryLanguage: "JSONata",
    TimeoutSeconds: runSecondsMax,
    StartAt: statements[0]?.name,
    States: Object.fromEntries(states),
  };
}
