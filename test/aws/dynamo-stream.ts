import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { changesOf } from "#aws/stream-records.ts";
import type { Change } from "#core/ledger-entry.ts";
import type { StreamedLedger } from "../ports/change-stream.contract.ts";
import { localServer } from "./tables.ts";

/** A stream shows what was written a moment later: as many empty answers in a row are taken for its end. */
const emptyAnswersMax = 3;

/** The stream of a ledger's table, read as Lambda reads it. */
export function dynamoStream(table: string): StreamedLedger["stream"] {
  const client = new DynamoDBStreamsClient(localServer());

  async function streamArn(): Promise<string> {
    const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: table }));
    const arn = Streams[0]?.StreamArn;
    if (arn === undefined) throw new Error(`${table} has no stream`);
    return arn;
  }

  async function firstIterator(shard: string, after: string | undefined): Promise<string | undefined> {
    const start = after
      ? ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after } as const)
      : ({ ShardIteratorType: "TRIM_HORIZON" } as const);
    const command = new GetShardIteratorCommand({ StreamArn: await streamArn(), ShardId: shard, ...start });
    return (await client.send(command)).ShardIterator;
  }

  return {
    async shards() {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: await streamArn() }));
      return (StreamDescription?.Shards ?? []).map(({ ShardId = "" }) => ({ id: ShardId }));
    },

    async read(shard, after, limit): Promise<readonly Change[]> {
      let iterator = await firstIterator(shard, after);
      for (let empty = 0; iterator !== undefined && empty < emptyAnswersMax; empty++) {
        const reply = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
        const { changes, failed } = changesOf(reply.Records ?? [], shard);
        if (failed) throw failed.error;
        if (changes.length > 0) return changes;
        iterator = reply.NextShardIterator;
      }
      return [];
    },
  };
}
