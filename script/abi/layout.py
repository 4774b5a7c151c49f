"""The layout of the ABI as compilers see it, held against abi/baseline/v1.json, and the rule how it may grow."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import declarations

BASELINE = declarations.ROOT / "abi/baseline/v1.json"

# Each must print the same: the ABI belongs to no compiler and no language.
DIALECTS = (("gcc", "-std=c11", "-xc"), ("g++", "-std=c++20", "-xc++"), ("clang", "-std=c11", "-xc"),
            ("clang++", "-std=c++20", "-xc++"))

PROBE_HEAD = """#include <remora/remora.h>
#include <stddef.h>
#include <stdio.h>
int main(void) {
  printf("{\\"abi\\": \\"%d.%d\\", \\"structs\\": {", REMORA_ABI_MAJOR, REMORA_ABI_MINOR);
"""


def alignment_of(name: str) -> str:
    """An expression for the alignment of a struct in both languages: what one byte before it pads it to."""
    return f"offsetof(struct align_{name}, value)"


def probe_source() -> str:
    """A program that prints size, alignment, offsets and constants of everything that the headers declare."""
    structs = declarations.structs()
    lines = [f"struct align_{name} {{ char before; {name} value; }};" for name in structs]
    source = PROBE_HEAD.replace("int main", "\n".join(lines) + "\nint main")
    for i, (name, fields) in enumerate(structs.items()):
        source += (f'  printf("{", " if i else ""}\\"{name}\\": {{\\"size\\": %zu, \\"alignment\\": %zu, \\"fields\\": {{", '
                   f"sizeof({name}), {alignment_of(name)});\n")
        for j, field in enumerate(fields):
            declared = f"{field.type}[{field.count}]" if field.count else field.type
            source += (f'  printf("{", " if j else ""}\\"{field.name}\\": {{\\"type\\": \\"{declared}\\", \\"offset\\": %zu, '
                       f'\\"size\\": %zu}}", offsetof({name}, {field.name}), sizeof((({name}*)0)->{field.name}));\n')
        source += '  printf("}}");\n'
    source += '  printf("}, \\"constants\\": {");\n'
    for i, name in enumerate(declarations.constants()):
        source += f'  printf("{", " if i else ""}\\"{name}\\": %lld", (long long){name});\n'
    return source + '  printf("}}\\n");\n  return 0;\n}\n'


def measured() -> tuple[dict, list[str]]:
    """What the first compiler says, and findings when another one is missing or says something else."""
    findings: list[str] = []
    first: dict | None = None
    with tempfile.TemporaryDirectory() as folder:
        probe = pathlib.Path(folder) / "layout_probe.c"
        probe.write_text(probe_source(), encoding="utf-8")
        for compiler, *flags in DIALECTS:
            if shutil.which(compiler) is None:
                if os.environ.get("REMORA_DEMAND_TOOLS") or compiler in ("gcc", "g++"):
                    findings.append(f"layout: {compiler} is not installed (script/setup installs it)")
                continue
            program = str(pathlib.Path(folder) / f"probe-{compiler}")
            subprocess.run([compiler, *flags, f"-I{declarations.ROOT / 'include'}", str(probe), "-o", program], check=True)
            seen = json.loads(declarations.run(program))
            first = first or seen
            if seen != first:
                findings.append(f"layout: {compiler} {flags[0]} lays the structs out otherwise than {DIALECTS[0][0]}")
    assert first is not None
    first["typedefs"] = declarations.typedefs()
    first["functions"] = {function.name: {"since": function.since, "tag": function.tag, "parameters": function.parameters}
                          for function in declarations.listed_functions()}
    return first, findings


def text_of(layout: dict) -> str:
    """The baseline file's text: one struct, field, constant or function a line, so that a change shows as its line."""
    lines = [f'  "abi": {json.dumps(layout["abi"])}']
    structs = []
    for name, struct in layout["structs"].items():
        fields = ",\n".join(f'      "{field}": {json.dumps(facts)}' for field, facts in struct["fields"].items())
        structs.append(f'    "{name}": {{\n      "size": {struct["size"]}, "alignment": {struct["alignment"]}, "fields": {{\n'
                       f"{fields}\n    }}}}")
    lines.append('  "structs": {\n' + ",\n".join(structs) + "\n  }")
    for part in ("constants", "typedefs", "functions"):
        entries = ",\n".join(f'    "{name}": {json.dumps(facts)}' for name, facts in layout[part].items())
        lines.append(f'  "{part}": {{\n{entries}\n  }}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def struct_breaks(name: str, old: dict, new: dict) -> list[str]:
    """How a struct's new layout would break hosts built with the old one."""
    breaks = []
    if new["size"] < old["size"] or new["alignment"] != old["alignment"]:
        breaks.append(f"{name} shrank or changed its alignment")
    if new["size"] != old["size"] and name in declarations.INNER_STRUCTS:
        breaks.append(f"{name} changed its size, but stands inside other structs")
    starts = {facts["offset"] for facts in new["fields"].values()}
    for field, facts in old["fields"].items():
        if field.startswith("reserved"):
            # Its bytes may get a meaning, but must still be bytes of whole fields.
            if facts["offset"] not in starts:
                breaks.append(f"{name}.{field}: no field begins where it began")
        elif new["fields"].get(field) != facts:
            breaks.append(f"{name}.{field} was {facts}, is {new['fields'].get(field, 'gone')}")
    return breaks


def breaks_between(old: dict, new: dict) -> list[str]:
    """Every change from old to new that a host built with old would not survive. Growth is not among them."""
    breaks = []
    for name, struct in old["structs"].items():
        if name in new["structs"]:
            breaks += struct_breaks(name, struct, new["structs"][name])
        else:
            breaks.append(f"struct {name} is gone")
    for part in ("constants", "typedefs"):
        breaks += [f"{name} was {value}, is {new[part].get(name, 'gone')}" for name, value in old[part].items()
                   if new[part].get(name) != value]
    for name, facts in old["functions"].items():
        now = new["functions"].get(name)
        if now is None:
            breaks.append(f"{name} is gone")
        elif (now["parameters"], now["since"]) != (facts["parameters"], facts["since"]):
            breaks.append(f"{name} was {facts}, is {now}")
        elif ("hot", "any", "excl").index(now["tag"]) > ("hot", "any", "excl").index(facts["tag"]):
            breaks.append(f"{name} was [{facts['tag']}], is only [{now['tag']}]")
    return breaks


def growth_findings(old: dict, new: dict) -> list[str]:
    """What is new must say so: a function's `since` is the minor version that adds it."""
    minor = int(new["abi"].split(".")[1])
    return [f"{name} is new, so its since is {minor}, not {facts['since']}" for name, facts in new["functions"].items()
            if name not in old["functions"] and facts["since"] != minor]


def check() -> list[str]:
    """The layout equals the baseline, byte by byte."""
    layout, findings = measured()
    if not BASELINE.is_file():
        return findings + [f"layout: the baseline {BASELINE} is missing"]
    text = BASELINE.read_text(encoding="utf-8")
    if text_of(layout) != text:
        breaks = breaks_between(json.loads(text), layout)
        findings += [f"layout: breaks hosts built before: {line}" for line in breaks]
        findings.append("layout: differs from abi/baseline/v1.json" + (
            "" if breaks else "; it only grew, so raise REMORA_ABI_MINOR and renew the baseline with script/check_abi --renew"))
    return findings


def renew(accept_breaks: bool) -> list[str]:
    """Writes the baseline anew, if what changed is growth."""
    layout, findings = measured()
    if BASELINE.is_file():
        old = json.loads(BASELINE.read_text(encoding="utf-8"))
        refused = [] if accept_breaks else breaks_between(old, layout) + growth_findings(old, layout)
        if refused:
            return findings + [f"layout: not renewed: {line}" for line in refused]
    BASELINE.parent.mkdir(parents=True, exist_ok=True)
    BASELINE.write_text(text_of(layout), encoding="utf-8")
    return findings
