import { AthenaClient } from "@aws-sdk/client-athena";
import { clientSettings } from "./client-settings.ts";

let client: AthenaClient | undefined;

/** One a process. */
export function athenaClient(): AthenaClient {
  client ??= new AthenaClient(clientSettings);
  return client;
}
