"""Step Functions' optimized Athena integrations; `.sync` waits for the end of the query."""

import json
import time

from ministack.services import stepfunctions

POLL_SECONDS = 0.05
ACTIONS = ("startQueryExecution", "getQueryExecution", "getQueryResults", "stopQueryExecution")


def ask(action, data):
    return stepfunctions._invoke_aws_sdk_integration(f"arn:aws:states:::aws-sdk:athena:{action}", data)


def run_athena_task(resource, data):
    started = ask(resource.split(":")[-1].split(".")[0], data)
    if ".sync" not in resource:
        return started
    while True:
        query = ask("getQueryExecution", {"QueryExecutionId": started["QueryExecutionId"]})
        state = query["QueryExecution"]["Status"]["State"]
        if state == "SUCCEEDED":
            return query
        if state in ("FAILED", "CANCELLED"):
            error = "Athena.QueryFailed" if state == "FAILED" else "Athena.QueryCancelled"
            raise stepfunctions._ExecutionError(error, json.dumps(query["QueryExecution"], default=str))
        time.sleep(POLL_SECONDS)


def install():
    for action in ACTIONS:
        stepfunctions._SERVICE_DISPATCH[f"arn:aws:states:::athena:{action}"] = run_athena_task
