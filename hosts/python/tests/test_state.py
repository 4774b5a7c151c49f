"""Every function that takes a handle, through the surface that hosts use."""

import logging
import pathlib
import time
import unittest
from collections.abc import Callable

import remora
from remora import Kind, Mode, OpenFlag, Outcome, Status, Task
from remora._raw.functions import FUNCTIONS
from remora.errors import (
    AlreadyRecordedError,
    ConfigError,
    DamagedError,
    ExpiredError,
    HandleError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    RemoraError,
)
from support import StateTest


class Naming(StateTest):
    def test_names_become_ids_and_ids_names(self) -> None:
        label = self.state.intern(Kind.LABEL, "lang=python")
        self.assertEqual(self.state.find(Kind.LABEL, "lang=python"), label)
        self.assertEqual(self.state.name_of(label), "lang=python")
        with self.assertRaisesRegex(NotFoundError, "never-made"):
            self.state.find(Kind.LABEL, "never-made")

    def test_agents_and_variants_tell_what_they_were_registered_with(self) -> None:
        agent = self.state.agent_register("tester", "testing")
        self.state.variant_register(agent, "large", tier=3, cost_micros=60000)
        small = self.state.variant_register("tester", "small", tier=1, baseline=True)
        info = self.state.agent_info("tester")
        self.assertEqual((info.variant_count, info.baseline_variant, self.state.name_of(info.category)), (2, small.variant, "testing"))
        self.assertEqual(self.state.variant_info("tester", "large").tier, 3)
        self.assertEqual(self.state.variant_name("tester", small.variant), "small")

    def test_lists_give_each_name_once(self) -> None:
        made = {self.state.intern(Kind.LABEL, f"label-{number}") for number in range(150)}
        listed = list(self.state.list_names(Kind.LABEL))
        self.assertEqual((set(listed), len(listed)), (made, 150))

    def test_a_variant_that_is_not_there_is_named(self) -> None:
        with self.assertRaisesRegex(NotFoundError, "backend-architect has no variant 'slow'"):
            self.state.safety_check("backend-architect", "slow")


class Deciding(StateTest):
    def test_the_same_draw_gives_the_same_decision_by_names_and_by_ids(self) -> None:
        kind = self.state.intern(Kind.TASK_TYPE, "api-design")
        by_id = self.state.route(self.agent, kind, draw=12345, now_ns=10**18)
        by_name = self.state.route("backend-architect", "api-design", draw=12345, now_ns=10**18)
        self.assertEqual(by_id._replace(decision_id=0), by_name._replace(decision_id=0))
        self.assertNotEqual(by_id.decision_id, by_name.decision_id)

    def test_only_allowed_variants_are_chosen(self) -> None:
        chosen = {self.state.route(self.agent, allowed_variants=1 << 1).variant for _ in range(50)}
        self.assertEqual(chosen, {1})

    def test_without_an_agent_one_of_the_category_is_chosen(self) -> None:
        self.state.variant_register(self.state.agent_register("scanner", "security"), "only")
        self.assertEqual(self.state.route(category="security").agent, self.state.find(Kind.AGENT, "scanner"))

    def test_labels_make_a_state_of_their_own(self) -> None:
        decision = self.state.route(self.agent, "api-design", labels=["lang=go"], draw=1)
        self.state.record_result(decision.decision_id, True)
        (cell,) = self.state.q_cells()
        self.assertEqual(cell.labels, (self.state.find(Kind.LABEL, "lang=go"),))

    def test_route_named_makes_the_task_type_at_its_first_use(self) -> None:
        decision = self.state.route_named("backend-architect", "brand-new", 7)
        self.assertEqual(self.state.name_of(decision.task_type), "brand-new")

    def test_a_failed_route_names_the_baseline_to_go_on_with(self) -> None:
        for call in (lambda: self.state.route(self.agent, task_type=12), lambda: self.state.route(self.agent, labels=["x"] * 9)):
            with self.assertRaises(InvalidError) as caught:
                call()
            decision = caught.exception.decision
            assert decision is not None
            self.assertEqual((decision.agent, decision.variant, decision.reason), (self.agent, 0, remora.Reason.ERROR))

    def test_an_unknown_agent_is_an_error_with_a_safe_choice(self) -> None:
        for call in (lambda: self.state.route("nobody"), lambda: self.state.route_named("nobody")):
            with self.assertRaisesRegex(NotFoundError, "nobody") as caught:
                call()
            assert caught.exception.decision is not None
            self.assertEqual(caught.exception.decision.variant, 0)

    def test_a_batch_answers_each_task_and_says_which_failed(self) -> None:
        decisions = self.state.route_batch([Task(self.agent, "api-design")] * 64)
        self.assertEqual(len({decision.decision_id for decision in decisions}), 64)
        with self.assertRaises(InvalidError) as caught:
            self.state.route_batch([Task(self.agent), Task(self.agent, 12), Task(self.agent)])
        error = caught.exception
        self.assertEqual((error.done, error.first_failed, len(error.results or [])), (2, 1, 3))
        assert error.results is not None
        self.assertEqual(error.results[1].reason, remora.Reason.ERROR)

    def test_text_and_files_are_classified_and_rules_can_be_added(self) -> None:
        self.state.task_rule_add("billing", ["invoice"], ["*.inv"], 5)
        found = self.state.classify("Correct the invoice", ["january.inv"])
        self.assertEqual(self.state.name_of(found.task_type), "billing")
        self.assertGreater(found.confidence, 0.5)
        self.assertEqual(self.state.name_of(self.state.classify("").task_type), "general")


