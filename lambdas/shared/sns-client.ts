import { SNSClient } from "@aws-sdk/client-sns";
import { clientSettings } from "./client-settings.ts";

let client: SNSClient | undefined;

/** One a process. */
export function snsClient(): SNSClient {
  client ??= new SNSClient(clientSettings);
  return client;
}
