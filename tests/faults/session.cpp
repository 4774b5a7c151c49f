#include "faults/session.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "abi/plugin.hpp"
#include "support/child_process.hpp"

namespace remora::test {
namespace {

using abi_test::sized;

constexpr int64_t kMillisecond = 1'000'000;
constexpr uint32_t kVariants = 4;

// Small files, a classifier without its default rules, and files that rotate soon: a session takes
// milliseconds.
constexpr const char* kConfig = R"({
  "state": {"states": 64, "ledger_slots": 1024, "names": 64, "label_sets": 64, "agents": 4, "variant_groups": 4,
            "rollouts": 4, "events": 64, "outcome_lanes": 2, "outcome_lane_slots": 512, "sync_interval_ms": 10},
  "classifier": {"use_default_rules": false, "rules": [{"task_type": "api-design", "keywords": ["endpoint"]}]},
  "snapshots": {"interval_minutes": 60, "keep_hourly": 1, "keep_stage": 1, "keep_restore": 1, "keep_manual": 2},
  "log": {"level": "trace", "file": true, "max_bytes": 4096, "files": 2},
  "event_log": {"max_bytes": 4096, "files": 2}%s
})";

}  // namespace

Session::Session(const remora_api& api, Board& board, SessionSetup setup)
    : api_(api), board_(board), setup_(std::move(setup)) {}

void Session::complain(const std::string& what) {
  if (board_.complaints.fetch_add(1) == 0) {
    std::snprintf(board_.complaint, sizeof board_.complaint, "%s", what.c_str());
  }
}

// Whatever a call answers, it is a code that is documented, with a text that says the same.
int32_t Session::checked(int32_t code, const char* call) {
  if (checked_code(code, call) != REMORA_OK) {
    last_error_ += std::string(": ") + error_.text;
    if (error_.code != code || error_.text[0] == '\0' ||
        std::memchr(error_.text, 0, sizeof error_.text) == nullptr) {
      complain("an error without its text: " + last_error_);
    }
  }
  return code;
}

int32_t Session::checked_code(int32_t code, const char* call) {
  if (code != REMORA_OK) {
    ++board_.errors;
    last_code_ = code;
    last_error_ = std::string(call) + " answers " + std::to_string(code);
    if (code > 0 || code <= REMORA_STATUS_END || code == REMORA_E_INTERNAL) {
      complain("no defined error: " + last_error_);
    }
  }
  return code;
}

bool Session::open() {
  if (handle_ != 0) {
    return true;
  }
  remora_options options = sized<remora_options>();
  options.flags = setup_.flags | REMORA_OPEN_NO_ENVIRONMENT;
  options.durability = setup_.durability;
  const std::string& path = setup_.folder;
  error_ = REMORA_ERROR_INIT;
  const int32_t code = checked(api_.open(path.data(), path.size(), &options, &handle_, &error_), "open");
  if ((code == REMORA_OK) != (handle_ != 0)) {
    complain("open answers " + std::to_string(code) + " and handle " + std::to_string(handle_));
  }
  return code == REMORA_OK;
}

void Session::close() {
  if (handle_ != 0) {
    checked(api_.close(std::exchange(handle_, 0), &error_), "close");
  }
}

void Session::define() {
  if (!open()) {
    return;
  }
  checked(api_.agent_define(handle_, "architect", "steady,quick,deep,wild", &agent_, &error_),
          "agent_define");
  checked(api_.intern(handle_, REMORA_KIND_TASK_TYPE, "api-design", 10, &task_type_, &error_), "intern");
}

// Each of the three forms in turn.
int32_t Session::route_by_turns(const remora_task& task, remora_decision* decision) {
  if (task.unit_key % 3 == 0) {
    return api_.route_named(handle_, "architect", "api-design", task.unit_key, decision, &error_);
  }
  if (task.unit_key % 3 == 1) {
    return api_.route(handle_, &task, decision, &error_);
  }
  remora_batch batch = sized<remora_batch>();
  batch.count = 1;
  return api_.route_batch(handle_, &task, decision, &batch, &error_);
}

bool Session::route(remora_decision* decision) {
  remora_task task = sized<remora_task>();
  task.agent = agent_;
  task.task_type = task_type_;
  task.unit_key = ++units_;
  *decision = sized<remora_decision>();
  decision->variant = 77;
  const int32_t code = checked(route_by_turns(task, decision), "route");
  if (decision->variant >= kVariants || (code != REMORA_OK && decision->variant != 0) ||
      !(std::fabs(decision->q_value) <= kMostValue) || (code != REMORA_OK && decision->decision_id != 0)) {
    complain("route answers " + std::to_string(code) + " with variant " + std::to_string(decision->variant));
  }
  return code == REMORA_OK;
}

