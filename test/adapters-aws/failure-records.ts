import { encodeEntry } from "#core/entry-codec.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";

export const failedShard = "shardId-00000001573689847184-864758bb";

export const failureId = (name: string) => `aws/lambda/esm-1/${failedShard}/2026/11/20/${name}`;

/** A record of the stream, as an event of Lambda has it. */
export const inserted = (sequence: string, one: LedgerEntry) => ({
  eventID: "c4ca4238a0b923820dcc509a6f75849b",
  eventName: "INSERT",
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: "us-east-2",
  dynamodb: {
    ApproximateCreationDateTime: 1_795_000_000,
    Keys: { k: { S: one.key } },
    NewImage: { k: { S: one.key }, e: { S: encodeEntry(one) }, x: { N: "1798024000" }, w: { S: "w-1" } },
    SequenceNumber: sequence,
    SizeBytes: 512,
    StreamViewType: "NEW_IMAGE",
  },
  eventSourceARN: "arn:aws:dynamodb:us-east-2:123456789012:table/mytable/stream/2019-11-14T00:04:06.388",
});

/** As AWS documents it, with the records in its payload. */
export const failureRecord = (
  records: readonly unknown[],
  changed: Readonly<Record<string, unknown>> = {},
  shard = failedShard,
) =>
  JSON.stringify({
    requestContext: {
      requestId: "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
      functionArn: "arn:aws:lambda:us-east-2:123456789012:function:myfunction",
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 1,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    timestamp: "2019-11-14T00:13:49.717Z",
    DDBStreamBatchInfo: {
      shardId: shard,
      startSequenceNumber: "800000000003126276362",
      endSequenceNumber: "800000000003126276364",
      approximateArrivalOfFirstRecord: "2019-11-14T00:13:19Z",
      approximateArrivalOfLastRecord: "2019-11-14T00:13:19Z",
      batchSize: records.length,
      streamArn: "arn:aws:dynamodb:us-east-2:123456789012:table/mytable/stream/2019-11-14T00:04:06.388",
    },
    payload: JSON.stringify({ Records: records }),
    ...changed,
  });
