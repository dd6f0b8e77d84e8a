"""Values and column types as Athena prints them."""

import base64

PRECISION_AND_SCALE = {
    "integer": (10, 0),
    "bigint": (19, 0),
    "smallint": (5, 0),
    "tinyint": (3, 0),
    "double": (17, 0),
    "real": (17, 0),
    "varchar": (2147483647, 0),
    "timestamp": (3, 0),
}


def java_double(value):
    if isinstance(value, str):
        return value  # NaN, Infinity
    value = float(value)
    size = abs(value)
    if size == 0 or 1e-3 <= size < 1e7:
        return repr(value)
    written = repr(value)
    if "e" in written:
        mantissa, exponent = written.split("e")
    else:
        digits = repr(size).replace(".", "").strip("0") or "0"
        mantissa = ("-" if value < 0 else "") + digits[0] + "." + (digits[1:] or "0")
        exponent = f"{value:e}".split("e")[1]
    return (mantissa if "." in mantissa else mantissa + ".0") + "E" + str(int(exponent))


def text(value, signature):
    if value is None:
        return None
    kind, arguments = signature["rawType"], signature.get("arguments") or []

    def part(inner, place):
        return "null" if inner is None else text(inner, arguments[place]["value"])

    def field(inner, place):
        argument = arguments[place]["value"]
        name = (argument.get("fieldName") or {}).get("name", f"field{place}")
        return f"{name}={'null' if inner is None else text(inner, argument['typeSignature'])}"

    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("double", "real"):
        return java_double(value)
    if kind == "varbinary":
        return " ".join(f"{byte:02x}" for byte in base64.b64decode(value))
    if kind == "array":
        return "[" + ", ".join(part(inner, 0) for inner in value) + "]"
    if kind == "map":
        return "{" + ", ".join(f"{key}={part(inner, 1)}" for key, inner in value.items()) + "}"
    if kind == "row":
        return "{" + ", ".join(field(inner, place) for place, inner in enumerate(value)) + "}"
    return str(value)


def column_info(column):
    signature = column["typeSignature"]
    kind = signature["rawType"]
    precision, scale = PRECISION_AND_SCALE.get(kind, (0, 0))
    if kind == "decimal":
        precision, scale = (part["value"] for part in signature["arguments"] if part["kind"] == "LONG")
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column["name"],
        "Label": column["name"],
        "Type": "float" if kind == "real" else kind,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind == "varchar",
    }
