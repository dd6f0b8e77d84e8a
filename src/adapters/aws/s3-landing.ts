import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Landing } from "#app/ports/landing.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { landedRows } from "#lake/landed-row.ts";
import { landingParquet } from "#lake/landing-parquet.ts";
import { serviceError } from "./service-errors.ts";

/** Landing files as `landing/usage/landed_hour=YYYY-MM-DD-HH/<name>.parquet`. An object is there whole or not at all. */
export function s3Landing({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Landing {
  return {
    async write(name, landedAt, rows) {
      if (!/^[\w.-]{1,200}$/.test(name)) throw new RangeError(`landing: "${name}" is no file name`);
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: `landing/usage/landed_hour=${landedHour(landedAt)}/${name}.parquet`,
        Body: landingParquet(landedRows(name, landedAt, rows)),
        ContentType: "application/vnd.apache.parquet",
        // S3 refuses what has changed on its way.
        ChecksumAlgorithm: "CRC32",
      });
      try {
        await client.send(put);
      } catch (error) {
        throw serviceError(error, { part: "landing", resource: `bucket "${bucket}"` });
      }
    },
  };
}
