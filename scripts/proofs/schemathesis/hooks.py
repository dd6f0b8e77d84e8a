# What a document cannot say, so that requests which fit it also get past the door: events of today, reports of this month.
import datetime

import schemathesis

TODAY = datetime.datetime.now(datetime.timezone.utc)


def lately(event):
    if isinstance(event, dict) and isinstance(event.get("time"), str):
        event["time"] = TODAY.isoformat()
        event.pop("service_tier", None)
        if event.get("meters") is not None:
            event.pop("usage", None)


@schemathesis.hook
def map_body(context, body):
    if not isinstance(body, dict):
        return body
    lately(body)
    for event in body["events"] if isinstance(body.get("events"), list) else []:
        lately(event)
    return body


@schemathesis.hook
def map_query(context, query):
    if isinstance(query, dict) and {"from", "to"} <= query.keys():
        query["from"] = str((TODAY - datetime.timedelta(days=9)).date())
        query["to"] = str(TODAY.date())
    return query
