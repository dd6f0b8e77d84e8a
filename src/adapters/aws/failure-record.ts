import * as z from "zod";
import type { FailedBatch } from "#app/ports/failed-changes.ts";
import type { Change } from "#core/ledger-entry.ts";
import { changesOf } from "./stream-records.ts";

/**
 * What Lambda writes of a batch of a stream that it has given up on; to S3, and nowhere else, with the event itself as
 * JSON in a string.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
const failureRecord = z.object({
  requestContext: z.object({ condition: z.string() }),
  DDBStreamBatchInfo: z.object({
    shardId: z.string(),
    startSequenceNumber: z.string(),
    endSequenceNumber: z.string(),
  }),
  payload: z.string().optional(),
});

const streamEvent = z.object({
  Records: z.array(
    z.object({
      eventName: z.string().optional(),
      dynamodb: z
        .object({
          SequenceNumber: z.string().optional(),
          NewImage: z.record(z.string(), z.object({ S: z.string().optional() })).optional(),
        })
        .optional(),
    }),
  ),
});

function parseJson<T>(schema: z.ZodType<T>, text: string): T | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is no JSON";
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : z.prettifyError(parsed.error);
}

const unreadable = (problem: string): FailedBatch => ({ changes: [], problems: [problem] });

/** The changes of a failure record. Each is decoded by itself: the landing takes them in any order, and any of them. */
export function readFailureRecord(text: string): FailedBatch {
  const record = parseJson(failureRecord, text);
  if (typeof record === "string") return unreadable(`not Lambda's record of a failed batch: ${record}`);
  const { requestContext, DDBStreamBatchInfo: batch, payload } = record;
  const which = `shard ${batch.shardId}, ${batch.startSequenceNumber} to ${batch.endSequenceNumber}`;
  if (payload === undefined) {
    return unreadable(
      `${which}: the record has no payload (${requestContext.condition}): take the changes from the stream, which keeps them for 24 hours, or from an export of the ledger`,
    );
  }
  const event = parseJson(streamEvent, payload);
  if (typeof event === "string") return unreadable(`${which}: the payload is no event of a stream: ${event}`);
  const changes: Change[] = [];
  const problems: string[] = [];
  for (const streamed of event.Records) {
    const { changes: decoded, failed } = changesOf([streamed], batch.shardId);
    changes.push(...decoded);
    if (failed) problems.push(failed.error.message);
  }
  return { changes, problems };
}
