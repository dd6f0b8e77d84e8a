import type { TestProject } from "vitest/node";
import { startDynamoDbLocal } from "./dynamodb-local.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly dynamoDbEndpoint: string;
  }
}

/** One server for all suites: each of them makes tables of its own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDynamoDbLocal();
  project.provide("dynamoDbEndpoint", server.endpoint);
  return async () => server[Symbol.asyncDispose]();
}
