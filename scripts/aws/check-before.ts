import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Deployment } from "#lib/deployment.ts";

/** Each secret that the configuration names, with the field that names it and what it should hold. */
function secretsWanted({ slack, webhooks }: Deployment) {
  return [
    ...slack.map(({ secretName }, i) => ({
      field: `slack.${i}.secretName`,
      secretName,
      create: "--secret-string https://hooks.slack.com/services/…",
    })),
    ...webhooks.map(({ secretName }, i) => ({
      field: `webhooks.${i}.secretName`,
      secretName,
      create: '--secret-string "whsec_$(openssl rand -base64 32)"',
    })),
  ];
}

async function isThere(client: SecretsManagerClient, secretName: string): Promise<boolean> {
  try {
    await client.send(new DescribeSecretCommand({ SecretId: secretName }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

/** What has to be there before a deploy and is not, in words. */
export async function missingBefore(deployment: Deployment): Promise<string | undefined> {
  const { region } = deployment;
  const client = new SecretsManagerClient({ region });
  const missing: string[] = [];
  try {
    for (const { field, secretName, create } of secretsWanted(deployment)) {
      if (await isThere(client, secretName)) continue;
      missing.push(`${field}: found "${secretName}", want the name of a secret that exists in ${region}. To make it:
  aws secretsmanager create-secret --region ${region} --name ${secretName} ${create}`);
    }
  } finally {
    client.destroy();
  }
  return missing.length === 0 ? undefined : missing.join("\n");
}
