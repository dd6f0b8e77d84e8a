"""Event source mappings of DynamoDB streams as Lambda runs them.

ministack's own know no batching window, retries, bisecting, partial batch failures, tumbling windows or S3 failure
destinations. Of a stream there is one shard.
"""

import json
import time
import uuid

from ministack.services import dynamodb, lambda_svc, s3

SHARD = "shardId-00000000000000000000-00000000"
# Fewer retries than are deployed, in quicker succession: a poisoned record uses them up within a test.
RETRIES_MAX = 4
BACKOFF_SECONDS, BACKOFF_SECONDS_MAX = 0.1, 0.5
BATCH_SIZE = 100


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def created_at(record):
    return int(record["dynamodb"]["ApproximateCreationDateTime"])


class Reader:
    """What one mapping remembers between polls."""

    def __init__(self):
        self.attempts = 0
        self.size_max = None  # set while a failed batch is bisected
        self.waiting_since = None
        self.window = None
        self.paused_until = 0


readers = {}


class Mapping:
    """One event source mapping at one poll."""

    def __init__(self, esm, function, table):
        self.esm, self.function, self.table = esm, function, table
        self.reader = readers.setdefault(esm["UUID"], Reader())
        self.arn = esm["EventSourceArn"]
        self.batch_size = int(esm.get("BatchSize", BATCH_SIZE))
        self.window_seconds = int(esm.get("TumblingWindowInSeconds") or 0)
        oldest = dynamodb.stream_start_position(table)
        self.position = max(lambda_svc._dynamodb_stream_positions.setdefault(esm["UUID"], oldest), oldest)

    def advance(self, count):
        lambda_svc._dynamodb_stream_positions[self.esm["UUID"]] = self.position + count
        self.reader.attempts, self.reader.size_max = 0, None
        return True

    def window_of(self, record):
        return created_at(record) // self.window_seconds * self.window_seconds

    def close_window(self, records, now):
        """True when the window is over and nothing more of it can come."""
        window = self.reader.window
        if not window or now < window["start"] + self.window_seconds:
            return False
        if records and self.window_of(records[0]) <= window["start"]:
            return False
        self.invoke([], final=True)
        self.reader.window = None
        return True

    def within_window(self, records):
        if not records:
            return records
        window = self.reader.window or {"start": self.window_of(records[0]), "state": {}}
        self.reader.window = window
        return [record for record in records if self.window_of(record) <= window["start"]]

    def is_gathering(self, records, now):
        """A batch that is not full waits for the batching window."""
        seconds = int(self.esm.get("MaximumBatchingWindowInSeconds") or 0)
        if not seconds or self.reader.size_max or len(records) >= self.batch_size:
            return False
        self.reader.waiting_since = self.reader.waiting_since or now
        return now - self.reader.waiting_since < seconds

    def invoke(self, records, final=False):
        event = {"Records": records}
        window = self.reader.window
        if window:
            event |= {
                "shardId": SHARD,
                "eventSourceARN": self.arn,
                "window": {"start": iso(window["start"]), "end": iso(window["start"] + self.window_seconds)},
                "state": window["state"],
                "isFinalInvokeForWindow": final,
                "isWindowTerminatedEarly": False,
            }
        result = lambda_svc._execute_function(self.function, event)
        body = result.get("body")
        if isinstance(body, (str, bytes)) and body:
            try:
                body = json.loads(body)
            except ValueError:
                body = None
        answer = body if isinstance(body, dict) else {}
        if window and not result.get("error"):
            window["state"] = answer.get("state") or {}
        return event, result, answer

    def first_failure(self, records, result, answer):
        """The place of the first record that failed, None when none did."""
        if result.get("error"):
            return 0
        if "ReportBatchItemFailures" not in (self.esm.get("FunctionResponseTypes") or []):
            return None
        failed = {failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []}
        if not failed:
            return None
        places = (i for i, record in enumerate(records) if record["dynamodb"]["SequenceNumber"] in failed)
        return next(places, 0)

    def fail(self, records, event, result, now):
        reader = self.reader
        reader.attempts += 1
        retries_max = int(self.esm.get("MaximumRetryAttempts", -1))
        if 0 <= min(retries_max, RETRIES_MAX) < reader.attempts:
            self.set_aside(event, result)
            return self.advance(len(records))
        bisects = str(self.esm.get("BisectBatchOnFunctionError")).lower() == "true"
        if bisects and len(records) > 1 and result.get("error"):
            # Splitting a batch is no retry. One that is reported in part is split there, not in the middle.
            reader.size_max, reader.attempts = len(records) // 2, 0
        reader.paused_until = now + min(BACKOFF_SECONDS * 2**reader.attempts, BACKOFF_SECONDS_MAX)
        return False

    def set_aside(self, event, result):
        """The batch to the failure destination; in a bucket, with its records."""
        target = ((self.esm.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
        if not target.startswith("arn:aws:s3:::"):
            batch, condition = event["Records"], "RetryAttemptsExhausted"
            lambda_svc._send_ddb_stream_failure_record(self.esm, self.function, batch, self.arn, result, condition)
            return
        now = time.time()
        record = json.dumps(self.failure_record(event, result, now)).encode()
        day, moment = time.strftime("%Y/%m/%d %Y-%m-%dT%H.%M.%S", time.gmtime(now)).split(" ")
        key = f"aws/lambda/{self.esm['UUID']}/{SHARD}/{day}/{moment}-{uuid.uuid4()}"
        headers = {"content-type": "application/json", "content-length": str(len(record))}
        s3._put_object(target.removeprefix("arn:aws:s3:::"), key, record, headers)

    def failure_record(self, event, result, now):
        records = event["Records"]
        config = self.function.get("config") or self.function
        return {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": config.get("FunctionArn", ""),
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": self.reader.attempts,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": result.get("function_error") or "Unhandled",
            },
            "version": "1.0",
            "timestamp": iso(now),
            "DDBStreamBatchInfo": {
                "shardId": SHARD,
                "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"],
                "approximateArrivalOfFirstRecord": iso(created_at(records[0])),
                "approximateArrivalOfLastRecord": iso(created_at(records[-1])),
                "batchSize": len(records),
                "streamArn": self.arn,
            },
            "payload": json.dumps(event),
        }

    def poll(self):
        """True when something was done."""
        reader, now = self.reader, time.time()
        if reader.paused_until > now:
            return False
        records = dynamodb.stream_records_since(self.table, self.position, reader.size_max or self.batch_size)
        if self.window_seconds:
            if self.close_window(records, now):
                return True
            records = self.within_window(records)
        if not records or self.is_gathering(records, now):
            return False
        reader.waiting_since = None
        batch = lambda_svc._apply_filter_criteria(records, self.esm)
        if not batch:
            return self.advance(len(records))
        event, result, answer = self.invoke(batch)
        failed_at = self.first_failure(records, result, answer)
        if failed_at is None:
            return self.advance(len(records))
        if failed_at > 0:
            return self.advance(failed_at)
        return self.fail(records, event, result, now)


def poll_one(esm):
    arn = esm.get("EventSourceArn", "")
    if ":dynamodb:" not in arn or not esm.get("Enabled", True):
        return False
    table = arn.split("/stream/")[0].split("/")[-1]
    function, _ = lambda_svc._get_func_record_for_qualifier(esm["FunctionName"], esm.get("Qualifier"))
    if function is None or table not in dynamodb._tables:
        return False
    return Mapping(esm, function, table).poll()


def poll():
    did = False
    for account, region, esm in lambda_svc._iter_all_esms():
        account_token = lambda_svc._request_account_id.set(account)
        region_token = lambda_svc._request_region.set(region)
        try:
            did = poll_one(esm) or did
        finally:
            lambda_svc._request_account_id.reset(account_token)
            lambda_svc._request_region.reset(region_token)
    return did


def install():
    lambda_svc._poll_dynamodb_streams = poll
