import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { readSecret } from "#aws/secrets.ts";
import { answeringServer } from "./answering-server.ts";

async function read(status: number, body: Readonly<Record<string, unknown>>): Promise<string> {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  await using server = await answeringServer(() => ({ status, headers, body: JSON.stringify(body) }));
  return await readSecret(new SecretsManagerClient(server.client), "finops/slack");
}

test("the text of a secret is what it says", async () => {
  expect(await read(200, { Name: "finops/slack", SecretString: "https://hooks" })).toBe("https://hooks");
});

test.each([
  ["is not there", "ResourceNotFoundException", "Secrets Manager can't find the specified secret.", "create-secret"],
  [
    "has no value yet",
    "ResourceNotFoundException",
    "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    "put-secret-value --secret-id finops/slack",
  ],
  [
    "is to be deleted",
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
    "restore-secret --secret-id finops/slack",
  ],
  ["may not be read", "AccessDeniedException", "not authorized", "secretsmanager:GetSecretValue"],
  ["cannot be decrypted", "DecryptionFailure", "no key", "kms:Decrypt"],
])("a secret that %s is named, with what to do", async (_, code, message, todo) => {
  const error = await read(400, { __type: code, message }).catch(String);
  expect(error).toContain('secret "finops/slack": ');
  expect(error).toContain(todo);
});

test.each([
  ["no text", { SecretBinary: "c2VjcmV0" }],
  ["an empty text", { SecretString: "" }],
])("a secret with %s is named, with what to do", async (_, body) => {
  const error = await read(200, body).catch(String);
  expect(error).toContain('secret "finops/slack": it has no text');
  expect(error).toContain("put-secret-value --secret-id finops/slack");
});
