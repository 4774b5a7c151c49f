"""What the built library shows to its host and asks of it: symbols, imports, needed libraries, flags."""

import pathlib
import re

import declarations
from declarations import run

SYMBOLS = declarations.ROOT / "abi/symbols.txt"
IMPORTS = declarations.ROOT / "abi/imports.txt"

# The C library's family: a host ships one file.
SYSTEM_LIBRARIES = re.compile(r"^(libc|libm|libpthread|libdl|librt|ld-linux-[a-z0-9-]+)\.so\.\d+$")
# Needed too by a library that was built without REMORA_STATIC_RUNTIME.
RUNTIME_LIBRARIES = re.compile(r"^(libstdc\+\+|libgcc_s)\.so\.\d+$")
# Symbol versions of that runtime, which abi/imports.txt does not list.
RUNTIME_VERSIONS = re.compile(r"^(GLIBCXX|CXXABI|GCC)_")

# A guest does not end its host, speak to its terminal, or change what belongs to the whole process. These never get into
# abi/imports.txt, not even by renewing it.
FORBIDDEN = set("""
    exit _exit quick_exit at_quick_exit system popen puts putchar printf __printf_chk vprintf __vprintf_chk perror
    signal sigaction sigprocmask setlocale umask chdir fchdir setenv unsetenv putenv clearenv setrlimit
    socket connect bind listen gethostbyname getaddrinfo fesetround fesetenv srand srandom mallopt mlockall
""".split())

IMPORTS_HEAD = """# What libremora.so takes from the C library, with the version it asks for. script/check_abi refuses any other import:
# look at the reason for a new one, then renew this list with script/check_abi --renew. [always] is needed by every build,
# [static runtime] besides by one with the C++ runtime inside (REMORA_STATIC_RUNTIME), [dynamic runtime] by one without.
"""


def needed(library: str) -> list[str]:
    """The shared libraries that the dynamic section names."""
    return re.findall(r"\(NEEDED\).*\[(.+)\]", run("readelf", "-dW", library))


def has_static_runtime(library: str) -> bool:
    """Whether the C++ runtime is inside."""
    return not any(RUNTIME_LIBRARIES.match(name) for name in needed(library))


def exported(library: str) -> list[str]:
    """The dynamic symbols that the library defines, as abi/symbols.txt writes them: type, name, version."""
    lines = run("nm", "-D", "--defined-only", "--with-symbol-versions", library).splitlines()
    return sorted(" ".join(line.split()[1:]) for line in lines)


def expected_symbols() -> list[str]:
    """What functions.def makes of it: plain functions under the version node, and the node itself."""
    major = re.search(r"#define REMORA_ABI_MAJOR (\d+)", (declarations.HEADERS / "version.h").read_text(encoding="utf-8"))
    node = f"REMORA_{major.group(1)}"
    names = [f"T {function.name}@@{node}" for function in declarations.listed_functions()]
    return sorted(names + [f"A {node}"])


def check_symbols(library: str) -> list[str]:
    """Exactly the listed functions: nothing more, nothing less, nothing weak or unique."""
    listed = SYMBOLS.read_text(encoding="utf-8").splitlines() if SYMBOLS.is_file() else []
    findings = []
    if listed != expected_symbols():
        findings.append("symbols: abi/symbols.txt does not list what functions.def lists; renew it with script/check_abi --renew")
    # binutils before 2.35 write the node with its own version behind it.
    shown = [re.sub(r"^(A REMORA_\d+)@@.*", r"\1", line) for line in exported(library)]
    findings += [f"symbols: '{line}' is exported, but not listed in abi/symbols.txt" for line in shown if line not in listed]
    findings += [f"symbols: '{line}' is listed in abi/symbols.txt, but not exported" for line in listed if line not in shown]
    return findings


def imported(library: str) -> set[str]:
    """Undefined symbols with their versions, those of the C++ runtime left out. Weak ones that nobody defines are hooks."""
    found = set()
    for line in run("nm", "-D", "--undefined-only", "--with-symbol-versions", library).splitlines():
        kind, symbol = line.split()
        name, _, version = symbol.partition("@")
        if not RUNTIME_VERSIONS.match(version) and not (kind == "w" and not version):
            found.add(f"{name} {version}")
    return found


