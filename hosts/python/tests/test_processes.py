"""Several processes on one state directory, started the ways that Python starts them."""

import multiprocessing
import unittest

import remora
from support import StateTest

TASKS = 300


def work(state: remora.State) -> int:
    """Routes and records; gives how many outcomes were acknowledged."""
    for _ in range(TASKS):
        decision = state.route("backend-architect", "api-design")
        state.record_result(decision.decision_id, True)
    return TASKS


def work_and_tell(state: remora.State, answers: "multiprocessing.Queue[int]") -> None:
    answers.put(work(state))


class Processes(StateTest):
    def run_children(self, method: str) -> None:
        context = multiprocessing.get_context(method)
        answers = context.Queue()
        children = [context.Process(target=work_and_tell, args=(self.state, answers)) for _ in range(2)]
        for child in children:
            child.start()
        done = work(self.state) + sum(answers.get(timeout=120) for _ in children)
        for child in children:
            child.join(120)
            self.assertEqual(child.exitcode, 0)
        self.assertEqual((self.state.stats_get().outcomes, self.state.stats_get().visits), (done, done))

    def test_forked_children_go_on_with_the_handle(self) -> None:
        self.run_children("fork")

    def test_spawned_children_open_the_directory_of_the_state_they_are_given(self) -> None:
        self.run_children("spawn")

    def test_a_pool_of_processes_works_on_one_state(self) -> None:
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            self.assertEqual(sum(pool.map(work, [self.state] * 4)), 4 * TASKS)
        self.assertEqual(self.state.stats_get().outcomes, 4 * TASKS)


if __name__ == "__main__":
    unittest.main()
