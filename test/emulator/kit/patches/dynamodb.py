"""A PartiQL INSERT reaches the stream, as DynamoDB's does."""

from ministack.services import dynamodb


def with_stream_record(insert):
    def wrapped(table, parsed):
        reply = insert(table, parsed)
        if reply[0] == 200:
            item = parsed["item"]
            if isinstance(item, dict) and set(item) == {"M"}:
                item = item["M"]
            dynamodb._emit_stream_event(table["TableName"], "INSERT", None, item)
        return reply

    return wrapped


def install():
    dynamodb._partiql_insert = with_stream_record(dynamodb._partiql_insert)
