import { LambdaClient } from "@aws-sdk/client-lambda";

let client: LambdaClient | undefined;

/** One a process. A call that nobody waits for long: what is ordered comes by itself within a minute. */
export function lambdaClient(): LambdaClient {
  client ??= new LambdaClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 500,
      requestTimeout: 2_000,
      throwOnRequestTimeout: true,
      httpsAgent: { keepAlive: true },
    },
  });
  return client;
}
