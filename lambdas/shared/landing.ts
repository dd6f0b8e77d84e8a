import type { Landing } from "#app/ports/landing.ts";
import { s3Landing } from "#aws/s3-landing.ts";
import { env } from "./env.ts";
import { s3Client } from "./s3-client.ts";

export const landing = (): Landing => s3Landing({ client: s3Client(), bucket: env("LAKE_BUCKET") });
