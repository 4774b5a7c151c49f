"""Agent functions under Remora: routed, run, timed, recorded."""

import asyncio
import threading
import unittest

import remora
from remora import Mode, Outcome, RemoraError
from support import StateTest


class Decorated(StateTest):
    def outcomes(self) -> remora.Stats:
        return self.state.stats_get()

    def test_a_call_runs_the_variant_that_was_chosen_and_records_its_success(self) -> None:
        @self.state.agent("writer", ["plain", "florid"], task_type="prose")
        def write(subject: str, *, variant: str) -> str:
            """Writes."""
            return f"{variant} {subject}"

        said = {write("snow") for _ in range(60)}
        self.assertTrue(said <= {"plain snow", "florid snow"})
        self.assertEqual((self.outcomes().outcomes, self.outcomes().pending), (60, 0))
        self.assertEqual((write.__name__, write.__doc__), ("write", "Writes."))
        self.assertEqual(sum(cell.visits for cell in self.state.q_cells()), 60)

    def test_an_exception_is_recorded_as_a_failure_and_passed_on(self) -> None:
        @self.state.agent("writer", ["plain"])
        def write(*, variant: str) -> None:
            raise KeyError(variant)

        with self.assertRaises(KeyError):
            write()
        self.state.tick()
        info = self.state.variant_info("writer", "plain")
        self.assertEqual((info.outcomes, info.successes), (1, 0))

    def test_an_outcome_that_the_function_returns_is_what_is_recorded(self) -> None:
        @self.state.agent("writer", ["plain"])
        def write(*, variant: str) -> Outcome:
            return Outcome(success=False, cost_micros=1500, duration_ns=5_000_000_000)

        write()
        self.state.tick()
        info = self.state.variant_info("writer", "plain")
        self.assertEqual((info.successes, info.mean_cost_micros, info.mean_duration_ns), (0, 1500, 5e9))

    def test_a_call_may_name_task_type_unit_and_labels(self) -> None:
        @self.state.agent("writer", ["plain"])
        def write(*, variant: str) -> str:
            return variant

        write(task_type="verse", unit_key=9, labels=["lang=fr"])  # type: ignore[call-arg]
        (cell,) = self.state.q_cells()
        self.assertEqual((self.state.name_of(cell.task_type), len(cell.labels)), ("verse", 1))

    def test_the_host_goes_on_with_the_baseline_when_remora_fails(self) -> None:
        @self.state.agent("writer", ["plain", "florid"])
        def write(*, variant: str) -> str:
            return variant

        self.state.close()
        with self.assertLogs("remora", "WARNING"):
            self.assertEqual(write(), "plain")

    def test_a_shadow_variant_is_run_recorded_and_its_result_dropped(self) -> None:
        ran = []

        @self.state.agent("writer", ["plain", "florid"], run_shadow=True)
        def write(*, variant: str) -> str:
            ran.append(variant)
            if variant == "florid":
                raise ValueError("too florid")
            return variant

        self.state.rollout_start("florid", "writer", "florid", [remora.Stage(Mode.SHADOW, 10000), remora.Stage(Mode.FULL, 10000)])
        self.assertEqual(write(), "plain")
        self.assertEqual((ran, self.outcomes().outcomes, self.outcomes().pending), (["plain", "florid"], 2, 0))

    def test_a_shadow_that_is_not_run_leaves_nothing_pending(self) -> None:
        self.state.rollout_start("quick", self.agent, "quick", [remora.Stage(Mode.SHADOW, 10000), remora.Stage(Mode.FULL, 10000)])
        with self.state.task(self.agent) as task:
            self.assertTrue(task.decision.wants_shadow)
            task.report(success=True)
        self.assertEqual((self.outcomes().outcomes, self.outcomes().pending), (1, 0))


class Blocks(StateTest):
    def test_a_block_reports_what_it_saw(self) -> None:
        with self.state.task("backend-architect", "api-design") as task:
            self.assertIn(task.variant_name, ("careful", "quick"))
            task.report(success=True, quality=0.5)
        (cell,) = self.state.q_cells()
        self.assertAlmostEqual(cell.q_value, 1.25, places=3)

    def test_a_block_without_a_report_is_abandoned(self) -> None:
        with self.state.task(self.agent):
            pass
        stats = self.state.stats_get()
        self.assertEqual((stats.pending, stats.outcomes, stats.visits), (0, 0, 0))
        self.assertIn("remora_abandoned_total 1\n", self.state.metrics_text())

    def test_an_exception_fails_a_block_whether_or_not_it_reported(self) -> None:
        for reported in (False, True):
            with self.assertRaises(KeyError), self.state.task(self.agent, allowed_variants=1) as task:
                if reported:
                    task.report(success=True)
                raise KeyError(reported)
        self.state.tick()
        info = self.state.variant_info(self.agent, 0)
        self.assertEqual((info.outcomes, info.successes), (2, 0))

    def test_an_abandoned_block_teaches_nothing(self) -> None:
        with self.state.task(self.agent) as task:
            task.abandon()
        self.assertEqual((self.state.stats_get().pending, self.state.stats_get().visits), (0, 0))

    def test_a_block_for_an_unknown_agent_runs_all_the_same(self) -> None:
        with self.assertLogs("remora", "WARNING"), self.state.task("nobody") as task:
            self.assertEqual((task.variant, task.variant_name), (0, ""))


class Coroutines(StateTest):
    def test_many_coroutines_share_a_state(self) -> None:
        @self.state.agent("writer", ["plain", "florid"])
        async def write(number: int, *, variant: str) -> int:
            await asyncio.sleep(0)
            return number

        async def all_of_them() -> list[int]:
            return await asyncio.gather(*(write(number) for number in range(200)))

        self.assertEqual(asyncio.run(all_of_them()), list(range(200)))
        self.assertEqual((self.state.stats_get().outcomes, self.state.stats_get().pending), (200, 0))

    def test_a_cancelled_task_is_abandoned(self) -> None:
        async def cancelled() -> None:
            started = asyncio.Event()

            async def work() -> None:
                async with self.state.task(self.agent):
                    started.set()
                    await asyncio.sleep(3600)

            task = asyncio.create_task(work())
            await started.wait()
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())
        self.assertEqual((self.state.stats_get().pending, self.state.stats_get().visits), (0, 0))

    def test_slow_calls_can_go_to_a_thread(self) -> None:
        async def take() -> remora.SnapshotInfo:
            return await asyncio.to_thread(self.state.snapshot)

        self.assertEqual(asyncio.run(take()).kind, remora.SnapshotKind.MANUAL)


class Threads(StateTest):
    def test_threads_share_a_state_and_no_outcome_is_lost(self) -> None:
        failures: list[BaseException] = []

        def work() -> None:
            try:
                for _ in range(500):
                    decision = self.state.route(self.agent, "api-design")
                    self.state.record_result(decision.decision_id, decision.variant == 0)
            except RemoraError as error:
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual((self.state.stats_get().outcomes, self.state.stats_get().visits), (2000, 2000))


if __name__ == "__main__":
    unittest.main()
