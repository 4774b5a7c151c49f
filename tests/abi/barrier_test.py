"""Every exported function does all that it does behind the wall that nothing thrown passes (src/shim/barrier.hpp)."""

import pathlib
import re
import sys
import unittest

SHIM = pathlib.Path(__file__).resolve().parents[2] / "src/shim"
# The wall, and what begins with it.
HELPERS = ("on_variant", "with_info")
WALL = re.compile(r"\b(?:guarded|on_handle(?:<[^()]*>)?|" + "|".join(HELPERS) + r")\(")
# What may stand before the wall: nothing that allocates or calls anything that could.
HARMLESS = re.compile(
    r"\A\s*(?:if \(\w+ != nullptr\) \{\s*\*\w+ = 0;\s*\}\s*)?(?:(?:return\s+)?(?:remora::shim::)?|return REMORA_ABI_VERSION;\s*)\Z"
)


def exported_bodies() -> dict[str, str]:
    """Name of each exported function -> its body."""
    bodies = {}
    for path in sorted(SHIM.glob("*.cpp")):
        text = path.read_text()
        for found in re.finditer(r"^(?:\[\[gnu::flatten\]\] )?int32_t (remora_\w+)\([^{;]*\) \{", text, re.MULTILINE):
            end = text.find("\n}", found.end()) if text[found.end()] == "\n" else text.find("}", found.end())
            bodies[found[1]] = text[found.end() : end]
    return bodies


def in_front_of_wall(body: str) -> str:
    """The part of a body that an exception would leave through."""
    wall = WALL.search(body)
    return body if wall is None else body[: wall.start()]


class Barrier(unittest.TestCase):
    def test_every_function_of_the_list_is_found(self) -> None:
        listed = set(re.findall(r"^F\((\w+),", (SHIM.parents[1] / "include/remora/functions.def").read_text(), re.MULTILINE))
        self.assertEqual({name.removeprefix("remora_") for name in exported_bodies()}, listed)

    def test_nothing_is_done_in_front_of_it(self) -> None:
        for name, body in exported_bodies().items():
            with self.subTest(name):
                self.assertRegex(in_front_of_wall(body), HARMLESS)

    def test_helpers_begin_with_it(self) -> None:
        sources = "".join(path.read_text() for path in sorted(SHIM.glob("*.cpp")))
        for helper in HELPERS:
            with self.subTest(helper):
                self.assertRegex(sources, rf"int32_t {helper}\([^{{;]*\) \{{\s*return (?:remora::shim::)?(?:guarded|on_handle)\b")

    def test_finds_a_function_without_it(self) -> None:
        self.assertNotRegex(in_front_of_wall("\n  std::string copy(name);\n  return guarded(error, body);"), HARMLESS)
        self.assertNotRegex(in_front_of_wall("\n  return find(handle);"), HARMLESS)


if __name__ == "__main__":
    sys.exit(unittest.main())
