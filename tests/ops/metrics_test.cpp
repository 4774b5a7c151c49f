// The metrics text: valid by the format, right by the figures, complete by its document.
#include "ops/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

#include "base/clock.hpp"
#include "base/heap.hpp"
#include "base/thread_context.hpp"
#include "ops/metric_writer.hpp"
#include "ops/prometheus.hpp"
#include "ops/small_state.hpp"
#include "store/q_table.hpp"
#include "store/statistics.hpp"
#include "support/status.hpp"

namespace remora::ops {
namespace {

using test::PrometheusText;
using ::testing::HasSubstr;

constexpr int64_t kNow = 1'700'000'000'000'000'000;

class MetricsTest : public ::testing::Test {
 protected:
  std::string text(uint64_t control = 0) {
    std::string buffer(1 << 20, '\0');
    base::Text out(buffer.data(), buffer.size());
    base::Problem problem;
    const store::State::Inside inside(state_.state(), base::thread_context().number);
    const MetricsSource source{state_.history(), inside.generation(), control, "1.2.3", 2, 4'096, kNow};
    EXPECT_TRUE(test::is_ok(append_metrics(source, &out, problem), problem));
    EXPECT_TRUE(out.fits());
    return std::string(out.view());
  }

  // One more outcome in a variant's figures.
  void add_outcome(uint32_t variant, const store::OutcomeRecord& outcome) {
    store::VariantRecord& record =
        *state_.history().variant(*store::find_agent(state_.history(), state_.agent()), variant);
    store::VariantStatistics total;
    store::variant_statistics(record, &total);
    store::add_outcome(total, outcome, kNow);
    store::publish_statistics(record, total, ++tag_);
  }

  test::SmallState state_;
  uint64_t tag_ = 0;
};

// An outcome of a minute ago.
struct Outcome : store::OutcomeRecord {
  explicit Outcome(bool success) : store::OutcomeRecord{} {
    when_ns = kNow - base::kNanosPerMinute;
    flags = success ? store::kOutcomeSuccess : 0U;
  }
};

TEST_F(MetricsTest, AFreshStateHasAllFamiliesAndNoMeansOfNothing) {
  const PrometheusText metrics(text());
  EXPECT_EQ(metrics["remora_build_info{version=\"1.2.3\",heap=\"" + std::string(base::heap_name()) + "\"}"],
            1);
  EXPECT_EQ(metrics["remora_decisions_total"], 0);
  EXPECT_EQ(metrics["remora_state_capacity"], 64);
  EXPECT_EQ(metrics["remora_ledger_slots"], 1'024);
  EXPECT_EQ(metrics["remora_name_capacity"], 64);
  EXPECT_EQ(metrics["remora_label_sets"], 0);
  EXPECT_EQ(metrics["remora_label_set_capacity"], 64);
  EXPECT_EQ(metrics["remora_names"], 3) << "category, agent, rollout";
  EXPECT_EQ(metrics["remora_processes"], 2);
  EXPECT_EQ(metrics["remora_mapped_bytes"], 4'096);
  EXPECT_EQ(metrics["remora_variant_outcomes_total{agent=\"fuzzer\",variant=\"fast\"}"], 0);
  EXPECT_EQ(metrics["remora_variant_baseline{agent=\"fuzzer\",variant=\"fast\"}"], 1);
  EXPECT_EQ(metrics["remora_variant_baseline{agent=\"fuzzer\",variant=\"careful\"}"], 0);
  EXPECT_TRUE(metrics.families().at("remora_variant_reward_mean").samples.empty());
  EXPECT_TRUE(metrics.families().at("remora_variant_success_rate_1h").samples.empty());
  EXPECT_TRUE(metrics.families().at("remora_rollout_state").samples.empty());
}

TEST_F(MetricsTest, CountersAreSummedOverAllStripes) {
  state_.history().counters(0).decisions.store(5);
  state_.history().counters(63).decisions.store(7);
  state_.history().counters(17).outcomes.store(3);
  state_.history().counters(2).explored.store(4);
  state_.history().counters(3).refused.store(1);
  state_.history().counters(4).expired.store(2);
  const PrometheusText metrics(text());
  EXPECT_EQ(metrics["remora_decisions_total"], 12);
  EXPECT_EQ(metrics["remora_outcomes_total"], 3);
  EXPECT_EQ(metrics["remora_explored_total"], 4);
  EXPECT_EQ(metrics["remora_refused_total"], 1);
  EXPECT_EQ(metrics["remora_expired_total"], 2);
  EXPECT_EQ(metrics["remora_events_total"], static_cast<double>(store::last_event(state_.history())));
}

TEST_F(MetricsTest, RowsAndGenerationAreThoseInForce) {
  {
    const store::State::Inside inside(state_.state(), base::thread_context().number);
    store::Insert result{};
    store::insert_row(store::StateKey{state_.agent(), 1, 0, 0}.pack(), inside.generation(), &result);
  }
  const PrometheusText metrics(text());
  EXPECT_EQ(metrics["remora_states"], 1);
  EXPECT_EQ(metrics["remora_generation"],
            static_cast<double>(state_.history().control->line.generation.load()));
}

TEST_F(MetricsTest, AVariantsFigures) {
  Outcome good(true);
  good.reward = 1.5F;
  good.duration_ns = 2'000'000'000;
  good.cost_micros = 300;
  good.tokens_in = 10;
  good.tokens_out = 20;
  good.tools_correct = 3;
  good.tools_total = 4;
  Outcome bad(false);
  bad.reward = -0.5F;
  bad.duration_ns = 4'000'000'000;
  bad.cost_micros = 200;
  bad.errors = 2;
  bad.corrections = 5;
  bad.flags |= store::kOutcomeCritical | store::kOutcomeComplaint;
  add_outcome(state_.careful(), good);
  add_outcome(state_.careful(), bad);
  store::set_blocked(*store::find_agent(state_.history(), state_.agent()), state_.careful(), true);
  const PrometheusText metrics(text());
  const auto of = [&metrics](const std::string& name, const std::string& more = "") {
    return metrics[name + "{agent=\"fuzzer\",variant=\"careful\"" + more + "}"];
  };
  EXPECT_EQ(of("remora_variant_outcomes_total"), 2);
  EXPECT_EQ(of("remora_variant_successes_total"), 1);
  EXPECT_EQ(of("remora_variant_errors_total"), 2);
  EXPECT_EQ(of("remora_variant_critical_errors_total"), 1);
  EXPECT_EQ(of("remora_variant_safety_violations_total"), 0);
  EXPECT_EQ(of("remora_variant_complaints_total"), 1);
  EXPECT_EQ(of("remora_variant_corrections_total"), 5);
  EXPECT_EQ(of("remora_variant_cost_micros_total"), 500);
  EXPECT_EQ(of("remora_variant_tokens_total", ",direction=\"in\""), 10);
  EXPECT_EQ(of("remora_variant_tokens_total", ",direction=\"out\""), 20);
  EXPECT_EQ(of("remora_variant_tool_calls_total", ",result=\"correct\""), 3);
  EXPECT_EQ(of("remora_variant_tool_calls_total", ",result=\"wrong\""), 1);
  EXPECT_EQ(of("remora_variant_reward_mean"), 0.5);
  EXPECT_EQ(of("remora_variant_outcomes_1h"), 2);
  EXPECT_EQ(of("remora_variant_success_rate_1h"), 0.5);
  EXPECT_EQ(of("remora_variant_success_rate_24h"), 0.5);
  EXPECT_EQ(of("remora_variant_duration_seconds_sum"), 6);
  EXPECT_EQ(of("remora_variant_duration_seconds_count"), 2);
  EXPECT_GE(of("remora_variant_duration_seconds", ",quantile=\"0.5\""), 2);
  EXPECT_LE(of("remora_variant_duration_seconds", ",quantile=\"0.5\""), 4.2);
  EXPECT_GE(of("remora_variant_duration_seconds", ",quantile=\"0.99\""), 4);
  EXPECT_EQ(of("remora_variant_blocked"), 1);
  EXPECT_EQ(metrics["remora_variant_blocked{agent=\"fuzzer\",variant=\"fast\"}"], 0);
}

TEST_F(MetricsTest, ControlSaysWhatIsInForce) {
  const PrometheusText free(text(0));
  EXPECT_EQ(free["remora_control_enabled"], 1);
  EXPECT_EQ(free["remora_control_learning"], 1);
  EXPECT_EQ(free["remora_control_monitor"], 0);
  const PrometheusText held(
      text(store::kControlDisabled | store::kControlNoLearning | store::kControlModeMonitor));
  EXPECT_EQ(held["remora_control_enabled"], 0);
  EXPECT_EQ(held["remora_control_learning"], 0);
  EXPECT_EQ(held["remora_control_monitor"], 1);
}

TEST_F(MetricsTest, ARunningRolloutCountsItsPresentStageAlone) {
  store::RolloutRecord& record = state_.history().rollouts[state_.rollout()];
  record.stages[1].share_basis_points = 2'500;
  record.stage_count = 3;
  record.state.store(
      store::RolloutStateWord{.since_s = 1, .epoch = 6, .reason = 0, .stage = 1, .state = 1}.pack());
  record.treatment_outcomes.store(store::ArmWord{6, 40, 30}.pack());
  record.baseline_outcomes.store(store::ArmWord{5, 99, 98}.pack());  // of the stage before
  record.identity.store(1 | static_cast<uint64_t>(state_.agent()) << 32);
  const PrometheusText metrics(text());
  const std::string labels = "{rollout=\"prompt-v2\",agent=\"fuzzer\"";
  EXPECT_EQ(metrics["remora_rollout_state" + labels + "}"], 1);
  EXPECT_EQ(metrics["remora_rollout_stage" + labels + "}"], 1);
  EXPECT_EQ(metrics["remora_rollout_share" + labels + "}"], 0.25);
  EXPECT_EQ(metrics["remora_rollout_stage_outcomes" + labels + ",arm=\"treatment\"}"], 40);
  EXPECT_EQ(metrics["remora_rollout_stage_successes" + labels + ",arm=\"treatment\"}"], 30);
  EXPECT_EQ(metrics["remora_rollout_stage_outcomes" + labels + ",arm=\"baseline\"}"], 0);
  record.state.store(
      store::RolloutStateWord{.since_s = 1, .epoch = 7, .reason = 5, .stage = 1, .state = 4}.pack());
  EXPECT_EQ(PrometheusText(text())["remora_rollout_share" + labels + "}"], 0) << "rolled back";
}

TEST_F(MetricsTest, NamesAreEscapedAsLabels) {
  state_.add_variant("a \"quoted\" \\ 😀");
  EXPECT_THAT(text(), HasSubstr("variant=\"a \\\"quoted\\\" \\\\ 😀\""));
  const PrometheusText metrics(text());
  EXPECT_EQ(metrics["remora_variant_outcomes_total{agent=\"fuzzer\",variant=\"a \\\"quoted\\\" \\\\ 😀\"}"],
            0);
}

TEST_F(MetricsTest, ABufferThatIsTooSmallSaysHowMuchIsNeeded) {
  const std::string whole = text();
  char small[100];
  base::Text out(small, sizeof small);
  base::Problem problem;
  const store::State::Inside inside(state_.state(), base::thread_context().number);
  const MetricsSource source{state_.history(), inside.generation(), 0, "1.2.3", 2, 4'096, kNow};
  ASSERT_TRUE(test::is_ok(append_metrics(source, &out, problem), problem));
  EXPECT_FALSE(out.fits());
  EXPECT_NEAR(static_cast<double>(out.needed()), static_cast<double>(whole.size() + 1), 8)
      << "heap figures may differ";
}

TEST_F(MetricsTest, WithoutMemoryThereIsAnError) {
  base::Text out(nullptr, 0);
  base::Problem problem;
  const store::State::Inside inside(state_.state(), base::thread_context().number);
  const MetricsSource source{state_.history(), inside.generation(), 0, "1.2.3", 2, 4'096, kNow};
  base::set_allocation_failure_after(0);
  const base::Code code = append_metrics(source, &out, problem);
  base::set_allocation_failure_after(-1);
  EXPECT_EQ(code, base::Code::kMemory);
}

TEST_F(MetricsTest, TheDocumentListsEachFamilyWithItsTypeAndNoOther) {
  std::ifstream file(std::string(REMORA_SOURCE_FOLDER) + "/docs/metrics.md");
  const std::string document{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const PrometheusText metrics(text());
  for (const auto& [name, family] : metrics.families()) {
    EXPECT_THAT(document, HasSubstr("| `" + name + "` | " + family.type + " |"));
    EXPECT_TRUE(family.type != "counter" || name.ends_with("_total")) << name;
  }
  size_t rows = 0;
  for (size_t at = document.find("| `remora_"); at != std::string::npos;
       at = document.find("| `remora_", at + 1)) {
    ++rows;
  }
  EXPECT_EQ(rows, metrics.families().size());
}

TEST(MetricWriterText, NumbersThatAreNoneAreWrittenAsTheFormatHasThem) {
  char buffer[256];
  base::Text text(buffer, sizeof buffer);
  MetricWriter writer(&text);
  writer.family("x", "gauge", "Help.");
  writer.sample({{"a", "line\nfeed"}}, std::nan(""));
  writer.sample({}, INFINITY);
  writer.sample({{"a", ""}}, -0.125);
  EXPECT_EQ(text.view(),
            "# HELP x Help.\n# TYPE x gauge\nx{a=\"line\\nfeed\"} NaN\nx +Inf\nx{a=\"\"} -0.125\n");
}

}  // namespace
}  // namespace remora::ops
