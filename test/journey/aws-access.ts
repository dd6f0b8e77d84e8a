import { AthenaClient } from "@aws-sdk/client-athena";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";

/** An account as the AWS SDK finds it in the environment: a real one, or the emulator that AWS_ENDPOINT_URL names. */
export interface Access {
  readonly region: string;
  /** Undefined for a real account. */
  readonly endpoint: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export interface Clients {
  readonly athena: AthenaClient;
  readonly dynamo: DynamoDBClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly machines: SFNClient;
}

const emulated = { accessKeyId: "test", secretAccessKey: "test" };

export function clientsOf({ region, endpoint }: Access): Clients {
  const settings = { region, ...(endpoint !== undefined && { endpoint, credentials: emulated }) };
  return {
    athena: new AthenaClient(settings),
    dynamo: new DynamoDBClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: endpoint !== undefined }),
    secrets: new SecretsManagerClient(settings),
    machines: new SFNClient(settings),
  };
}
