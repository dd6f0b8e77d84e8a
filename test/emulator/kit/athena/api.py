"""Athena's query API answered by a real Trino over the emulator's own S3 and Glue."""

import asyncio
import json
import re
import threading
import time

from ministack.core.responses import error_response_json, json_response
from ministack.services import athena, s3

from . import trino_client, values
from .sql_text import clean, literal
from .statements import translate
from .trino_client import Refused

REASON_LENGTH_MAX = 2_000
PAGE_SIZE_MAX = 1_000
emulated_start, emulated_stop = athena._start_query_execution, athena._stop_query_execution
emulated_out, emulated_handle = athena._execution_out, athena.handle_request


def bad_request(message, **extra):
    return error_response_json("InvalidRequestException", message, 400, **extra)


def is_same_call(execution, token):
    return token and execution.get("_token") == token


def start(data):
    """The same ClientRequestToken twice is one query."""
    token = data.get("ClientRequestToken")
    for query_id, execution in list(athena._executions.items()):
        if is_same_call(execution, token):
            return json_response({"QueryExecutionId": query_id})
    reply = emulated_start(data)
    if reply[0] == 200:
        execution = athena._executions[json.loads(reply[2])["QueryExecutionId"]]
        if re.match(r"\s*(unload|optimize|vacuum)\b", data.get("QueryString", ""), re.I):
            execution["StatementType"] = "DML"
        if execution["StatementType"] != "DML":
            result = execution["ResultConfiguration"]
            result["OutputLocation"] = result["OutputLocation"].removesuffix(".csv") + ".txt"
        if data.get("ExecutionParameters"):
            execution["ExecutionParameters"] = list(data["ExecutionParameters"])
        execution["_token"] = token
    return reply


def run_statements(execution, query, database, ddl):
    """The answer of the first of the statements that Trino needs for it, None for Hive's DDL."""
    statements = translate(query, database, lambda sql: trino_client.run(sql, database))
    if statements is None:
        athena._run_ddl(ddl, database)
        return None
    parameters, first = execution.get("ExecutionParameters"), None
    for statement in statements:
        if parameters:
            statement = f"EXECUTE IMMEDIATE {literal(statement)} USING {', '.join(parameters)}"
        answer = trino_client.run(statement, database, execution)
        first = first or answer
    return first


def csv_cell(value):
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def write_result(execution, columns, rows, has_header):
    location = execution["ResultConfiguration"]["OutputLocation"]
    bucket, key = location.removeprefix("s3://").split("/", 1)
    lines = (",".join(map(csv_cell, row)) if has_header else "\t".join(cell or "" for cell in row) for row in rows)
    files = {f"{key}.metadata": json.dumps(columns)}
    if columns or execution["StatementType"] != "DML":
        files[key] = "".join(f"{line}\n" for line in lines)
    for name, content in files.items():
        data = content.encode()
        headers = {"content-type": "text/csv", "content-length": str(len(data))}
        if s3._put_object(bucket, name, data, headers)[0] >= 300:
            raise Refused(f"Access denied or missing bucket when writing output to url: {location}")


def take_answer(execution, answer):
    columns, rows, header = [], [], []
    if answer:
        statistics, execution["_stats"] = execution["Statistics"], answer["stats"]
        execution["_update"] = answer["count"]
        statistics["DataScannedInBytes"] = answer["stats"].get("physicalInputBytes", 0)
        statistics["QueryQueueTimeInMillis"] = answer["stats"].get("queuedTimeMillis", 0)
        if not answer["update"]:
            columns = [values.column_info(column) for column in answer["columns"]]
            signatures = [column["typeSignature"] for column in answer["columns"]]
            rows = [[values.text(*pair) for pair in zip(row, signatures, strict=True)] for row in answer["rows"]]
        if execution["StatementType"] == "DML" and columns:
            header = [[column["Name"] for column in columns]]
    execution["_columns"], execution["_rows"] = columns, header + rows
    write_result(execution, columns, header + rows, bool(header))


def fail(execution, error):
    reason = str(error)[:REASON_LENGTH_MAX]
    kind = getattr(error, "error", {}).get("errorType", "USER_ERROR")
    execution["Status"].update(
        State="FAILED",
        StateChangeReason=reason,
        AthenaError={
            "ErrorCategory": 2 if kind == "USER_ERROR" else 1,
            "ErrorType": 1000,
            "Retryable": False,
            "ErrorMessage": reason,
        },
    )


