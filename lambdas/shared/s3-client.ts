import { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./client-settings.ts";

let client: S3Client | undefined;

/** One a process. */
export function s3Client(): S3Client {
  client ??= new S3Client(clientSettings);
  return client;
}