def read_imports() -> dict[str, set[str]]:
    """The sections of abi/imports.txt."""
    sections: dict[str, set[str]] = {"always": set(), "static runtime": set(), "dynamic runtime": set()}
    section = sections["always"]
    for line in IMPORTS.read_text(encoding="utf-8").splitlines() if IMPORTS.is_file() else []:
        if line.startswith("["):
            section = sections[line.strip("[]")]
        elif line and not line.startswith("#"):
            section.add(line)
    return sections


def check_imports(library: str) -> list[str]:
    """Nothing but what abi/imports.txt allows, and never what a guest must not call."""
    sections = read_imports()
    allowed = sections["always"] | sections["static runtime" if has_static_runtime(library) else "dynamic runtime"]
    findings = [] if allowed else [f"imports: {IMPORTS} is missing or empty"]
    for symbol in sorted(imported(library) - allowed):
        findings.append(f"imports: {symbol} is not in abi/imports.txt: it is a new demand on every host's system")
    for symbol in sorted(imported(library)):
        if symbol.split()[0] in FORBIDDEN:
            findings.append(f"imports: {symbol}, which a guest must not call")
    return findings


def check_linkage(library: str) -> list[str]:
    """Needed libraries, and the flags that make the library a harmless guest."""
    text = run("readelf", "-dW", library)
    findings = [f"linkage: needs {name}" for name in needed(library)
                if not SYSTEM_LIBRARIES.match(name) and not RUNTIME_LIBRARIES.match(name)]
    flags = " ".join(re.findall(r"\((?:FLAGS|FLAGS_1)\)\s+(.*)", text))
    findings += [f"linkage: is not linked with {flag}" for flag in ("NODELETE", "NOW") if flag not in flags]
    if "STATIC_TLS" in flags:
        findings.append("linkage: uses static TLS, of which dlopen has little")
    if re.search(r"\((RPATH|RUNPATH)\)", text):
        findings.append("linkage: has a run path")
    if "TEXTREL" in text:
        findings.append("linkage: has text relocations")
    if not re.search(r"\(SONAME\).*\[libremora\.so\.\d+\]", text):
        findings.append("linkage: has no SONAME libremora.so.<major>")
    segments = run("readelf", "-lW", library)
    if "GNU_RELRO" not in segments:
        findings.append("linkage: is not linked with relro")
    if re.search(r"GNU_STACK.*RWE", segments):
        findings.append("linkage: asks for an executable stack")
    return findings


def renew_symbols() -> None:
    """Writes abi/symbols.txt from functions.def."""
    SYMBOLS.write_text("\n".join(expected_symbols()) + "\n", encoding="utf-8")


def renew_imports(library: str) -> list[str]:
    """Takes this library's imports into abi/imports.txt; the other kind of build keeps its section."""
    now = imported(library)
    forbidden = sorted(symbol for symbol in now if symbol.split()[0] in FORBIDDEN)
    if forbidden:
        return [f"imports: not renewed: {symbol}, which a guest must not call" for symbol in forbidden]
    sections = read_imports()
    mine, other = ("static runtime", "dynamic runtime")[:: 1 if has_static_runtime(library) else -1]
    of_other = sections["always"] | sections[other]
    sections = {"always": now & of_other, mine: now - of_other, other: of_other - now}
    if not of_other:
        sections = {"always": set(), mine: now, other: set()}
    text = IMPORTS_HEAD
    for section in ("always", "static runtime", "dynamic runtime"):
        text += f"\n[{section}]\n" + "".join(f"{symbol}\n" for symbol in sorted(sections[section]))
    IMPORTS.write_text(text, encoding="utf-8")
    return []


def check(library: str) -> list[str]:
    """All of the above."""
    pathlib.Path(library).resolve(strict=True)
    return check_symbols(library) + check_imports(library) + check_linkage(library)
