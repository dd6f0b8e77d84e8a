import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { DescribeExecutionCommand, GetExecutionHistoryCommand, paginateListStateMachines } from "@aws-sdk/client-sfn";
import { type Access, type Clients, clientsOf } from "./aws-access.ts";
import type { StoreNames } from "./aws-stores.ts";
import { callApi } from "./call-api.ts";
import type { Outputs } from "./deployment.ts";
import { until } from "./patience.ts";
import { must, type Target } from "./target.ts";

const runSecondsMax = 600;

export interface AwsTarget extends Target {
  readonly clients: Clients;
  readonly names: StoreNames;
  /** Starts the state machine over the API and waits for its end: SUCCEEDED, SKIPPED, FAILED and why… */
  runPipeline(): Promise<string>;
}

function outputOf(outputs: Outputs, name: string): string {
  const value = Object.values(outputs).flatMap((stack) => (stack[name] === undefined ? [] : [stack[name]]))[0];
  if (value === undefined) throw new Error(`the deploy has no output ${name}: ${JSON.stringify(outputs)}`);
  return value;
}

/** By its URL; the emulator's at the emulator's address. */
function callerOf(url: string, endpoint: string | undefined): Target["call"] {
  if (endpoint === undefined) return (path, sending) => fetch(url + path, sending as RequestInit);
  const apiId = new URL(url).hostname.split(".")[0] as string;
  return (path, sending) => callApi(endpoint, apiId, path, sending);
}

/** Why an execution failed: the last events that say so. */
async function failureOf({ machines }: Clients, executionArn: string): Promise<string> {
  const { events = [] } = await machines.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }));
  return JSON.stringify(events.filter(({ type }) => /Failed|Aborted|TimedOut/.test(type ?? "")).slice(0, 3));
}

/** The account that the deployment's state machine is in. */
async function accountOf({ machines }: Clients, name: string): Promise<string> {
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: machines }, {})) {
    const arn = stateMachines.find((machine) => machine.name === `${name}-pipeline`)?.stateMachineArn;
    if (arn !== undefined) return arn.split(":")[4] as string;
  }
  throw new Error(`there is no state machine ${name}-pipeline`);
}

/** A deployed system, with what its deploy has printed to reach it. */
export async function openAwsTarget(access: Access, name: string, outputs: Outputs): Promise<AwsTarget> {
  const clients = clientsOf(access);
  const secretId = /--secret-id (\S+)/.exec(outputOf(outputs, "ReadAdminKey"))?.[1];
  const { SecretString: adminKey = "" } = await clients.secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
  const account = await accountOf(clients, name);
  const names = { name, account, region: access.region };
  const call = callerOf(outputOf(outputs, "ApiUrl"), access.endpoint);
  const target: Target = { name: `${name} in AWS`, adminKey, call };
  const runPipeline = async () => {
    const { id } = await must<{ id: string }>(target, adminKey, "/v1/pipeline/runs", { method: "POST" });
    const executionArn = `arn:aws:states:${access.region}:${account}:execution:${name}-pipeline:${id}`;
    const { status, output = "" } = await until(
      `execution ${id}`,
      () => clients.machines.send(new DescribeExecutionCommand({ executionArn })),
      (execution) => execution.status !== "RUNNING",
      { secondsMax: runSecondsMax },
    );
    if (status === "SUCCEEDED") return output.includes('"skipped"') ? "SKIPPED" : status;
    return `${status}: ${await failureOf(clients, executionArn)}`;
  };
  return { ...target, clients, names, runPipeline };
}