async def execute(query_id, query, database, ddl, _catalog=None):
    execution, started_at = athena._executions[query_id], time.time()
    status = execution["Status"]
    if status["State"] == "CANCELLED":
        return
    status["State"] = "RUNNING"
    try:
        answer = await asyncio.to_thread(run_statements, execution, query, database, ddl)
        if status["State"] == "CANCELLED":
            return
        take_answer(execution, answer)
        milliseconds = int((time.time() - started_at) * 1000)
        execution["Statistics"]["EngineExecutionTimeInMillis"] = milliseconds
        execution["Statistics"]["TotalExecutionTimeInMillis"] = milliseconds
        status["State"] = "SUCCEEDED"
    except Exception as error:  # whatever it is, the query has failed of it
        if status["State"] != "CANCELLED":
            fail(execution, error)
    status["CompletionDateTime"] = int(time.time())


def results(data):
    query_id = data.get("QueryExecutionId")
    execution = athena._executions.get(query_id)
    if not execution:
        return bad_request(f"QueryExecution {query_id} was not found")
    state = execution["Status"]["State"]
    if state in ("QUEUED", "RUNNING"):
        return bad_request(f"Query has not yet finished. Current state: {state}")
    if state != "SUCCEEDED":
        return bad_request(f"Query did not finish successfully. Final query state: {state}")
    size, start_at = int(data.get("MaxResults") or PAGE_SIZE_MAX), int(data.get("NextToken") or 0)
    if not 1 <= size <= PAGE_SIZE_MAX:
        return bad_request(f"MaxResults is more than maximum allowed length {PAGE_SIZE_MAX}.")
    rows = execution["_rows"]
    page = [
        {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
        for row in rows[start_at : start_at + size]
    ]
    reply = {
        "UpdateCount": execution.get("_update") or 0,
        "ResultSet": {"Rows": page, "ResultSetMetadata": {"ColumnInfo": execution["_columns"]}},
    }
    if start_at + size < len(rows):
        reply["NextToken"] = str(start_at + size)
    return json_response(reply)


def stop(data):
    reply = emulated_stop(data)
    execution = athena._executions.get(data.get("QueryExecutionId"))
    if execution and execution.get("_next"):
        threading.Thread(target=trino_client.cancel, args=(execution,), daemon=True).start()
    return reply


def execution_out(execution):
    shown = {name: value for name, value in emulated_out(execution).items() if not name.startswith("_")}
    parameters = execution.get("ExecutionParameters")
    return {**shown, "ExecutionParameters": parameters} if parameters else shown


def refusal_at_start(data):
    """As with Athena, a syntax error fails the call itself. Parses only: PREPARE reads no catalogue."""
    database = (data.get("QueryExecutionContext") or {}).get("Database") or "default"
    query = data.get("QueryString", "")
    takes_parameters = re.match(r"(with|select|insert|unload|create\s+table)\b|\(", clean(query), re.I)
    if data.get("ExecutionParameters") and not takes_parameters:
        return bad_request("ExecutionParameters are supported only for SELECT, INSERT INTO, CTAS and UNLOAD")
    try:
        for statement in translate(query, database, lambda _: {"rows": []}) or []:
            trino_client.run(f"PREPARE p FROM\n{statement}", database)
    except Refused as refusal:
        if refusal.error.get("errorName", "SYNTAX_ERROR") == "SYNTAX_ERROR":
            message = refusal.error.get("message", str(refusal))
            # The line of the PREPARE before it does not count.
            message = re.sub(r"^line (\d+)", lambda match: f"line {int(match[1]) - 1}", message)
            return bad_request(message, extra={"AthenaErrorCode": "MALFORMED_QUERY"})
    return None


async def handle(method, path, headers, body, query):
    if headers.get("x-amz-target", "").endswith(".StartQueryExecution"):
        refusal = await asyncio.to_thread(refusal_at_start, json.loads(body))
        if refusal:
            return refusal
    return await emulated_handle(method, path, headers, body, query)


def install():
    athena._start_query_execution, athena._stop_query_execution = start, stop
    athena._execute_query, athena._get_query_results = execute, results
    athena._execution_out, athena.handle_request = execution_out, handle
