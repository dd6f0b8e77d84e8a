"""Glue's tables in the shape in which Trino reads them."""

from ministack.services import glue

STORAGE_DEFAULTS = {
    "Columns": [],
    "SerdeInfo": {},
    "NumberOfBuckets": 0,
    "Compressed": False,
    "BucketColumns": [],
    "SortColumns": [],
    "StoredAsSubDirectories": False,
}


def shape(table):
    """No empty Description: it would take the place of a view's comment. A SerdeInfo always."""
    if not table.get("Description"):
        table.pop("Description", None)
    storage = table.get("StorageDescriptor")
    kind = (table.get("Parameters") or {}).get("table_type", "")
    if isinstance(storage, dict) and kind.upper() != "ICEBERG":
        for name, value in STORAGE_DEFAULTS.items():
            storage.setdefault(name, value)


def shaped(read):
    def wrapped(data):
        for table in list(glue._tables.values()):
            shape(table)
        return read(data)

    return wrapped


def install():
    glue._get_table, glue._get_tables = shaped(glue._get_table), shaped(glue._get_tables)
