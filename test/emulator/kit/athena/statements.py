"""Athena's own statements in Trino's words. What is not translated goes to Trino as it is."""

import os
import re

from . import sql_text as text
from .trino_client import HIVE, ICEBERG, Refused

NAME = text.NAME
# Trino 476 has no compression of a table's own.
DROPPED = {"table_type", "write_compression", "compression_level"}
VACUUM_AGE_SECONDS = "432000"
TRINO_ALONE = re.compile(
    r"(alter\s+(table|view)\s+\S+\s+execute|call|set\s+session|truncate|grant|revoke|analyze"
    r"|create\s+(or\s+replace\s+)?(table|materialized|function|catalog|role)|start|commit|rollback|comment|use)\b",
    re.I,
)


def create_table(sql, database, match):
    """None for a Hive table: the emulator writes it to Glue by itself."""
    end = text.end_of_parentheses(sql, match.end() - 1)
    columns, rest = text.columns(sql[match.end() : end - 1]), sql[end:]
    settings = re.search(r"tblproperties\s*\(", rest, re.I)
    properties = text.properties(text.inside(rest, settings)) if settings else {}
    if properties.get("table_type", "").upper() != "ICEBERG":
        return None
    if match["external"]:
        raise Refused("EXTERNAL is not allowed for an Iceberg table")
    location = re.search(r"location\s+'((?:[^']|'')*)'", rest, re.I)
    if not location:
        raise Refused("Table location must be specified")
    having = [f"location = '{location[1].rstrip('/')}'"]
    partitioned = re.search(r"partitioned\s+by\s*\(", rest, re.I)
    if partitioned:
        fields = (text.literal(text.partition_field(item)) for item in text.list_items(text.inside(rest, partitioned)))
        having.append(f"partitioning = ARRAY[{', '.join(fields)}]")
    if "format" in properties:
        having.append(f"format = {text.literal(properties.pop('format').upper())}")
    extra = {name: value for name, value in properties.items() if name not in DROPPED}
    if extra:
        names, values = (", ".join(map(text.literal, part)) for part in (extra, extra.values()))
        having.append(f"extra_properties = MAP(ARRAY[{names}], ARRAY[{values}])")
    table = text.iceberg_name(match["name"], database)
    return [f"CREATE TABLE {match['absent'] or ''}{table} ({', '.join(columns)}) WITH ({', '.join(having)})"]


def create_table_as(sql, database, match):
    end = text.end_of_parentheses(sql, match.end() - 1)
    having = text.assignments(sql[match.end() : end - 1])
    is_iceberg = having.pop("table_type", "''").strip("'").upper() == "ICEBERG"
    having.pop("is_external", None)
    having.pop("write_compression", None)
    if is_iceberg:
        having = {name: value for name, value in having.items() if name in ("format", "location", "partitioning")}
    table = text.iceberg_name(match["name"], database) if is_iceberg else match["name"]
    settings = ", ".join(f"{name} = {value}" for name, value in having.items())
    return [f"CREATE TABLE {match['absent'] or ''}{table} {f'WITH ({settings})' if settings else ''} {sql[end:]}"]


def optimize(_sql, database, match):
    where = f" WHERE {match['where']}" if match["where"] else ""
    return [f"ALTER TABLE {text.iceberg_name(match['name'], database)} EXECUTE optimize{where}"]


def vacuum(_sql, database, match, run):
    schema, table = text.name_parts(match["name"], database)
    properties = dict(run(f'SELECT key, value FROM {ICEBERG}."{schema}"."{table}$properties"')["rows"])
    age = properties.get("vacuum_max_snapshot_age_seconds", VACUUM_AGE_SECONDS)
    whole = text.iceberg_name(match["name"], database)
    commands = ("expire_snapshots", "remove_orphan_files")
    return [f"ALTER TABLE {whole} EXECUTE {command}(retention_threshold => '{age}s')" for command in commands]


def unload(sql, database, match):
    end = text.end_of_parentheses(sql, match.end() - 1)
    to = re.fullmatch(r"\s*to\s+('(?:[^']|'')*')\s*(?:with\s*\((.*)\))?\s*", sql[end:], re.I | re.S)
    if not to:
        raise Refused("UNLOAD: expecting TO 's3://…' WITH (…)")
    having = text.assignments(to[2] or "")
    settings = [f"external_location = {to[1]}"]
    if "format" in having:
        settings.append(f"format = {having['format'].upper()}")
    if "partitioned_by" in having:
        settings.append(f"partitioned_by = {having['partitioned_by']}")
    if "field_delimiter" in having:
        settings.append(f"textfile_field_separator = {having['field_delimiter']}")
    table = f'{HIVE}."{database}"."unload_{os.urandom(6).hex()}"'
    query = sql[match.end() : end - 1]
    return [f"CREATE TABLE {table} WITH ({', '.join(settings)}) AS {query}", f"DROP TABLE {table}"]


def repair_table(_sql, database, match):
    schema, table = text.name_parts(match["name"], database)
    return [f"CALL {HIVE}.system.sync_partition_metadata('{schema}', '{table}', 'ADD')"]


def show_partitions(_sql, database, match):
    schema, table = text.name_parts(match["name"], database)
    return [f'SELECT * FROM {HIVE}."{schema}"."{table}$partitions"']


def add_columns(sql, _database, match):
    return [f"ALTER TABLE {match['name']} ADD COLUMN {column}" for column in text.columns(text.inside(sql, match))]


def create_database(_sql, _database, match):
    return [f"CREATE SCHEMA {match['absent'] or ''}{HIVE}.{match['name']}"]


ABSENT = r"(?P<absent>if\s+not\s+exists\s+)?"
TABLE = NAME.replace("(", "(?P<name>", 1)
TRANSLATIONS = [
    (rf"create\s+(?P<external>external\s+)?table\s+{ABSENT}{TABLE}\s*\(", create_table),
    (rf"create\s+table\s+{ABSENT}{TABLE}\s+with\s*\(", create_table_as),
    (rf"optimize\s+{TABLE}\s+rewrite\s+data\s+using\s+bin_pack(?:\s+where\s+(?P<where>.*))?$", optimize),
    (r"unload\s*\(", unload),
    (rf"msck\s+repair\s+table\s+{TABLE}$", repair_table),
    (rf"show\s+partitions\s+{TABLE}$", show_partitions),
    (rf"alter\s+table\s+{TABLE}\s+add\s+columns\s*\(", add_columns),
    (rf"create\s+(?:database|schema)\s+{ABSENT}(?P<name>\S+)$", create_database),
]


def translate(sql, database, run):
    """One statement of Athena as those of Trino that do the same; `run` looks something up in Trino."""
    sql = text.clean(sql)
    for pattern, translation in TRANSLATIONS:
        match = re.match(pattern, sql, re.I | re.S)
        if match:
            return translation(sql, database, match)
    match = re.match(rf"vacuum\s+{TABLE}$", sql, re.I | re.S)
    if match:
        return vacuum(sql, database, match, run)
    refused = TRINO_ALONE.match(sql)
    if refused:
        raise Refused(f"mismatched input '{refused[0].strip()}'. Trino only: Athena refuses it")
    unquoted = text.QUOTED.split(sql)[::2]
    if any(re.search(rf"(?<![.\w]){ICEBERG}\s*\.", part, re.I) for part in unquoted):
        raise Refused(f"Athena has no catalogue '{ICEBERG}'")
    return [sql]
