import { SFNClient } from "@aws-sdk/client-sfn";
import { clientSettings } from "./client-settings.ts";

let client: SFNClient | undefined;

/** One a process. */
export function sfnClient(): SFNClient {
  client ??= new SFNClient(clientSettings);
  return client;
}
