"""What script/check_abi calls growth, and what it calls a break."""

import copy
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "script/abi"))

import layout  # noqa: E402


def number(offset: int, size: int = 4) -> dict:
    """The facts of a field."""
    return {"type": f"uint{8 * size}_t", "offset": offset, "size": size}


OLD = {
    "abi": "1.0",
    "structs": {
        "remora_thing": {"size": 16, "alignment": 8, "fields": {
            "struct_size": number(0), "flags": number(4), "reserved": number(8, 8)}},
        "remora_rollout_stage": {"size": 8, "alignment": 8, "fields": {"share": number(0, 8)}},
    },
    "constants": {"REMORA_ONE": 1},
    "typedefs": {"remora_id": "uint32_t remora_id"},
    "functions": {"remora_do": {"since": 0, "tag": "any", "parameters": "uint64_t handle"}},
}


class GrowthRule(unittest.TestCase):
    """Each test changes one thing of OLD."""

    def setUp(self) -> None:
        self.new = copy.deepcopy(OLD)

    def breaks(self) -> list[str]:
        """What a host built with OLD would not survive."""
        return layout.breaks_between(OLD, self.new)

    def test_no_change_is_no_break(self) -> None:
        self.assertEqual(self.breaks(), [])

    def test_a_field_at_the_end_is_growth(self) -> None:
        thing = self.new["structs"]["remora_thing"]
        thing["fields"]["more"] = number(16, 8)
        thing["size"] = 24
        self.assertEqual(self.breaks(), [])

    def test_a_reserved_field_may_get_a_meaning(self) -> None:
        fields = self.new["structs"]["remora_thing"]["fields"]
        del fields["reserved"]
        fields["meaning"] = number(8)
        fields["reserved"] = number(12)
        self.assertEqual(self.breaks(), [])

    def test_a_reserved_field_may_not_be_given_to_a_field_before_it(self) -> None:
        fields = self.new["structs"]["remora_thing"]["fields"]
        del fields["reserved"]
        fields["flags"] = number(4, 12)
        self.assertEqual(len(self.breaks()), 2)

    def test_a_moved_field_breaks(self) -> None:
        self.new["structs"]["remora_thing"]["fields"]["flags"] = number(12)
        self.assertEqual(len(self.breaks()), 1)

    def test_a_renamed_field_breaks(self) -> None:
        fields = self.new["structs"]["remora_thing"]["fields"]
        fields["options"] = fields.pop("flags")
        self.assertEqual(len(self.breaks()), 1)

    def test_a_struct_that_shrinks_or_goes_breaks(self) -> None:
        self.new["structs"]["remora_thing"]["size"] = 8
        self.assertEqual(len(self.breaks()), 1)
        del self.new["structs"]["remora_thing"]
        self.assertEqual(len(self.breaks()), 1)

    def test_a_struct_inside_another_may_not_grow(self) -> None:
        stage = self.new["structs"]["remora_rollout_stage"]
        stage["fields"]["more"] = number(8, 8)
        stage["size"] = 16
        self.assertEqual(len(self.breaks()), 1)

    def test_a_constant_may_come_but_not_change_or_go(self) -> None:
        self.new["constants"]["REMORA_TWO"] = 2
        self.assertEqual(self.breaks(), [])
        self.new["constants"]["REMORA_ONE"] = 7
        self.assertEqual(len(self.breaks()), 1)
        del self.new["constants"]["REMORA_ONE"]
        self.assertEqual(len(self.breaks()), 1)

    def test_a_function_may_come_but_not_change_or_go(self) -> None:
        self.new["functions"]["remora_more"] = {"since": 1, "tag": "any", "parameters": "void"}
        self.assertEqual(self.breaks(), [])
        self.new["functions"]["remora_do"]["parameters"] = "uint32_t handle"
        self.assertEqual(len(self.breaks()), 1)
        del self.new["functions"]["remora_do"]
        self.assertEqual(len(self.breaks()), 1)

    def test_a_thread_tag_may_promise_more_but_not_less(self) -> None:
        self.new["functions"]["remora_do"]["tag"] = "hot"
        self.assertEqual(self.breaks(), [])
        self.new["functions"]["remora_do"]["tag"] = "excl"
        self.assertEqual(len(self.breaks()), 1)

    def test_a_new_function_says_which_minor_version_adds_it(self) -> None:
        self.new["functions"]["remora_more"] = {"since": 0, "tag": "any", "parameters": "void"}
        self.new["abi"] = "1.1"
        self.assertEqual(len(layout.growth_findings(OLD, self.new)), 1)
        self.new["functions"]["remora_more"]["since"] = 1
        self.assertEqual(layout.growth_findings(OLD, self.new), [])


if __name__ == "__main__":
    unittest.main()
