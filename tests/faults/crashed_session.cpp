// Another host, which died amid its work, and its successor.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "faults/session.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/state.hpp"

namespace remora::test {
namespace {

constexpr uint32_t kDead = 200;  // process number that nobody has

Function g_last_call;  // of the dying process

void die_before_last_call(const Call& call, bool, int64_t) {
  if (call.function == g_last_call) {
    kill(getpid(), SIGKILL);
  }
}

}  // namespace

void Session::let_another_die(void (*body)(Session&), Function function, void (*last)(Session&)) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    setup_.end_trouble();
    begin_afresh();
    body(*this);
    g_last_call = function;
    observe(die_before_last_call);
    last(*this);
    _exit(1);  // it should not come to this
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
    complain("the other host did not die where it should, but with status " + std::to_string(status));
  }
}

void Session::leave_outcomes_half_done() {
  remora_decision taken;
  remora_decision written;
  std::unique_ptr<store::State> raw;
  base::Problem problem;
  store::OpenRules rules;
  rules.must_exist = true;
  if (!route(&taken) || !route(&written) ||
      !base::ok(store::State::open(setup_.folder, rules, &raw, problem))) {
    complain(std::string("nothing can be left half done: ") + problem.text() + last_error_);
    return;
  }
  const store::History& history = raw->history();
  store::LedgerSlot* slot = nullptr;
  const bool had_first = store::take_slot(history, taken.decision_id, kDead, &slot) == store::Take::kTaken;
  if (!had_first || store::take_slot(history, written.decision_id, kDead, &slot) != store::Take::kTaken) {
    complain("a decision cannot be taken");
    return;
  }
  store::OutcomeRecord outcome{};
  outcome.decision_id = written.decision_id;
  outcome.key = slot->key.load();
  outcome.variant = static_cast<decltype(outcome.variant)>(written.variant);
  outcome.when_ns = plugin_wall_ns();
  store::append_outcome(history, 0, kDead, 1, outcome, &slot->outcome_at);
  // A third place in the lane was begun, and a third decision.
  const uint64_t position = history.lanes[0].head.fetch_add(1);
  history.outcome(0, position)
      .commit.store(store::CommitWord{store::CommitState::kFilling, kDead, position}.pack());
  board_.taken = taken.decision_id;
  board_.written = written.decision_id;
  board_.reports += 2;
  static_cast<void>(raw.release());  // as a process leaves it that dies
}

void Session::report_what_was_half_done() {
  const auto is_known = [this](std::atomic<uint64_t>& decision) {
    error_ = REMORA_ERROR_INIT;
    const int32_t code = api_.record_result(handle_, decision, 1, 5'000'000, &error_);
    if (code != REMORA_E_ALREADY_RECORDED && checked(code, "record") != REMORA_OK) {
      return false;
    }
    if (code == REMORA_OK && &decision == &board_.written) {
      complain("an outcome that its dead reporter had written was taken a second time");
    }
    acknowledge(REMORA_OK, decision.exchange(0));
    return true;
  };
  if (!open()) {
    return;
  }
  if (board_.taken != 0) {
    is_known(board_.taken);
  }
  if (board_.written != 0 && is_known(board_.written)) {
    ++board_.unlearned;
  }
}

}  // namespace remora::test
