"""What the public headers and functions.def declare, and the rules that every declaration keeps.

Headers are read after the C preprocessor, so comments and macros are out of the way; the tags that stand in comments are
read from the text itself.
"""

import pathlib
import re
import subprocess
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HEADERS = ROOT / "include/remora"
FUNCTIONS = HEADERS / "functions.def"

# What a field may be: fixed-width numbers. Text of an error is the one array of characters.
FIELD_TYPES = {"uint32_t", "int32_t", "uint64_t", "int64_t", "double", "char", "remora_id"}
# Structs that only stand inside others, and so carry no size of their own.
INNER_STRUCTS = {"remora_rollout_stage"}
# System V and Windows on Arm pass six in registers; more are slow for every foreign-function interface.
MAX_PARAMETERS = 6


@dataclass(frozen=True)
class Function:
    """One line of functions.def, or one prototype of a header with the tag and version of its comment."""

    name: str
    since: int
    tag: str
    parameters: str


@dataclass(frozen=True)
class Field:
    """One member of a struct; `count` is 0 for a single value."""

    name: str
    type: str
    count: int


def run(*command: str) -> str:
    """The output of a tool, which must be there and succeed."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def one_line(text: str) -> str:
    """Text with each run of white space made one space."""
    return " ".join(text.split())


def listed_functions() -> list[Function]:
    """The one list of exported functions, in its order."""
    pattern = re.compile(r"^F\((\w+), (\d+), (\w+), \((.*)\)\)$", re.MULTILINE)
    text = FUNCTIONS.read_text(encoding="utf-8")
    functions = [Function(f"remora_{name}", int(since), tag, one_line(parameters))
                 for name, since, tag, parameters in pattern.findall(text)]
    lines = len(re.findall(r"^F\b", text, re.MULTILINE))
    if not functions or lines != len(functions):
        raise SystemExit(f"check_abi: {FUNCTIONS}: {lines} lines begin with F, {len(functions)} have the form "
                         "F(name, since, tag, (parameters))")
    return functions


def declared_functions() -> list[Function]:
    """Every prototype of the headers, with the [tag] that opens its comment and the "Since 1.n" that ends it."""
    functions = []
    pattern = re.compile(r"/\* ((?:(?!\*/).)*?)\*/\s*REMORA_API int32_t (\w+)\(([^)]*)\);", re.DOTALL)
    for header in sorted(HEADERS.glob("*.h")):
        text = header.read_text(encoding="utf-8")
        found = pattern.findall(text)
        prototypes = len(re.findall(r"^REMORA_API", text, re.MULTILINE))
        if prototypes != len(found):
            raise SystemExit(f"check_abi: {header}: {prototypes} prototypes, {len(found)} with a comment before them")
        for comment, name, parameters in found:
            tag = re.match(r"\[(\w+)\]", comment)
            since = re.search(r"Since 1\.(\d+)\.\s*$", comment.replace("\n *", "\n"))
            functions.append(Function(name, int(since.group(1)) if since else -1, tag.group(1) if tag else "none",
                                      one_line(parameters)))
    return functions


def preprocessed() -> str:
    """All public headers as the compiler sees them."""
    return run("gcc", "-E", "-P", "-std=c11", "-x", "c", f"-I{ROOT / 'include'}", str(HEADERS / "remora.h"))


def structs() -> dict[str, list[Field]]:
    """Every struct of the headers with its fields."""
    found: dict[str, list[Field]] = {}
    for name, body, alias in re.findall(r"typedef struct (remora_\w+) \{(.*?)\} (\w+);", preprocessed(), re.DOTALL):
        if name != alias:
            raise SystemExit(f"check_abi: struct {name} is typedefed as {alias}")
        fields = []
        for declaration in filter(None, (one_line(part) for part in body.split(";"))):
            match = re.fullmatch(r"(\w+) (\w+)(?:\[(\d+)\])?", declaration)
            if match is None:
                raise SystemExit(f"check_abi: {name}: cannot read the field '{declaration}': one number or array a line")
            fields.append(Field(match.group(2), match.group(1), int(match.group(3) or 0)))
        found[name] = fields
    return found


def typedefs() -> dict[str, str]:
    """Typedefs other than of structs: ids and function types."""
    return {re.search(r"(remora_\w+)(?:\)\(.*)?$", text).group(1): text
            for text in map(one_line, re.findall(r"typedef (?!struct)([^;{]*\bremora_[^;]*);", preprocessed()))}


def constants() -> list[str]:
    """Names of all enumerators and number macros that are part of the ABI. The end mark of the codes moves with growth."""
    enumerators = []
    for body in re.findall(r"enum remora_\w+ \{(.*?)\}", preprocessed(), re.DOTALL):
        for part in filter(None, (one_line(part) for part in body.split(","))):
            name, equals, _ = part.partition(" = ")
            if not equals:
                raise SystemExit(f"check_abi: the enumerator {name} has no number of its own")
            enumerators.append(name)
    dump = run("gcc", "-E", "-dM", "-std=c11", "-x", "c", f"-I{ROOT / 'include'}", str(HEADERS / "remora.h"))
    macros = re.findall(r"^#define (REMORA_\w+) (?:\d\w*|0x\w+)$", dump, re.MULTILINE)
    names = enumerators + sorted(macros)
    return [name for name in names if not re.match(r"REMORA_(VERSION|ABI)_|REMORA_STATUS_END$", name)]


def check_functions() -> list[str]:
    """functions.def and the headers say the same of each function."""
    findings = []
    listed = {function.name: function for function in listed_functions()}
    declared = {function.name: function for function in declared_functions()}
    for name in sorted(listed.keys() ^ declared.keys()):
        findings.append(f"{name} stands in {'functions.def' if name in listed else 'the headers'} alone")
    for name in sorted(listed.keys() & declared.keys()):
        for what in ("since", "tag", "parameters"):
            ours, theirs = getattr(listed[name], what), getattr(declared[name], what)
            if ours != theirs:
                findings.append(f"{name}: {what} is '{ours}' in functions.def, '{theirs}' in its header")
        if listed[name].tag not in ("hot", "any", "excl"):
            findings.append(f"{name}: unknown thread tag '{listed[name].tag}' (known: hot, any, excl)")
        if len(listed[name].parameters.split(",")) > MAX_PARAMETERS:
            findings.append(f"{name} has more than {MAX_PARAMETERS} parameters")
        if re.search(r"\b(double|float|bool|size_t|long|int|enum)\b(?!\s*\*)", listed[name].parameters):
            findings.append(f"{name} takes something that is not a fixed-width integer, an id or a pointer by value")
    return findings


def check_structs() -> list[str]:
    """Structs hold fixed-width numbers only and begin with their size."""
    findings = []
    for name, fields in structs().items():
        if name not in INNER_STRUCTS and fields[0] != Field("struct_size", "uint32_t", 0):
            findings.append(f"{name} does not begin with uint32_t struct_size")
        for field in fields:
            inner = field.type in INNER_STRUCTS and field.count > 0
            if field.type not in FIELD_TYPES and not inner:
                findings.append(f"{name}.{field.name} is a {field.type}; a field is one of {sorted(FIELD_TYPES)}")
    return findings


def check_wrapper() -> list[str]:
    """The C++ wrapper leaves no function out."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(HEADERS.glob("*.hpp")))
    return [f"the C++ wrapper never calls {function.name}" for function in listed_functions()
            if not re.search(rf"->{function.name.removeprefix('remora_')}\(", text)]


def check() -> list[str]:
    """All rules that need no compiled library."""
    return check_functions() + check_structs() + check_wrapper()
