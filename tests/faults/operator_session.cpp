// What an operator, and a host that uses every call, do in a session.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "abi/plugin.hpp"
#include "faults/session.hpp"

namespace remora::test {
namespace {

using abi_test::sized;

constexpr int64_t kMillisecond = 1'000'000;

// Room for what a session of this size has.
char g_text[1U << 14];

}  // namespace

void Session::register_one_by_one() {
  if (!open()) {
    return;
  }
  const auto intern = [this](uint32_t kind, std::string_view name) {
    remora_id id = 0;
    checked(api_.intern(handle_, kind, name.data(), name.size(), &id, &error_), "intern");
    return id;
  };
  remora_id reviewer = 0;
  const remora_id category = intern(REMORA_KIND_CATEGORY, "careful");
  if (category == 0 || checked(api_.agent_register(handle_, "reviewer", 8, category, &reviewer, &error_),
                               "agent_register") != REMORA_OK) {
    return;  // without its category it would be of another one
  }
  auto variant = sized<remora_variant>();
  variant.agent = reviewer;
  variant.tier = 2;
  variant.cost_micros = 500;
  checked(api_.variant_register(handle_, "short", 5, &variant, &error_), "variant_register");
  intern(REMORA_KIND_LABEL, "lang=go");
  static constexpr char kRule[] = "schema-change\nmigrate";  // name and keyword stand side by side
  auto rule = sized<remora_task_rule>();
  rule.name_size = 13;
  rule.keywords_size = sizeof kRule - 1 - 13;
  remora_id task_type = 0;
  checked(api_.task_rule_add(handle_, kRule, sizeof kRule - 1, &rule, &task_type, &error_), "task_rule_add");
}

void Session::report_in_full() {
  if (!open()) {
    return;
  }
  remora_id metric = 0;
  checked(api_.intern(handle_, REMORA_KIND_METRIC, "lint", 4, &metric, &error_), "intern");
  auto outcome = sized<remora_outcome>();
  outcome.success = 1;
  outcome.quality = 0.75;
  outcome.user_rating = 8;
  outcome.duration_ns = 20 * kMillisecond;
  outcome.cost_micros = 120;
  outcome.tokens_in = 900;
  outcome.tool_calls_total = 3;
  outcome.tool_calls_correct = 2;
  outcome.next_task_type = task_type_;
  outcome.flags = REMORA_OUTCOME_HAS_QUALITY | REMORA_OUTCOME_HAS_RATING | REMORA_OUTCOME_HAS_NEXT;
  if (metric != 0) {
    outcome.metric_count = 1;
    outcome.metric_ids[0] = metric;
    outcome.metrics[0] = 3;
  }
  report_one(outcome);
  report_batch(outcome);
  report_by_names(outcome);
  give_up();
}

void Session::report_one(remora_outcome outcome) {
  remora_decision decision;
  if (!route(&decision) || decision.decision_id == 0) {
    return;
  }
  outcome.decision_id = decision.decision_id;
  auto reward = sized<remora_reward>();
  ++board_.reports;
  const int32_t code = checked(api_.record_outcome(handle_, &outcome, &reward, &error_), "record_outcome");
  if (code == REMORA_OK && !(std::fabs(reward.reward) <= 2 && std::fabs(reward.q_after) <= kMostValue)) {
    complain("a reward is out of range");
  }
  acknowledge(code, outcome.decision_id);
}

// The items before the first that failed are acknowledged.
void Session::report_batch(const remora_outcome& outcome) {
  constexpr uint32_t kItems = 3;
  remora_outcome outcomes[kItems];
  uint32_t count = 0;
  for (uint32_t i = 0; i < kItems; ++i) {
    remora_decision decision;
    if (route(&decision) && decision.decision_id != 0) {
      outcomes[count] = outcome;
      outcomes[count++].decision_id = decision.decision_id;
    }
  }
  auto batch = sized<remora_batch>();
  batch.count = count;
  board_.reports += count;
  const int32_t code =
      checked(api_.record_outcome_batch(handle_, outcomes, nullptr, &batch, &error_), "record_outcome_batch");
  if (batch.first_failed > count || batch.done > count ||
      (code == REMORA_OK && (batch.done != count || batch.first_failed != count))) {
    complain("a batch of " + std::to_string(count) + " answers " + std::to_string(batch.done) + " done");
    return;
  }
  for (uint32_t i = 0; i < batch.first_failed; ++i) {
    acknowledge(REMORA_OK, outcomes[i].decision_id);
  }
}

void Session::report_by_names(remora_outcome outcome) {
  outcome.decision_id = 0;
  outcome.agent = agent_;
  outcome.variant = 2;
  outcome.task_type = task_type_;
  ++board_.reports;
  if (checked(api_.record_outcome(handle_, &outcome, nullptr, &error_), "record_outcome by names") ==
      REMORA_OK) {
    ++board_.acked_by_name;
  }
}

void Session::give_up() {
  remora_decision decision;
  if (!route(&decision) || decision.decision_id == 0) {
    return;
  }
  auto outcome = sized<remora_outcome>();
  outcome.decision_id = decision.decision_id;
  outcome.flags = REMORA_OUTCOME_ABANDONED;
  if (checked(api_.record_outcome(handle_, &outcome, nullptr, &error_), "abandoning") == REMORA_OK &&
      api_.record_result(handle_, decision.decision_id, 1, 0, &error_) == REMORA_OK) {
    complain("a decision that was given up took an outcome");
  }
}

void Session::switch_off_and_on() {
  const auto set = [this](uint32_t enabled, uint32_t mode, uint32_t learning) {
    auto control = sized<remora_control>();
    control.enabled = enabled;
    control.mode = mode;
    control.learning = learning;
    return open() && checked(api_.control_set(handle_, &control, &error_), "control_set") == REMORA_OK;
  };
  const auto expect_baseline = [this](uint32_t flag) {
    remora_decision decision;
    if (route(&decision) && (decision.variant != 0 || (decision.flags & flag) == 0)) {
      complain("a choice of variant " + std::to_string(decision.variant) + " with the control set");
    }
  };
  if (set(0, REMORA_MODE_FULL, 1)) {
    expect_baseline(REMORA_DECISION_CONTROL_OFF);
  }
  if (set(1, REMORA_MODE_MONITOR, 0)) {
    expect_baseline(REMORA_DECISION_MONITOR);
  }
  auto control = sized<remora_control>();
  if (set(1, REMORA_MODE_FULL, 1) &&
      checked(api_.control_get(handle_, &control, &error_), "control_get") == REMORA_OK &&
      (control.enabled != 1 || control.learning != 1 || control.mode != REMORA_MODE_FULL)) {
    complain("the control is not as it was set");
  }
}

void Session::configure(const char* text) {
  if (open()) {
    checked(api_.configure(handle_, text, std::strlen(text), &error_), "configure");
  }
}

void Session::steer_rollout(uint32_t command) {
  remora_id rollout = 0;
  if (!open() ||
      checked(api_.find(handle_, REMORA_KIND_ROLLOUT, "second", 6, &rollout, &error_), "find") != REMORA_OK) {
    return;
  }
  const bool done = checked(api_.rollout_command(handle_, rollout, command, plugin_wall_ns(), &error_),
                            "rollout_command") == REMORA_OK;
  auto status = sized<remora_rollout>();
  const bool known =
      checked(api_.rollout_status(handle_, rollout, &status, &error_), "rollout_status") == REMORA_OK;
  auto query = sized<remora_gate_query>();
  query.agent = agent_;
  query.unit_key = ++units_;
  auto gate = sized<remora_gate>();
  const bool asked = checked(api_.rollout_gate(handle_, &query, &gate, &error_), "rollout_gate") == REMORA_OK;
  if (!asked && gate.in != 0) {
    complain("an error lets a unit into the rollout");
  }
  if (!done || command != REMORA_ROLLOUT_ROLL_BACK) {
    return;
  }
  remora_decision decision;
  if ((known && status.state != REMORA_ROLLOUT_ROLLED_BACK) || (asked && gate.in != 0) ||
      (route(&decision) && decision.variant == status.treatment && known)) {
    complain("the treatment goes on after it was rolled back");
  }
}

void Session::learn_again() {
  for (const uint32_t mode : {REMORA_REPLAY_UNIFORM, REMORA_REPLAY_PRIORITIZED, REMORA_REPLAY_RELEARN}) {
    auto request = sized<remora_replay_request>();
    request.mode = mode;
    request.seed = 7;
    auto report = sized<remora_replay_report>();
    if (open()) {
      checked(api_.replay(handle_, &request, &report, &error_), "replay");
    }
  }
}

void Session::judge() {
  if (!open()) {
    return;
  }
  auto belief = sized<remora_belief>();
  belief.agent = agent_;
  belief.task_type = task_type_;
  belief.variant = 1;
  if (checked(api_.explain(handle_, &belief, &error_), "explain") == REMORA_OK &&
      !(std::fabs(belief.mean) <= kMostValue)) {
    complain("a belief is out of range");
  }
  auto convergence = sized<remora_convergence>();
  convergence.agent = agent_;
  convergence.variant = REMORA_NONE;
  checked(api_.convergence_get(handle_, &convergence, &error_), "convergence_get");
  static constexpr std::string_view kOther = R"({"learning": {"epsilon": 0.05}})";
  auto evaluation = sized<remora_evaluation>();
  evaluation.resamples = 20;
  evaluation.least_effective = 0.01;
  const int32_t code = api_.evaluate(handle_, kOther.data(), kOther.size(), &evaluation, &error_);
  if (code != REMORA_E_STATE) {  // too few outcomes, as these sessions may have
    checked(code, "evaluate");
  }
}

void Session::inspect() {
  if (!open()) {
    return;
  }
  for (uint32_t kind = REMORA_KIND_CATEGORY; kind <= REMORA_KIND_ROLLOUT; ++kind) {
    inspect_names(kind);
  }
  inspect_values();
  inspect_events();
  auto query = sized<remora_safety_query>();
  query.agent = agent_;
  query.variant = 2;
  auto verdict = sized<remora_safety_verdict>();
  checked(api_.safety_check(handle_, &query, &verdict, &error_), "safety_check");
  const auto ignore = [](void*, int32_t, const char*, uint64_t) {};
  checked(api_.log_callback(handle_, ignore, nullptr, 0, &error_), "log_callback");
  uint64_t needed = 0;
  uint32_t size = 0;
  if (api_.abi_version() != REMORA_ABI_VERSION) {
    complain("the version of the ABI is another");
  }
  checked_code(api_.version_text(g_text, sizeof g_text, &needed), "version_text");
  checked_code(api_.status_text(REMORA_E_BUSY, g_text, sizeof g_text, &needed), "status_text");
  checked_code(api_.struct_size("remora_task", &size), "struct_size");
}

void Session::inspect_names(uint32_t kind) {
  uint64_t cursor = 0;
  uint64_t needed = 0;
  remora_id ids[8];
  for (uint32_t count = 1; count != 0;) {
    count = 0;
    checked_code(api_.list_names(handle_, kind, &cursor, ids, std::size(ids), &count), "list_names");
    for (uint32_t i = 0; i < count; ++i) {
      checked(api_.name_of(handle_, ids[i], g_text, sizeof g_text, &needed, &error_), "name_of");
    }
  }
  auto agent = sized<remora_agent>();
  agent.agent = agent_;
  if (kind != REMORA_KIND_AGENT ||
      checked(api_.agent_info(handle_, &agent, &error_), "agent_info") != REMORA_OK) {
    return;
  }
  for (uint32_t i = 0; i < agent.variant_count; ++i) {
    auto variant = sized<remora_variant>();
    variant.agent = agent_;
    variant.variant = i;
    checked(api_.variant_info(handle_, &variant, &error_), "variant_info");
    checked_code(api_.variant_name(handle_, agent_, i, g_text, sizeof g_text, &needed), "variant_name");
  }
}

void Session::inspect_values() {
  uint64_t cursor = 0;
  auto cell = sized<remora_q_cell>();
  for (uint32_t count = 1; count != 0;) {
    count = 0;
    checked_code(api_.q_cells(handle_, &cursor, &cell, 0, 1, &count), "q_cells");
    if (count != 0 && !(std::fabs(cell.q_value) <= kMostValue)) {
      complain("a learned value is out of range");
    }
  }
}

void Session::inspect_events() {
  uint64_t cursor = 0;
  uint64_t needed = 0;
  auto event = sized<remora_event>();
  for (uint32_t count = 1; count != 0;) {
    count = 0;
    checked_code(api_.events(handle_, &cursor, &event, 0, 1, &count), "events");
    if (count != 0) {
      checked(api_.event_text(handle_, &event, g_text, sizeof g_text, &needed, &error_), "event_text");
    }
  }
}

}  // namespace remora::test
