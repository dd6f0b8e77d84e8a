"""Faults on order: the file that FAULTS_FILE names says which, read again at every request.

{"throttle": {"-spend": 0.2}}: that share of the writes to tables whose name ends so is refused, as DynamoDB does.
{"refuse_objects": "landing/"}: S3 takes no object under this prefix.
"""

import json
import os
import random

from ministack.core.responses import error_response_json
from ministack.services import dynamodb, s3

FILE = os.environ.get("FAULTS_FILE", "")
SEED = 20261123
WRITES = ("PutItem", "UpdateItem", "TransactWriteItems", "BatchExecuteStatement", "ExecuteStatement", "BatchWriteItem")
chance = random.Random(SEED)


def ordered():
    try:
        with open(FILE, encoding="utf8") as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return {}


def is_throttled(body):
    """Table names stand in the body in quotes of JSON, or of PartiQL within it."""
    text = body.decode("utf8", "replace")
    shares = ordered().get("throttle", {})
    hit = [share for ending, share in shares.items() if f'{ending}"' in text or f'{ending}\\"' in text]
    return bool(hit) and chance.random() < max(hit)


def with_throttling(handle):
    async def wrapped(method, path, headers, body, query):
        action = headers.get("x-amz-target", "").split(".")[-1]
        if action in WRITES and is_throttled(body):
            kind = chance.choice(("ThrottlingException", "ProvisionedThroughputExceededException"))
            return error_response_json(kind, "Rate exceeded: ordered by the test", 400)
        return await handle(method, path, headers, body, query)

    return wrapped


def with_refused_objects(put):
    def wrapped(bucket, key, body, headers):
        prefix = ordered().get("refuse_objects")
        if prefix and key.startswith(prefix):
            return s3._error("SlowDown", "Please reduce your request rate: ordered by the test.", 503, key)
        return put(bucket, key, body, headers)

    return wrapped


def install():
    if FILE:
        dynamodb.handle_request = with_throttling(dynamodb.handle_request)
        s3._put_object = with_refused_objects(s3._put_object)
