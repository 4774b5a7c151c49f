"""The classes of the older Python system, called as its users call them."""

import json
import unittest

from remora import compat
from support import StateTest

DOMAIN = """---
domain: backend
priority: 2
primary_agent: backend-architect
secondary_agents: [tester]
related_agents:
  - reviewer
---
## Triggers

### Keywords
- **API**: REST, endpoints, authentication

### File Patterns
- `src/routes/**/*.ts`

## Tech Stack
- **Express**
"""


class Compat(StateTest):
    def setUp(self) -> None:
        super().setUp()
        compat.use(self.state)
        self.addCleanup(compat.use, None)

    def test_the_engine_learns_the_rewards_that_it_is_told(self) -> None:
        engine = compat.QLearningEngine(learning_rate=0.1, exploration_rate=0.1)
        for reward in (0.5, -1.0, 2.0):
            engine.update_q_value("writer", f"type {reward}", "plain", reward)
            self.assertAlmostEqual(engine.get_q_value("writer", f"type {reward}", "plain"), reward, places=4)
        self.assertEqual(engine.get_visit_count("writer", "type 0.5", "plain"), 1)
        self.assertEqual(engine.get_q_value("writer", "type 0.5", "florid"), 0.0)

    def test_the_engine_comes_to_prefer_what_is_rewarded(self) -> None:
        engine = compat.QLearningEngine(exploration_rate=0.0)
        for _ in range(20):
            engine.update_q_value("writer", "prose", "florid", 0.9)
            engine.update_q_value("writer", "prose", "plain", 0.1)
        variant, value, explored = engine.select_variant("writer", "prose", ["plain", "florid"])
        self.assertEqual((variant, explored), ("florid", False))
        self.assertGreater(value, 0.5)
        entries = {entry.state_action: entry.n_visits for entry in engine.get_all_q_values("writer")}
        self.assertEqual(entries, {"writer:prose:florid": 20, "writer:prose:plain": 20})

    def test_a_selection_and_its_reward_are_one_decision(self) -> None:
        engine = compat.QLearningEngine()
        variant, _value, _explored = engine.select_variant("writer", "prose", ["plain", "florid"])
        engine.update_q_value("writer", "prose", variant, 0.5)
        stats = self.state.stats_get()
        self.assertEqual((stats.decisions, stats.pending, stats.outcomes), (1, 0, 1))

    def test_rewards_are_calculated_in_both_forms(self) -> None:
        by_time = compat.RewardCalculator(success_weight=1.0, quality_weight=0.5, time_weight=-0.3, error_weight=-0.5)
        self.assertAlmostEqual(by_time.calculate_reward(True, 0.8, 60, 3), 1.0 + 0.4 - 0.15 - 0.25)
        by_speed = compat.RewardCalculator(speed_weight=0.2, error_penalty=0.1)
        self.assertAlmostEqual(by_speed.calculate_reward(False, 0.5, 150, 1), -0.4 + 0.15 + 0.1 - 0.1)
        self.assertEqual(by_speed.calculate_from_invocation({"success": False, "error_count": 50}), -1.0)
        with self.assertRaises(ValueError):
            compat.RewardCalculator(time_weight=-0.3, speed_weight=0.2)

    def test_the_monitor_keeps_a_failing_variant_out_and_the_manager_names_another(self) -> None:
        monitor = compat.SafetyMonitor(min_success_rate=0.5, lookback_window=10)
        self.assertTrue(monitor.is_safe_to_execute("backend-architect", "quick"))
        self.record(12, False)
        self.assertFalse(monitor.is_safe_to_execute("backend-architect", "quick"))
        degraded, figures = monitor.check_performance_degradation("backend-architect", "any", "quick")
        self.assertEqual((degraded, figures["success_rate"]), (True, 0.0))
        manager = compat.RollbackManager()
        self.assertEqual(manager.get_safe_variant("backend-architect"), "careful")
        self.assertEqual(manager.get_safe_variant("nobody"), "default")
        (event,) = manager.get_rollback_history("backend-architect")
        self.assertEqual(event["kind"], "variant_blocked")

    def test_the_classifier_learns_task_types_with_patterns_of_either_kind(self) -> None:
        classifier = compat.TaskClassifier()
        classifier.add_custom_task_type(task_type="billing", keywords=["invoice", "vat"], file_patterns=[r".*ledger\..*"], weight=3)
        self.assertEqual(classifier.classify("Correct the invoice"), "billing")
        self.assertEqual(classifier.classify("?", ["src/ledger.py"]), "billing")
        kind, confidence, scores = classifier.classify_with_confidence("invoice with VAT")
        self.assertEqual((kind, kind in scores, confidence > 0.5), ("billing", True, True))
        self.assertIn("billing", classifier.get_task_types())
        with self.assertRaisesRegex(ValueError, "glob"):
            classifier.add_custom_task_type("odd", ["odd"], [r"(a|b)\.py$"])

    def test_a_request_is_routed_by_its_domain_and_by_what_was_learned(self) -> None:
        (self.folder / "backend.md").write_text(DOMAIN, encoding="utf-8")
        router = compat.DomainRouter(self.folder, crl_enabled=True)
        self.assertEqual(router.list_domains(), ["backend"])
        routing = router.route_request("Create REST endpoints for authentication with Express", ["src/routes/api.ts"])
        self.assertEqual((routing["agent"], routing["crl_enabled"]), ("backend-architect", True))
        self.assertIn(routing["variant"], ("careful", "quick"))
        self.assertTrue({"task_type", "task_type_confidence", "q_value", "exploration", "decision_id"} <= set(routing))
        self.assertEqual(router.get_recommended_agents("REST endpoints, authentication", ["src/routes/a/b.ts"]),
                         ["backend-architect", "tester", "reviewer"])

    def test_without_learning_or_variants_the_default_is_answered(self) -> None:
        off = compat.DomainRouter(self.folder, crl_enabled=False)
        self.assertEqual(off.route_request("anything")["variant"], "default")
        on = compat.DomainRouter(self.folder)
        self.assertEqual((on.route_request("anything")["agent"], on.route_request("x")["crl_enabled"]), ("general-purpose", False))

    def test_the_end_of_a_logged_invocation_is_learned_from_once(self) -> None:
        (self.folder / "backend.md").write_text(DOMAIN, encoding="utf-8")
        routing = compat.DomainRouter(self.folder).route_request("REST endpoints with authentication", ["src/routes/api.ts"])
        logger = compat.TelemetryLogger(self.folder / "telemetry")
        invocation = logger.log_invocation(
            agent_name="backend-architect", agent_type="development", task_description="…", agent_variant=routing["variant"],
            task_type=routing["task_type"], q_value=routing["q_value"], exploration=routing["exploration"], learning_enabled=True)
        logger.update_invocation(invocation, duration_seconds=12.5, outcome_status="success")
        logger.update_invocation(invocation, outcome_status="success")
        stats = self.state.stats_get()
        self.assertEqual((stats.outcomes, stats.pending), (1, 0))
        lines = (self.folder / "telemetry/invocations.jsonl").read_text(encoding="utf-8").splitlines()
        self.assertEqual({json.loads(line)["invocation_id"] for line in lines}, {invocation})

    def test_with_an_engine_only_its_rewards_count(self) -> None:
        engine, logger = compat.QLearningEngine(), compat.TelemetryLogger()
        variant, value, explored = engine.select_variant("writer", "prose", ["plain", "florid"])
        invocation = logger.log_invocation("writer", "prose", "…", agent_variant=variant, task_type="prose", q_value=value,
                                           exploration=explored, learning_enabled=True)
        logger.update_invocation(invocation, 1.0, "success")
        engine.update_q_value("writer", "prose", variant, 0.7)
        self.assertEqual((self.state.stats_get().outcomes, self.state.stats_get().pending), (1, 0))


if __name__ == "__main__":
    unittest.main()
