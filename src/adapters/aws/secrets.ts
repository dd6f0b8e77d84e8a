import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { serviceError } from "./service-errors.ts";

const putValue = (id: string) => `aws secretsmanager put-secret-value --secret-id ${id} --secret-string VALUE`;

/** Why there is no value, and what makes one; undefined for what is not about the secret. */
function missing(id: string, { name, message }: Error): string | undefined {
  if (name === "ResourceNotFoundException") {
    return message.includes("staging label")
      ? `it has no value yet: give it one (${putValue(id)})`
      : "there is none in this region and account: is its name right? It is made by the deployment, or by `aws secretsmanager create-secret`";
  }
  if (name === "InvalidRequestException") {
    return `it is to be deleted: keep it (aws secretsmanager restore-secret --secret-id ${id})`;
  }
  if (name === "DecryptionFailure") return "its key cannot decrypt it: does the role of who asks allow kms:Decrypt?";
  if (name === "AccessDeniedException") {
    return "access is denied: the role of who asks must allow secretsmanager:GetSecretValue on it";
  }
  return undefined;
}

function secretError(id: string, error: unknown): unknown {
  const resource = `secret "${id}"`;
  const reason = error instanceof Error ? missing(id, error) : undefined;
  if (reason === undefined) return serviceError(error, { part: "secrets", resource });
  return new Error(`${resource}: ${reason}`, { cause: error });
}

/**
 * The text of a secret, by its name or ARN. Errors name the secret, never its value, and what is to be done.
 */
export async function readSecret(client: SecretsManagerClient, id: string): Promise<string> {
  let text: string | undefined;
  try {
    ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id })));
  } catch (error) {
    throw secretError(id, error);
  }
  if (!text) throw new Error(`secret "${id}": it has no text: give it one (${putValue(id)})`);
  return text;
}
