"""The tables of docs/abi.md that repeat what the headers say: made from them, and checked against them."""

import json
import pathlib
import re

import declarations
import layout

PAGE = declarations.ROOT / "docs/abi.md"

TAGS = {"hot": "any thread, at once; no lock, allocation or system call", "any": "any thread, at once; may block briefly",
        "excl": "any thread; the library takes one after the other"}


def header_of(name: str) -> pathlib.Path:
    """The header that declares a function or a struct."""
    pattern = re.compile(rf"(?:REMORA_API int32_t|typedef struct) {name}\b")
    return next(path for path in sorted(declarations.HEADERS.glob("*.h")) if pattern.search(path.read_text(encoding="utf-8")))


def functions_table() -> str:
    """Each function with its thread tag and the version that added it, by tag."""
    rows = ["| function | header | since |", "| --- | --- | --- |"]
    for tag, meaning in TAGS.items():
        rows.append(f"| **[{tag}]** {meaning} | | |")
        rows += [f"| `{function.name}` | `{header_of(function.name).name}` | 1.{function.since} |"
                 for function in declarations.listed_functions() if function.tag == tag]
    return "\n".join(rows)


def codes_table() -> str:
    """The status codes with their clauses."""
    text = (declarations.HEADERS / "status.h").read_text(encoding="utf-8")
    rows = ["| code | number | meaning |", "| --- | --- | --- |"]
    rows += [f"| `{name}` | {number} | {clause} |" for name, number, clause in
             re.findall(r'X\((\w+), (-?\d+), "([^"]+)"\)', text)]
    return "\n".join(rows)


def structs_table() -> str:
    """The structs with the sizes that this ABI version gives them."""
    recorded = json.loads(layout.BASELINE.read_text(encoding="utf-8"))["structs"]
    rows = ["| struct | bytes | header |", "| --- | --- | --- |"]
    rows += [f"| `{name}` | {facts['size']} | `{header_of(name).name}` |" for name, facts in recorded.items()]
    return "\n".join(rows)


TABLES = {"functions": functions_table, "codes": codes_table, "structs": structs_table}


def page_with_tables() -> str:
    """The page's text with every table made anew."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        begin, end = f"<!-- {name}: from the headers, by script/check_abi --renew -->", f"<!-- end of {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise SystemExit(f"check_abi: {PAGE} has no place for the table '{name}' ({begin} ... {end})")
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{table()}\n{end}{rest.split(end)[1]}"
    return text


def check() -> list[str]:
    """The page says what the headers say."""
    if not PAGE.is_file():
        return [f"documents: {PAGE} is missing"]
    return [] if page_with_tables() == PAGE.read_text(encoding="utf-8") else [
        "documents: the tables of docs/abi.md are not those of the headers; renew them with script/check_abi --renew"]


def renew() -> None:
    """Writes the tables into the page."""
    PAGE.write_text(page_with_tables(), encoding="utf-8")
