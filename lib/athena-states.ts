/** A state of the Amazon States Language, in JSONata. */
export type State = Readonly<Record<string, unknown>>;
export type States = Readonly<Record<string, State>>;

export interface Statement {
  /** The name that its states begin with. */
  readonly name: string;
  readonly sql: string;
  /** The names of its `{{…}}`, each filled with the text that the input has under it. */
  readonly places: readonly string[];
  /** Any row that it gives is a fault. */
  readonly wantsNoRows: boolean;
  /**
   * In the reason for a failure: it is worth another try. Step Functions knows an Athena failure by one error name, what
   * it was shows in the cause. Each statement gives the same result when repeated.
   */
  readonly retriedReasons: readonly string[];
}

export interface AthenaPlace {
  readonly workgroup: string;
  readonly database: string;
}

const attemptsMax = 5;
const firstPauseSeconds = 5;
/** Athena's own limit for a statement. */
const statementSecondsMax = 1_800;

export const jsonata = (expression: string) => `{% ${expression} %}`;

/** What people should read of an error: the reason in a cause that is JSON, else the cause, cut. */
export const reasonOf = (cause: string) =>
  `($m := $match(${cause}, /"(StateChangeReason|errorMessage)": *"([^"]*)"/); $exists($m) ? $m[0].groups[1] : $substring(${cause}, 0, 2000))`;

const matching = (reasons: readonly string[]) => `/${reasons.join("|")}/i`;

/**
 * The states that run one statement until it succeeds, or has failed too often, or for good; then the last one is a
 * `Fail` that says why. To be run where the state's input holds the texts for its places.
 */
export function statementStates(statement: Statement, place: AthenaPlace): { StartAt: string; States: States } {
  const { name, sql, places, wantsNoRows, retriedReasons } = statement;
  const state = (role: string) => `${name}: ${role}`;
  const [prepare, run, judge, pause, giveUp] = ["prepare", "run", "worth another try?", "pause", "give up"].map(state);
  const [read, count, found, done] = ["read rows", "no rows?", "rows found", "done"].map(state);
  if (!prepare || !run || !judge || !pause || !giveUp || !read || !count || !found || !done) throw new Error(name);
  const text = places.reduce((inner, at) => `$replace(${inner}, "{{${at}}}", $values.${at})`, "$sql");
  const caught = [
    {
      ErrorEquals: ["States.ALL"],
      Next: judge,
      Assign: {
        attempt: jsonata("$attempt + 1"),
        cause: jsonata('$states.errorOutput.Error & " " & $states.errorOutput.Cause'),
      },
    },
  ];
  const checked: States = {
    [read]: {
      Type: "Task",
      Resource: "arn:aws:states:::athena:getQueryResults",
      Arguments: { QueryExecutionId: jsonata("$states.input.id"), MaxResults: 4 },
      // The first row has the names of the columns.
      Output: { rows: jsonata("[$states.result.ResultSet.Rows[[1..3]].$string(Data.VarCharValue)]") },
      Catch: caught,
      Next: count,
    },
    [count]: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$count($states.input.rows) > 0"), Next: found }],
      Default: done,
    },
    [found]: {
      Type: "Fail",
      Error: "CheckFailed",
      Cause: jsonata('"found " & $join($states.input.rows, ", ") & ", want no rows"'),
    },
  };
  return {
    StartAt: prepare,
    States: {
      // The text is a plain value here: an expression may not be as long.
      [prepare]: { Type: "Pass", Assign: { sql, values: jsonata("$states.input"), attempt: 0, cause: "" }, Next: run },
      [run]: {
        Type: "Task",
        Resource: "arn:aws:states:::athena:startQueryExecution.sync",
        Arguments: {
          QueryString: places.length === 0 ? sql : jsonata(text),
          WorkGroup: place.workgroup,
          QueryExecutionContext: { Catalog: "AwsDataCatalog", Database: place.database },
        },
        TimeoutSeconds: statementSecondsMax,
        Output: { id: jsonata("$states.result.QueryExecution.QueryExecutionId") },
        Catch: caught,
        Next: wantsNoRows ? read : done,
      },
      [judge]: {
        Type: "Choice",
        Choices: [
          {
            Condition: jsonata(`$attempt < ${attemptsMax} and $contains($cause, ${matching(retriedReasons)})`),
            Next: pause,
          },
        ],
        Default: giveUp,
      },
      [pause]: { Type: "Wait", Seconds: jsonata(`${firstPauseSeconds} * $power(2, $attempt - 1)`), Next: run },
      [giveUp]: { Type: "Fail", Error: "StatementFailed", Cause: jsonata(reasonOf("$cause")) },
      ...(wantsNoRows && checked),
      [done]: { Type: "Succeed", Output: {} },
    },
  };
}
