// Two containers on one machine with one state: each process is number 1 of its own pid namespace. Who lives
// and who is dead does not hang on numbers.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "abi/plugin.hpp"
#include "store/ledger.hpp"
#include "store/state.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"
#include "support/namespaces.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

using abi_test::plugin;
using abi_test::sized;

constexpr int kVictims = 12;
constexpr uint64_t kPending = 10;  // decisions of each victim that it never reports
constexpr uint64_t kMostDecisions = 20'000;
constexpr unsigned kPatienceSeconds = 60;

// What a victim did, in memory that its death does not take away.
struct Board {
  std::atomic<uint64_t> made{0};
  std::atomic<uint64_t> acknowledged{0};
  std::atomic<uint64_t> decisions[kMostDecisions]{};
};

// Runs `body` as process 1 of a new pid namespace.
class FirstOfANamespace {
 public:
  template <class Body>
  explicit FirstOfANamespace(const Body& body)
      : starter_([&] {
          alarm(kPatienceSeconds);  // process 1 would not hear it, but goes with its parent
          if (enter_namespaces(CLONE_NEWPID) != 0) {
            return 1;
          }
          const pid_t first = fork();
          if (first == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            end_forked(getpid() == 1 ? body() : 1);
          }
          born_.send(first);
          int status = 0;
          waitpid(first, &status, 0);
          return WIFEXITED(status) ? WEXITSTATUS(status) : kKilled;
        }) {
    pid_ = static_cast<pid_t>(born_.receive());
  }

  static constexpr int kKilled = 100;

  int wait() { return starter_.wait(); }
  int kill() {
    ::kill(pid_, SIGKILL);
    return wait();
  }

 private:
  Signal born_;
  Child starter_;
  pid_t pid_ = 0;  // outside
};

