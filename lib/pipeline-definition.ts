import { PASSING_FAULTS } from "#lake/passing-faults.ts";
import { PIPELINE, type PipelineStep } from "#lake/steps.ts";
import { type AthenaPlace, jsonata, reasonOf, type State, type States, statementStates } from "./athena-states.ts";

export interface PipelineDefinitionProps extends AthenaPlace {
  /** The function that begins and ends a run and does its tasks. */
  readonly stepFunctionArn: string;
  /** The text of `sql/<name>.sql`. */
  readonly statement: (name: string) => string;
}

/** Less than the lease (70 minutes): it cannot expire under a run that is still alive. */
const runSecondsMax = 3_600;

/** Lambda's own trouble, and a store that was out for a moment. */
const retriedErrors = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
  "Unavailable",
];

const invoke = (functionArn: string, payload: State | string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: functionArn, Payload: payload },
  Retry: [{ ErrorEquals: retriedErrors, IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 4 }],
});

/** Any error is kept in the variable `failure`, as one line that begins with the step's name. */
const caughtIn = (name: string, next: string) => [
  {
    ErrorEquals: ["States.ALL"],
    Next: next,
    Assign: {
      failure: jsonata(
        `($c := $states.errorOutput.Error & ": " & $states.errorOutput.Cause; "${name}: " & ${reasonOf("$c")})`,
      ),
    },
    Output: {},
  },
];

const placesOf = (sql: string) => [...new Set(Array.from(sql.matchAll(/\{\{(\w+)\}\}/g), ([, name]) => name ?? ""))];

function taskOrMap(step: PipelineStep, next: string, props: PipelineDefinitionProps): State {
  const Catch = caughtIn(step.name, "finish failed run");
  if (step.kind === "task") {
    return {
      ...invoke(props.stepFunctionArn, { task: step.name, state: jsonata("$state") }),
      Assign: { state: jsonata("$states.result.Payload") },
      Output: {},
      Catch,
      Next: next,
    };
  }
  const sql = props.statement(step.name);
  const statement = {
    name: step.name,
    sql,
    places: placesOf(sql),
    wantsNoRows: step.expect === "no_rows",
    retriedReasons: PASSING_FAULTS,
  };
  return {
    Type: "Map",
    Items: jsonata(`$state.over.${step.over}`),
    MaxConcurrency: 1,
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...statementStates(statement, props) },
    Output: {},
    Catch,
    Next: next,
  };
}

const conditionName = (step: PipelineStep) => `${step.name}: ${step.when}?`;

function entryOf(step: PipelineStep | undefined): string {
  if (step === undefined) return "finish";
  return step.when === "always" ? step.name : conditionName(step);
}

const stepStates = (props: PipelineDefinitionProps): States =>
  Object.fromEntries(
    PIPELINE.flatMap((step, i): [string, State][] => {
      const next = entryOf(PIPELINE[i + 1]);
      const own: [string, State] = [step.name, taskOrMap(step, next, props)];
      if (step.when === "always") return [own];
      const Choices = [{ Condition: jsonata(`$state.when.${step.when}`), Next: step.name }];
      return [[conditionName(step), { Type: "Choice", Choices, Default: next }], own];
    }),
  );

/** The run's id is the execution's name; who starts one by hand may ask for past days. */
const beginPayload = jsonata(
  '$merge([{"task": "begin", "holder": $states.context.Execution.Name}, $exists($states.input.backfill) ? {"backfill": $states.input.backfill} : {}])',
);

/**
 * The pipeline as a state machine, in JSONata: begin; each step of `PIPELINE`, in order and under its condition; finish.
 * The variable `state` is the run's state, which each task gives back changed. A failed step leads to `finish` with its
 * error, and then the execution fails. Input: `{}`, or `{backfill: {from, to}}`.
 */
export function pipelineDefinition(props: PipelineDefinitionProps) {
  const { stepFunctionArn } = props;
  return {
    Comment: "Brings the lake up to date with what has landed. Generated from the pipeline's steps.",
    QueryLanguage: "JSONata",
    TimeoutSeconds: runSecondsMax,
    StartAt: "begin",
    States: {
      begin: {
        ...invoke(stepFunctionArn, beginPayload),
        Assign: { state: jsonata("$exists($states.result.Payload.state) ? $states.result.Payload.state : null") },
        Output: { status: jsonata("$states.result.Payload.status") },
        Catch: caughtIn("begin", "failed"),
        Next: "skipped?",
      },
      "skipped?": {
        Type: "Choice",
        Choices: [{ Condition: jsonata("$states.input.status = 'skipped'"), Next: "skipped" }],
        Default: entryOf(PIPELINE[0]),
      },
      skipped: { Type: "Succeed" },
      ...stepStates(props),
      finish: {
        ...invoke(stepFunctionArn, { task: "finish", state: jsonata("$state") }),
        Output: jsonata("$states.result.Payload"),
        Catch: caughtIn("finish", "failed"),
        Next: "succeeded",
      },
      succeeded: { Type: "Succeed" },
      "finish failed run": {
        ...invoke(stepFunctionArn, { task: "finish", state: jsonata("$state"), error: jsonata("$failure") }),
        // The failure to tell is the first one.
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "failed", Output: {} }],
        Output: {},
        Next: "failed",
      },
      failed: { Type: "Fail", Error: "PipelineFailed", Cause: jsonata("$failure") },
    },
  };
}