class Recording(StateTest):
    def test_a_reward_is_explained_term_by_term(self) -> None:
        decision = self.state.route(self.agent, "api-design")
        reward = self.state.record_outcome(Outcome(decision.decision_id, success=True, quality=0.8, duration_ns=60 * 10**9,
                                                   error_count=3, metrics={"lint_warnings": 4.0}, user_rating=9.5,
                                                   next=remora.Next(task_type="review", labels=["lang=go"])))
        self.assertEqual(reward.success_term, 1.0)
        self.assertAlmostEqual(reward.quality_term, 0.4, places=6)
        self.assertAlmostEqual(reward.time_term, -0.15, places=6)
        self.assertAlmostEqual(reward.error_term, -0.25, places=6)
        self.assertAlmostEqual(reward.reward, 1.0, places=6)
        self.assertTrue(reward.learned)
        self.assertEqual(reward.visits, 1)

    def test_an_outcome_counts_once(self) -> None:
        decision = self.state.route(self.agent)
        self.state.record_result(decision.decision_id, True)
        with self.assertRaises(AlreadyRecordedError) as caught:
            self.state.record_result(decision.decision_id, False)
        self.assertEqual(caught.exception.code, remora.Status.ALREADY_RECORDED)
        with self.assertRaises((ExpiredError, InvalidError)):
            self.state.record_result(2**52, True)
        self.assertEqual(self.state.stats_get().outcomes, 1)

    def test_an_abandoned_task_teaches_nothing(self) -> None:
        decision = self.state.route(self.agent)
        self.state.record_outcome(Outcome(decision.decision_id, abandoned=True))
        self.assertEqual((self.state.stats_get().pending, self.state.stats_get().visits), (0, 0))

    def test_a_batch_records_what_is_sound_and_names_the_first_that_is_not(self) -> None:
        decisions = self.state.route_batch([Task(self.agent)] * 3)
        outcomes = [Outcome(decision.decision_id, success=True) for decision in decisions]
        outcomes[1] = Outcome(decisions[1].decision_id, quality=7.0)
        with self.assertRaisesRegex(InvalidError, "quality") as caught:
            self.state.record_outcome_batch(outcomes)
        self.assertEqual((caught.exception.done, caught.exception.first_failed), (2, 1))
        rewards = self.state.record_outcome_batch([Outcome(decisions[1].decision_id)])
        self.assertEqual(len(rewards), 1)
        self.assertEqual(self.state.stats_get().outcomes, 3)

    def test_a_number_that_its_field_cannot_hold_is_refused(self) -> None:
        for call in (lambda: self.state.route(self.agent, unit_key=-1), lambda: self.state.route_batch([Task(self.agent, draw=2**64)]),
                     lambda: self.state.record_outcome(Outcome(agent=self.agent, error_count=-1))):
            with self.assertRaises(OverflowError):
                call()
        self.assertEqual(self.state.stats_get().outcomes, 0)

    def test_the_end_of_an_agent_that_nobody_routed_is_recorded_by_names(self) -> None:
        self.record(3, True)
        self.state.tick()
        self.assertEqual(self.state.variant_info(self.agent, "quick").outcomes, 3)


