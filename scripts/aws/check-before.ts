import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Deployment } from "#lib/deployment.ts";

/** What has to be there before a deploy and is not, in words. */
export async function missingBefore({ slackSecretName, region }: Deployment): Promise<string | undefined> {
  if (slackSecretName === undefined) return undefined;
  const client = new SecretsManagerClient({ region });
  try {
    await client.send(new DescribeSecretCommand({ SecretId: slackSecretName }));
    return undefined;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return `slackSecretName: found "${slackSecretName}", want the name of a secret that exists in ${region}. To make it:
  aws secretsmanager create-secret --region ${region} --name ${slackSecretName} --secret-string https://hooks.slack.com/services/…`;
  } finally {
    client.destroy();
  }
}
