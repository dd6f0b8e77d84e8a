"""Prints the price data inside the two wheels in a folder as one JSON object.

    python3 dump_sources.py FOLDER

Nothing of the packages is imported or run: genai-prices' data is Python source made of constructor calls and is read as
a syntax tree; each call becomes an object with the class name under "kind". Numbers of LiteLLM's map are printed as the
text that stands in it, so that no price passes through a float.
"""

import ast
import json
import sys
import zipfile
from pathlib import Path


def value_of(node: ast.expr):
    match node:
        case ast.Constant(value=value):
            return value
        case ast.List(elts=elements):
            return [value_of(element) for element in elements]
        case ast.Dict(keys=keys, values=values):
            return {value_of(key): value_of(value) for key, value in zip(keys, values)}
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=text)]):
            return str(text)
        case ast.Call(func=ast.Attribute(attr="date"), args=[year, month, day]):
            return f"{value_of(year):04d}-{value_of(month):02d}-{value_of(day):02d}"
        case ast.Call(func=ast.Name(id=kind), args=[], keywords=keywords):
            return {"kind": kind} | {keyword.arg: value_of(keyword.value) for keyword in keywords}
        case ast.Call():
            return {"kind": "unread", "source": ast.unparse(node)}
    raise ValueError(f"genai-prices: line {node.lineno}: cannot read {ast.unparse(node)[:80]}")


def assigned(source: str, name: str):
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return value_of(node.value)
    raise ValueError(f"genai-prices: no {name}")


def main(folder: Path) -> None:
    dump = {"versions": {}}
    for wheel in sorted(folder.glob("*.whl")):
        distribution, version = wheel.name.split("-")[:2]
        dump["versions"][distribution.replace("_", "-")] = version
        with zipfile.ZipFile(wheel) as files:
            if distribution == "litellm":
                text = files.read("litellm/model_prices_and_context_window_backup.json")
                dump["litellm"] = json.loads(text, parse_float=str, parse_int=str)
            else:
                dump["genai_providers"] = assigned(files.read("genai_prices/data.py").decode(), "providers")
                dump["genai_units"] = assigned(files.read("genai_prices/data_units.py").decode(), "unit_data")
    json.dump(dump, sys.stdout)


main(Path(sys.argv[1]))
