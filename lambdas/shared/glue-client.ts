import { GlueClient } from "@aws-sdk/client-glue";
import { clientSettings } from "./client-settings.ts";

let client: GlueClient | undefined;

/** One a process. */
export function glueClient(): GlueClient {
  client ??= new GlueClient(clientSettings);
  return client;
}
