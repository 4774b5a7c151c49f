"""The raw declarations are what the headers say: a change of either that the other does not follow fails here."""

import ctypes
import json
import re
import unittest

from remora import constants
from remora._raw import structs
from remora._raw.functions import FUNCTIONS, LogFunction
from support import ROOT, library

BASELINE = json.loads((ROOT / "abi/baseline/v1.json").read_text(encoding="utf-8"))
SCALARS = {"uint32_t": ctypes.c_uint32, "remora_id": ctypes.c_uint32, "int32_t": ctypes.c_int32, "uint64_t": ctypes.c_uint64,
           "int64_t": ctypes.c_int64, "double": ctypes.c_double, "char": ctypes.c_char}


def type_of(c_type: str) -> object:
    """The ctypes type for a type of the headers: a field's, with its array length, or a parameter's."""
    name, _, length = c_type.partition("[")
    kind = SCALARS.get(name) or getattr(structs, name)
    return kind * int(length[:-1]) if length else kind


def parameter_type(c_type: str) -> object:
    c_type = c_type.replace("const ", "")
    if c_type in ("char*", "void*"):
        return {"char*": ctypes.c_char_p, "void*": ctypes.c_void_p}[c_type]
    if c_type == "remora_log_function":
        return LogFunction
    if c_type.endswith("*"):
        return ctypes.POINTER(type_of(c_type[:-1]))
    return SCALARS[c_type]


class Declarations(unittest.TestCase):
    def test_functions_are_those_of_functions_def_in_its_order(self) -> None:
        text = (ROOT / "include/remora/functions.def").read_text(encoding="utf-8")
        listed = re.findall(r"^F\((\w+), \d+, \w+, \((.*)\)\)$", text, re.MULTILINE)
        self.assertEqual([name for name, _ in listed], list(FUNCTIONS))
        for name, parameters in listed:
            types = [] if parameters == "void" else [part.rsplit(" ", 1)[0] for part in parameters.split(", ")]
            self.assertEqual(tuple(parameter_type(c_type) for c_type in types), FUNCTIONS[name], name)

    def test_structs_have_the_fields_types_and_offsets_of_the_headers(self) -> None:
        declared = {name for name in vars(structs) if name.startswith("remora_")}
        self.assertEqual(declared, set(BASELINE["structs"]))
        for name, recorded in BASELINE["structs"].items():
            struct = getattr(structs, name)
            self.assertEqual((ctypes.sizeof(struct), ctypes.alignment(struct)), (recorded["size"], recorded["alignment"]), name)
            self.assertEqual([field[0] for field in struct._fields_], list(recorded["fields"]), name)
            for field, kind in struct._fields_:
                there = recorded["fields"][field]
                self.assertEqual(kind, type_of(there["type"]), f"{name}.{field}")
                self.assertEqual(getattr(struct, field).offset, there["offset"], f"{name}.{field}")

    def test_struct_sizes_are_those_that_the_loaded_library_knows(self) -> None:
        for name in BASELINE["structs"]:
            if name != "remora_rollout_stage":  # stands inside another and has no size of its own
                self.assertEqual(library().struct_size(name), ctypes.sizeof(getattr(structs, name)), name)

    def test_constants_are_those_of_the_headers(self) -> None:
        prefixes = {"Status": "REMORA_E_", "Kind": "REMORA_KIND_", "VariantFlag": "REMORA_VARIANT_", "OpenFlag": "REMORA_OPEN_",
                    "Durability": "REMORA_DURABILITY_", "DecisionFlag": "REMORA_DECISION_", "Reason": "REMORA_REASON_",
                    "Mode": "REMORA_MODE_", "OutcomeFlag": "REMORA_OUTCOME_", "SafetyReason": "REMORA_SAFETY_",
                    "RolloutState": "REMORA_ROLLOUT_", "RolloutReason": "REMORA_ROLLOUT_", "RolloutCommand": "REMORA_ROLLOUT_",
                    "SnapshotKind": "REMORA_SNAPSHOT_", "ReplayMode": "REMORA_REPLAY_", "Verdict": "REMORA_VERDICT_", "Settled": "REMORA_SETTLED_",
                     "EventKind": "REMORA_EVENT_", "Severity": "REMORA_SEVERITY_"}
        here = {prefix + member.name: int(member) for kind, prefix in prefixes.items()
                for member in getattr(constants, kind) if kind != "Status" or member != 0}
        here["REMORA_OK"] = int(constants.Status.OK)
        here.update({f"REMORA_{name}": value for name, value in vars(constants).items()
                     if name.isupper() and isinstance(value, int) and not name.startswith("ABI_")})
        self.assertEqual(here, BASELINE["constants"])

    def test_the_abi_version_is_that_of_the_headers(self) -> None:
        header = (ROOT / "include/remora/version.h").read_text(encoding="utf-8")
        for name in ("MAJOR", "MINOR"):
            self.assertIn(f"#define REMORA_ABI_{name} {getattr(constants, 'ABI_' + name)}\n", header)


if __name__ == "__main__":
    unittest.main()
