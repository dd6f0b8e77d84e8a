import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { serviceError } from "./service-errors.ts";

export interface InvokeFunctionDeps {
  readonly client: LambdaClient;
  readonly functionName: string;
}

/** Has Lambda call a function, with nothing to say to it, and does not wait for it. */
export const invokeFunction =
  ({ client, functionName }: InvokeFunctionDeps) =>
  async (): Promise<void> => {
    try {
      await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: "Event" }));
    } catch (error) {
      throw serviceError(error, { part: "evaluation", resource: `function "${functionName}"` });
    }
  };
