import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { RunRequest } from "#app/pipeline-run.ts";
import { serviceError } from "./service-errors.ts";

export interface StartPipelineDeps {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
  readonly newId: () => string;
}

/** Has the state machine run the pipeline. The run has the name of the execution as its id. */
export const startPipeline =
  ({ client, stateMachineArn, newId }: StartPipelineDeps) =>
  async ({ backfill }: RunRequest = {}) => {
    const id = newId();
    const input = JSON.stringify(backfill === undefined ? {} : { backfill });
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name: id, input }));
    } catch (error) {
      throw serviceError(error, { part: "pipeline", resource: `state machine "${stateMachineArn}"` });
    }
    return { id, status: "running" } as const;
  };