class Guarding(StateTest):
    def test_a_failing_variant_is_kept_out_with_its_figures(self) -> None:
        self.record(12, False)
        verdict = self.state.safety_check("backend-architect", "quick")
        self.assertFalse(verdict.allowed)
        self.assertEqual((verdict.reason, verdict.window_successes), (remora.SafetyReason.BELOW_MINIMUM, 0))
        self.assertTrue(self.state.variant_info(self.agent, "quick").blocked)
        self.assertEqual({self.state.route(self.agent).variant for _ in range(50)}, {0})

    def test_an_operator_blocks_and_unblocks(self) -> None:
        self.state.variant_block(self.agent, "quick")
        self.assertFalse(self.state.safety_check(self.agent, "quick").allowed)
        self.state.variant_unblock(self.agent, "quick")
        self.assertTrue(self.state.safety_check(self.agent, "quick").allowed)

    def test_a_rollout_goes_through_its_stages_and_back(self) -> None:
        stages = [remora.Stage(Mode.SHADOW, 10000), remora.Stage(Mode.CANARY, 5000), remora.Stage(Mode.FULL, 10000)]
        rollout = self.state.rollout_start("quick-first", self.agent, "quick", stages)
        decision = self.state.route(self.agent, unit_key=5)
        self.assertTrue(decision.wants_shadow)
        self.assertNotEqual(decision.shadow_decision_id, 0)
        self.state.rollout_command("quick-first", remora.RolloutCommand.ADVANCE)
        gates = [self.state.rollout_gate(self.agent, unit) for unit in range(1, 401)]
        self.assertEqual(gates, [self.state.rollout_gate(self.agent, unit) for unit in range(1, 401)])
        inside = sum(gate.inside for gate in gates)
        self.assertTrue(100 < inside < 300, inside)
        self.state.rollout_command(rollout, remora.RolloutCommand.ROLL_BACK)
        status = self.state.rollout_status(rollout)
        self.assertEqual((status.state, status.reason), (remora.RolloutState.ROLLED_BACK, remora.RolloutReason.OPERATOR))

    def test_monitor_mode_tells_what_learning_would_have_done(self) -> None:
        self.state.control_set(mode=Mode.MONITOR)
        decisions = [self.state.route(self.agent) for _ in range(20)]
        self.assertTrue(all(decision.monitored and decision.variant == decision.baseline_variant for decision in decisions))

    def test_the_kill_switch_holds_for_every_handle_at_its_next_call(self) -> None:
        other = self.open()
        self.state.control_set(enabled=False)
        self.assertTrue(other.route(self.agent).has(remora.DecisionFlag.CONTROL_OFF))
        self.assertFalse(other.control_get().enabled)


class Operating(StateTest):
    def make_the_library_complain(self, is_heard: Callable[[], bool]) -> None:
        """Offers a bad snapshot, and ticks until that is noticed: within about a second."""
        (self.directory / "active.rsnap").write_bytes(b"not a snapshot")
        ends = time.monotonic() + 60
        refusals = 0
        while not is_heard() and time.monotonic() < ends:
            try:
                self.state.tick()
            except DamagedError:
                refusals += 1
            time.sleep(0.02)
        self.assertEqual(refusals, 1, "one refusal is raised once")

    def test_a_snapshot_brings_the_values_back(self) -> None:
        self.record(5, True)
        before = {(cell.variant, cell.visits, cell.q_value) for cell in self.state.q_cells()}
        taken = self.state.snapshot()
        self.record(5, False)
        path = self.state.snapshot_path(taken.sequence)
        self.assertEqual(self.state.snapshot_verify(path).visits, 5)
        self.assertEqual(self.state.restore(path).sequence, taken.sequence)
        self.assertEqual({(cell.variant, cell.visits, cell.q_value) for cell in self.state.q_cells()}, before)
        self.assertIn(taken.sequence, [info.sequence for info in self.state.snapshot_list()])

    def test_a_damaged_snapshot_is_refused(self) -> None:
        path = pathlib.Path(self.directory) / self.state.snapshot_path(self.state.snapshot().sequence)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        (self.folder / "bad.rsnap").write_bytes(content)
        with self.assertRaises(DamagedError):
            self.state.restore(self.folder / "bad.rsnap")

    def test_configuration_is_taken_over_and_a_bad_one_refused_by_its_line(self) -> None:
        self.state.configure('{"learning": {"epsilon": 0.5}}')
        self.assertEqual(self.state.route(self.agent).epsilon, 0.5)
        with self.assertRaisesRegex(ConfigError, ":2"):
            self.state.configure('{\n"learnin": {}}')
        self.assertEqual(self.state.route(self.agent).epsilon, 0.5)

    def test_events_are_read_on_from_where_the_last_reading_ended(self) -> None:
        events = list(self.state.events())
        self.state.variant_block(self.agent, "quick")
        (blocked,) = self.state.events(since=events[-1].sequence + 1)
        self.assertEqual((blocked.kind, blocked.variant), (remora.EventKind.VARIANT_BLOCKED, 1))
        self.assertTrue(blocked.has_variant)
        self.assertIn('"agent":"backend-architect"', self.state.event_text(blocked))

    def test_figures_and_metrics_count_what_was_done(self) -> None:
        self.record(3, True)
        self.state.route(self.agent)
        self.assertEqual(self.state.tick().flags, 0)
        stats = self.state.stats_get()
        self.assertEqual((stats.outcomes, stats.visits, stats.processes), (3, 3, 1))
        self.assertIn("# TYPE remora_", self.state.metrics_text())

    def test_log_lines_are_drained_or_called_back(self) -> None:
        lines: list[tuple[int, str]] = []
        self.state.log_callback(lambda level, text: lines.append((level, text)), 0)
        self.make_the_library_complain(lambda: bool(lines))
        self.state.log_callback(None)
        drained = self.state.log_drain()
        self.assertTrue(lines)
        self.assertTrue(any(lines[0][1].strip() in line for line in drained), (lines, drained))

    def test_a_log_callback_cannot_close_the_state(self) -> None:
        codes: list[int] = []

        def close(_level: int, _text: str) -> None:
            try:
                self.state.close()
                codes.append(Status.OK)
            except RemoraError as refused:
                codes.append(refused.code)

        self.state.log_callback(close, 0)
        self.make_the_library_complain(lambda: bool(codes))
        self.assertEqual(set(codes), {Status.STATE})
        self.assertTrue(self.state.is_open)
        self.state.log_callback(None)
        self.state.close()
        self.assertFalse(self.state.is_open)

    def test_log_lines_go_to_a_logger(self) -> None:
        with self.assertLogs("remora.test", logging.DEBUG) as logs:
            self.state.log_to(logging.getLogger("remora.test"))
            self.make_the_library_complain(lambda: bool(logs.output))
        self.assertTrue(any("active.rsnap was refused" in line for line in logs.output), logs.output)


