"""A statement to Trino and its rows back, over its HTTP protocol."""

import json
import os
import time
import urllib.error
import urllib.request

URL = os.environ.get("TRINO_URL", "")
HIVE, ICEBERG = "awsdatacatalog", "iceberg"
ATTEMPTS_MAX = 5
CALL_SECONDS_MAX = 60


class Refused(Exception):
    """A statement that Athena or Trino does not take; `error` is Trino's own, when it was Trino."""

    def __init__(self, message, error=None):
        super().__init__(message)
        self.error = error or {}


def call(url, body=None, headers=None):
    request = urllib.request.Request(url, body, headers or {})
    for attempt in range(ATTEMPTS_MAX):
        try:
            with urllib.request.urlopen(request, timeout=CALL_SECONDS_MAX) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            if error.code not in (502, 503, 504) or attempt == ATTEMPTS_MAX - 1:
                raise
            time.sleep(0.1)


def run(sql, database, execution=None):
    """Waits for the end; `execution`, an Athena query execution, can be cancelled meanwhile."""
    if not URL:
        raise Refused("no Trino runs behind this Athena")
    headers = {
        "X-Trino-User": "athena",
        "X-Trino-Source": "athena-bridge",
        "X-Trino-Time-Zone": "UTC",
        "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
        "X-Trino-Catalog": HIVE,
        "X-Trino-Schema": database,
    }
    reply, columns, rows = call(f"{URL}/v1/statement", sql.encode(), headers), None, []
    while True:
        columns = reply.get("columns") or columns
        rows += reply.get("data") or []
        if "error" in reply:
            error = reply["error"]
            raise Refused(f"{error['errorName']}: {error['message']}", error)
        if "nextUri" not in reply:
            return {
                "columns": columns or [],
                "rows": rows,
                "update": reply.get("updateType"),
                "count": reply.get("updateCount"),
                "stats": reply["stats"],
            }
        if execution is not None:
            execution["_next"] = reply["nextUri"]
            if execution["Status"]["State"] == "CANCELLED":
                cancel(execution)
                raise Refused("Query was cancelled by user")
        reply = call(reply["nextUri"], headers=headers)


def cancel(execution):
    request = urllib.request.Request(execution["_next"], method="DELETE")
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except OSError:
        pass