class PidNamespaces : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = no_namespaces(CLONE_NEWPID); !missing.empty()) {
      GTEST_SKIP() << missing;
    }
    alarm(kPatienceSeconds);
    board_ =
        new (mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Board;
  }
  void TearDown() override {
    if (board_ != nullptr) {
      munmap(board_, sizeof(Board));
    }
    alarm(0);
  }

  bool open() {
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    options.ledger_slots = 1U << 16;  // every decision of the test stays
    const std::string path = folder_.file("state");
    return is_ok(plugin().open(path.data(), path.size(), &options, &handle_, &error_), "open") &&
           is_ok(plugin().agent_define(handle_, "agent", "one,two", nullptr, &error_), "agent_define");
  }
  bool is_ok(int32_t code, const char* call) const {
    if (code != REMORA_OK) {
      std::fprintf(stderr, "%s: %s\n", call, error_.text);
    }
    return code == REMORA_OK;
  }
  uint64_t decide() {
    remora_decision decision = sized<remora_decision>();
    is_ok(plugin().route_named(handle_, "agent", "testing", 0, &decision, &error_), "route");
    return decision.decision_id;
  }
  int32_t report(uint64_t decision) { return plugin().record_result(handle_, decision, 1, 5, &error_); }

  // The victim's life: decisions that stay pending, then work until it is killed.
  int work(const Signal& ready) {
    if (!open()) {
      return 1;
    }
    for (uint64_t n = 0; n < kMostDecisions; ++n) {
      const uint64_t decision = decide();
      if (decision == 0) {
        return 1;
      }
      board_->decisions[n] = decision;
      board_->made = n + 1;
      if (n >= kPending) {
        if (!is_ok(report(decision), "record")) {
          return 1;
        }
        ++board_->acknowledged;
      } else if (n + 1 == kPending) {
        ready.send();
      }
    }
    wait_for_the_end();
  }

  // Another victim's: it dies with decisions in its hands, as amid recording.
  int hold(const Signal& ready) {
    store::OpenRules rules;
    rules.must_exist = true;
    std::unique_ptr<store::State> raw;
    base::Problem problem;
    if (!open() || !base::ok(store::State::open(folder_.file("state"), rules, &raw, problem))) {
      return 1;
    }
    for (uint64_t n = 0; n < kPending; ++n) {
      const uint64_t decision = decide();
      store::LedgerSlot* slot = nullptr;
      if (store::take_slot(raw->history(), decision, raw->process_slot(), &slot) != store::Take::kTaken) {
        return 1;
      }
      board_->decisions[n] = decision;
    }
    ready.send();
    wait_for_the_end();
  }
  int free_what_was_held(const Signal& look, const Signal& seen) {
    if (!open()) {
      return 1;
    }
    seen.send();
    look.receive();
    const bool held = report(board_->decisions[0]) != REMORA_OK;
    seen.send(held ? 1 : 0);
    look.receive();
    remora_tick_report ticked = sized<remora_tick_report>();
    bool right = is_ok(plugin().tick(handle_, 0, 0, &ticked, &error_), "tick") && stats().processes == 1 &&
                 ticked.reclaimed == kPending;
    for (uint64_t n = 0; n < kPending; ++n) {
      right = right && is_ok(report(board_->decisions[n]), "record");
    }
    return right && plugin().close(handle_, &error_) == REMORA_OK ? 0 : 1;
  }

  // The survivor's life: looks as often as it is asked to, by the number of processes that live.
  int survive(const Signal& look, const Signal& seen) {
    if (!open()) {
      return 1;
    }
    seen.send();
    for (int64_t living = look.receive(); living != 0; living = look.receive()) {
      bool right = stats().processes == living && is_ok(report(decide()), "record");
      ++outcomes_;
      right = living == 2 ? right : right && take_stock();
      seen.send(right ? 1 : 0);
    }
    return every_victim_had_the_same_place() && plugin().close(handle_, &error_) == REMORA_OK ? 0 : 1;
  }
  remora_stats stats() {
    remora_stats stats = sized<remora_stats>();
    is_ok(plugin().stats_get(handle_, &stats, &error_), "stats_get");
    return stats;
  }

  // What the dead victim did: what was acknowledged is recorded, and what was pending can be reported here.
  bool take_stock() {
    const uint64_t made = board_->made;
    const uint64_t answered = kPending + board_->acknowledged;
    bool right = true;
    for (uint64_t n = 0; n < std::min(made, answered) && right; ++n) {
      const int32_t code = report(board_->decisions[n]);
      right = code == (n < kPending ? REMORA_OK : REMORA_E_ALREADY_RECORDED);
    }
    outcomes_ += answered;
    if (right && made > answered) {  // its last one, which it died with
      const int32_t code = report(board_->decisions[answered]);
      right = code == REMORA_OK || code == REMORA_E_ALREADY_RECORDED;
      (code == REMORA_OK ? outcomes_ : doubtful_) += 1;
    }
    if (!right) {
      std::fprintf(stderr, "of %llu decisions, %llu answered: %s\n", static_cast<unsigned long long>(made),
                   static_cast<unsigned long long>(answered), error_.text);
    }
    const uint64_t counted = stats().outcomes;
    return right && tick() && counted >= outcomes_ && counted <= outcomes_ + doubtful_;
  }
  bool tick() { return is_ok(plugin().tick(handle_, 0, 0, nullptr, &error_), "tick"); }

  bool every_victim_had_the_same_place() {
    std::vector<double> places;
    uint64_t cursor = 0;
    uint32_t count = 1;
    while (count == 1) {
      remora_event event = sized<remora_event>();
      if (!is_ok(plugin().events(handle_, &cursor, &event, 0, 1, &count), "events")) {
        return false;
      }
      if (count == 1 && event.kind == REMORA_EVENT_OPENED) {
        places.push_back(event.value);
      }
    }
    std::vector<double> expected(kVictims + 1, 1);
    expected[0] = 0;  // the survivor's
    return places == expected;
  }

  TempDir folder_;
  Board* board_ = nullptr;
  uint64_t handle_ = 0;
  uint64_t outcomes_ = 0;  // that must be counted
  uint64_t doubtful_ = 0;  // and those that may be: their process died before it had an answer
  std::mt19937_64 random_{printed_seed()};
  remora_error error_ = REMORA_ERROR_INIT;
};

TEST_F(PidNamespaces, ProcessesOfEqualNumbersAreToldApartAndTheirDeathsSeen) {
  const Signal look;
  const Signal seen;
  const Signal ready;
  FirstOfANamespace survivor([&] { return survive(look, seen); });
  seen.receive();
  for (int i = 0; i < kVictims; ++i) {
    new (board_) Board;
    FirstOfANamespace victim([&] { return work(ready); });
    ready.receive();
    look.send(2);
    ASSERT_EQ(seen.receive(), 1) << "with victim " << i;
    usleep(static_cast<useconds_t>(random_() % 3'000));
    ASSERT_EQ(victim.kill(), FirstOfANamespace::kKilled);
    look.send(1);
    ASSERT_EQ(seen.receive(), 1) << "after the death of victim " << i;
  }
  look.send(0);
  EXPECT_EQ(survivor.wait(), 0);
}

TEST_F(PidNamespaces, WhatTheDeadOneHeldIsFreedByTheNextTick) {
  const Signal look;
  const Signal seen;
  const Signal ready;
  FirstOfANamespace survivor([&] { return free_what_was_held(look, seen); });
  seen.receive();
  FirstOfANamespace victim([&] { return hold(ready); });
  ready.receive();
  look.send();
  EXPECT_EQ(seen.receive(), 1) << "it took what a living process holds";
  ASSERT_EQ(victim.kill(), FirstOfANamespace::kKilled);
  look.send();
  EXPECT_EQ(survivor.wait(), 0);
}

}  // namespace
}  // namespace remora::test
