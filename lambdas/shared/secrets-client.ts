import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { clientSettings } from "./client-settings.ts";

let client: SecretsManagerClient | undefined;

/** One a process. */
export function secretsClient(): SecretsManagerClient {
  client ??= new SecretsManagerClient(clientSettings);
  return client;
}