void Session::decide(int times) {
  open();
  for (int i = 0; i < times; ++i) {
    remora_decision decision;
    if (!route(&decision) || decision.decision_id == 0) {
      continue;
    }
    ++board_.reports;
    const int32_t code = checked(
        api_.record_result(handle_, decision.decision_id, units_ % 5 != 0 ? 1 : 0, kMillisecond, &error_),
        "record");
    acknowledge(code, decision.decision_id);
  }
}

void Session::acknowledge(int32_t code, uint64_t decision_id) {
  if (code != REMORA_OK) {
    return;
  }
  const uint32_t place = board_.acked_count.fetch_add(1);
  if (place < Board::kMost) {
    board_.acked[place] = decision_id;
  } else {
    complain("the session is too long for its board");
  }
}

void Session::block_and_unblock(int times) {
  for (int i = 0; i < times && open(); ++i) {
    const bool blocked =
        checked(api_.variant_block(handle_, agent_, kBlocked, &error_), "block") == REMORA_OK;
    remora_decision decision;
    if (route(&decision) && blocked && decision.variant == kBlocked) {
      complain("route chose a variant that is blocked");
    }
    checked(api_.variant_unblock(handle_, agent_, kBlocked, &error_), "unblock");
  }
}

void Session::start_rollout() {
  if (!open()) {
    return;
  }
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = agent_;
  plan.treatment = 1;
  plan.stage_count = 2;
  plan.now_ns = plugin_wall_ns();
  plan.stages[0] = {REMORA_MODE_CANARY, 5'000, 1, 0, 0, 0.9, 0.95, {}};
  plan.stages[1] = {REMORA_MODE_FULL, 10'000, 1, 0, 0, 0.9, 0.95, {}};
  remora_id rollout = 0;
  checked(api_.rollout_start(handle_, "second", 6, &plan, &rollout, &error_), "rollout_start");
}

void Session::tick(int64_t after_ns) {
  if (open()) {
    advance_clocks(after_ns);
    remora_tick_report report = sized<remora_tick_report>();
    checked(api_.tick(handle_, plugin_wall_ns(), 0, &report, &error_), "tick");
  }
}

void Session::snapshot() {
  remora_snapshot_info info = sized<remora_snapshot_info>();
  if (open() && checked(api_.snapshot(handle_, &info, &error_), "snapshot") == REMORA_OK) {
    board_.snapshot = info.sequence;
  }
}

// The last one that was acknowledged is there, and whole.
void Session::expect_snapshot() {
  char path[256];
  uint64_t needed = 0;
  const uint64_t sequence = board_.snapshot;
  if (sequence != 0 && (checked(api_.snapshot_path(handle_, sequence, path, sizeof path, &needed, &error_),
                                "snapshot_path") != REMORA_OK ||
                        checked(api_.snapshot_verify(handle_, path, needed - 1, nullptr, &error_),
                                "snapshot_verify") != REMORA_OK)) {
    complain("snapshot " + std::to_string(sequence) + " was acknowledged: " + last_error_);
  }
}

std::string Session::newest_snapshot() {
  remora_snapshot_info info = sized<remora_snapshot_info>();
  uint32_t count = 0;
  if (checked(api_.snapshot_list(handle_, &info, 0, 1, &count, &error_), "snapshot_list") != REMORA_OK ||
      count == 0) {
    return "";
  }
  char path[256];
  uint64_t needed = 0;
  const int32_t code = checked(
      api_.snapshot_path(handle_, info.sequence, path, sizeof path, &needed, &error_), "snapshot_path");
  return code == REMORA_OK ? path : "";
}

void Session::restore_newest() {
  if (!open()) {
    return;
  }
  if (const std::string path = newest_snapshot(); !path.empty()) {
    checked(api_.snapshot_verify(handle_, path.data(), path.size(), nullptr, &error_), "snapshot_verify");
    checked(api_.restore(handle_, path.data(), path.size(), nullptr, &error_), "restore");
  }
}

void Session::offer_active_snapshot() {
  const std::string path = open() ? newest_snapshot() : "";
  if (path.empty()) {
    return;
  }
  const std::string active = setup_.folder + "/active.rsnap";
  std::error_code failed;
  std::filesystem::remove(active, failed);
  std::filesystem::copy_file(setup_.folder + "/" + path, active, failed);
  chmod(active.c_str(), 0600);
  advance_clocks(2'000 * kMillisecond);  // its writing is over, as far as the plugin can see
}

void Session::write_config(const char* more) {
  char text[2'048];
  std::snprintf(text, sizeof text, kConfig, more);
  mkdir(setup_.folder.c_str(), 0700);
  const std::string path = setup_.folder + "/remora.json";
  std::ofstream(path + ".new", std::ios::binary | std::ios::trunc) << text;
  chmod((path + ".new").c_str(), 0600);
  std::filesystem::rename(path + ".new", path);
  advance_clocks(100 * kMillisecond);
}

void Session::look() {
  if (!open()) {
    return;
  }
  static constexpr char kText[] = "Add an endpoint for orders\napi/orders.proto";
  remora_text text = sized<remora_text>();
  text.text_size = 26;
  text.files_size = sizeof kText - 1 - 26;
  remora_classification found = sized<remora_classification>();
  checked(api_.classify(handle_, kText, sizeof kText - 1, &text, &found, &error_), "classify");
  std::vector<char> buffer(1U << 18);
  uint64_t needed = 0;
  checked(api_.metrics_text(handle_, buffer.data(), buffer.size(), &needed, &error_), "metrics_text");
  checked(api_.log_drain(handle_, buffer.data(), buffer.size(), &needed, &error_), "log_drain");
  remora_stats stats = sized<remora_stats>();
  checked(api_.stats_get(handle_, &stats, &error_), "stats_get");
  remora_snapshot_info infos[4];
  uint32_t count = 0;
  std::fill(std::begin(infos), std::end(infos), sized<remora_snapshot_info>());
  checked(api_.snapshot_list(handle_, infos, sizeof infos[0], 4, &count, &error_), "snapshot_list");
}

void Session::in_forked_child(void (*body)(Session&)) {
  if (!open()) {
    return;
  }
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    body(*this);
    close();
    board_.spoilt += calls_spoilt();
    end_faults();
    end_forked(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) {
    complain("the forked child ended with " + std::to_string(status));
  }
}

// One round of everything that a host needs; false when something still answers an error.
bool Session::serves() {
  last_error_ = "";
  if (!open()) {
    return false;
  }
  const uint64_t before = board_.errors;
  define();
  remora_decision decision;
  const bool routed = route(&decision);
  if (routed && decision.decision_id == 0) {
    last_error_ = "the decision is not tracked";
  }
  decide(1);
  tick(0);
  snapshot();
  look();
  if (setup_.service != nullptr) {
    setup_.service(*this);
  }
  return board_.errors == before && last_error_.empty();
}

void Session::expect_full_service() {
  setup_.end_trouble();
  constexpr int64_t kWithin = 1'000 * kMillisecond;
  constexpr int64_t kStep = 125 * kMillisecond;
  for (int64_t passed = 0; passed <= kWithin; passed += kStep) {
    if (serves()) {
      return;
    }
    advance_clocks(kStep);
  }
  complain("no full service a second after the fault's end: " + last_error_);
}

void Session::expect_nothing_lost(bool learned) {
  if (!open()) {
    complain("cannot be opened without a fault: " + last_error_);
    return;
  }
  remora_stats stats = sized<remora_stats>();
  checked(api_.stats_get(handle_, &stats, &error_), "stats_get");
  const uint32_t own = std::min(board_.acked_count.load(), Board::kMost);
  const uint32_t acked = own + board_.acked_by_name;
  if (stats.outcomes < acked || stats.outcomes > board_.reports) {
    complain("outcomes counted: " + std::to_string(stats.outcomes) +
             ", acknowledged: " + std::to_string(acked) + ", reported: " + std::to_string(board_.reports));
  }
  if (learned && (stats.visits + board_.unlearned < acked || stats.visits > board_.reports)) {
    complain("outcomes learned from: " + std::to_string(stats.visits) +
             ", acknowledged: " + std::to_string(acked) + ", reported: " + std::to_string(board_.reports));
  }
  expect_snapshot();
  for (uint32_t i = 0; i < own; ++i) {
    error_ = REMORA_ERROR_INIT;
    const int32_t code = api_.record_result(handle_, board_.acked[i], 1, 0, &error_);
    if (code != REMORA_E_ALREADY_RECORDED) {
      complain("an acknowledged outcome is not known: " + std::to_string(code) + " " + error_.text);
      return;
    }
  }
}

bool Session::was_told(uint32_t kind) {
  uint64_t cursor = 0;
  uint32_t count = 1;
  while (open() && count != 0) {
    remora_event event = sized<remora_event>();
    if (api_.events(handle_, &cursor, &event, 0, 1, &count) != REMORA_OK) {
      return false;
    }
    if (count != 0 && event.kind == kind) {
      return true;
    }
  }
  return false;
}

}  // namespace remora::test