class Opening(StateTest):
    def test_a_closed_state_answers_with_an_error_and_closing_twice_is_harmless(self) -> None:
        self.state.close()
        self.state.close()
        self.assertFalse(self.state.is_open)
        for call in (lambda: self.state.route(1), lambda: self.state.snapshot(), lambda: self.state.record_result(1, True)):
            with self.assertRaises(HandleError):
                call()

    def test_a_with_block_closes(self) -> None:
        with self.open() as state:
            self.assertTrue(state.is_open)
        self.assertFalse(state.is_open)

    def test_a_state_that_is_never_closed_says_so(self) -> None:
        import gc

        from support import library
        with self.assertWarns(ResourceWarning):
            library().open(self.directory)
            gc.collect()

    def test_looking_only_refuses_every_change(self) -> None:
        self.state.close()
        looking = self.open(flags=OpenFlag.READ_ONLY)
        self.assertEqual(looking.stats_get().outcomes, 0)
        with self.assertRaises(NotPermittedError):
            looking.route(self.agent)

    def test_a_directory_that_must_exist_is_not_made(self) -> None:
        from support import library
        with self.assertRaises(NotFoundError) as caught:
            library().open(self.folder / "other", flags=OpenFlag.EXISTING)
        self.assertIn("other", caught.exception.text)

    def test_errors_cross_to_other_processes(self) -> None:
        import pickle

        with self.assertRaises(RemoraError) as caught:
            self.state.route("nobody")
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(copy), copy.code, copy.decision), (NotFoundError, -5, caught.exception.decision))

    def test_every_public_name_is_there(self) -> None:
        self.assertEqual([name for name in remora.__all__ if not hasattr(remora, name)], [])

    def test_a_stage_of_which_only_the_share_is_said_waits_as_the_default_stage_does(self) -> None:
        plan = [remora.Stage(mode=remora.Mode.CANARY, share_basis_points=5000), remora.Stage(mode=remora.Mode.FULL)]
        rollout = self.state.rollout_start("careful", self.agent, 1, plan)
        for unit in range(1, 50):
            decision = self.state.route(self.agent, unit_key=unit)
            self.state.record_result(decision.decision_id, True)
        self.state.tick()
        self.assertEqual(self.state.rollout_status(rollout).stage, 0)

    def test_nothing_of_the_abi_is_left_out(self) -> None:
        of_the_library = {"abi_version", "version_text", "status_text", "open", "struct_size"}
        missing = [name for name in FUNCTIONS if not hasattr(remora.State, name) and name not in of_the_library]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()
