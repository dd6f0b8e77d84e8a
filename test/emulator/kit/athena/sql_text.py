"""Parts of a SQL text: names, literals, lists, what stands in parentheses."""

import re

from .trino_client import ICEBERG, Refused

QUOTED = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|--[^\n]*|/\*.*?\*/)", re.S)
NAME = r'((?:(?:"[^"]+"|\w+)\.){0,2}(?:"[^"]+"|\w+))'
PARENTHESES = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]", re.S)
TYPES = {"string": "varchar", "int": "integer", "timestamp": "timestamp(6)", "float": "real", "binary": "varbinary"}
SAME_TYPES = re.compile(r"bigint|double|boolean|date|decimal\s*\(\s*\d+\s*,\s*\d+\s*\)", re.I)


def clean(sql):
    """Backticks become double quotes; comments and the last semicolon go; strings stay as they are."""
    out = []
    for i, part in enumerate(QUOTED.split(sql)):
        if i % 2 and part[0] == "`":
            part = '"' + part[1:-1].replace('"', '""') + '"'
        elif i % 2 and part[:2] in ("--", "/*"):
            part = " "
        out.append(part)
    return "".join(out).strip().rstrip(";").strip()


def end_of_parentheses(sql, start):
    """The place after the parenthesis that closes the one at `start`."""
    depth = 0
    for match in PARENTHESES.finditer(sql, start):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
            if not depth:
                return match.end()
    raise Refused("mismatched input '<EOF>'. Expecting: ')'")


def inside(sql, match):
    """What stands in the parentheses that a match ends by opening."""
    return sql[match.end() : end_of_parentheses(sql, match.end() - 1) - 1]


def list_items(sql):
    out, depth, current = [], 0, ""
    for token in re.findall(r"'(?:[^']|'')*'|\"[^\"]*\"|[()<>,]|[^()<>,'\"]+", sql):
        if token in ("(", "<"):
            depth += 1
        elif token in (")", ">"):
            depth -= 1
        if token == "," and not depth:
            out.append(current.strip())
            current = ""
        else:
            current += token
    return [item for item in [*out, current.strip()] if item]


def assignments(sql):
    """`a = 1, b = 'x'` by lower-case name."""
    pairs = (item.split("=", 1) for item in list_items(sql))
    return {name.strip().lower(): value.strip() for name, value in pairs}


def properties(sql):
    """`'a' = 'x', …` of TBLPROPERTIES."""
    found = re.findall(r"'((?:[^']|'')*)'\s*=\s*'((?:[^']|'')*)'", sql)
    return {name.replace("''", "'"): value.replace("''", "'") for name, value in found}


def trino_type(athena_type):
    athena_type = athena_type.strip()
    nested = re.fullmatch(r"(array|map|struct)\s*<(.*)>", athena_type, re.I | re.S)
    if not nested:
        if athena_type.lower() not in TYPES and not SAME_TYPES.fullmatch(athena_type):
            raise Refused(f"mismatched input '{athena_type}'. Athena's DDL knows no such type")
        return TYPES.get(athena_type.lower(), athena_type)
    kind, items = nested[1].lower(), list_items(nested[2])
    if kind == "struct":
        fields = (item.split(":", 1) for item in items)
        return "row(" + ", ".join(f'"{name.strip()}" {trino_type(inner)}' for name, inner in fields) + ")"
    return f"{kind}(" + ", ".join(map(trino_type, items)) + ")"


def columns(sql):
    out = []
    for item in list_items(sql):
        match = re.fullmatch(r'("[^"]+"|\w+)\s+(.*?)(?:\s+comment\s+(\'(?:[^\']|\'\')*\'))?', item, re.I | re.S)
        if not match:
            raise Refused(f"mismatched input '{item}'")
        out.append(f"{match[1]} {trino_type(match[2])}" + (f" COMMENT {match[3]}" if match[3] else ""))
    return out


def literal(value):
    return "'" + str(value).replace("'", "''") + "'"


def name_parts(name, database):
    parts = [part.strip('"').lower() for part in re.findall(r'"[^"]+"|\w+', name)]
    return (parts[-2] if len(parts) > 1 else database).lower(), parts[-1]


def iceberg_name(name, database):
    return '{}."{}"."{}"'.format(ICEBERG, *name_parts(name, database))


def partition_field(sql):
    """Athena: bucket(n, column); Trino: bucket(column, n)."""
    match = re.fullmatch(r"(\w+)\s*\((.*)\)", sql.strip(), re.S)
    if not match:
        return sql.strip().strip('"')
    kind, arguments = match[1].lower(), [part.strip().strip('"') for part in match[2].split(",")]
    if kind in ("bucket", "truncate"):
        return f"{kind}({arguments[1]}, {arguments[0]})"
    return f"{kind}({arguments[0]})"
