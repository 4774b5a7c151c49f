// A host that uses the plugin while things go wrong around it, and that knows what it was promised: its
// oracle lies in memory that no fault reaches and that its forked children share.
#pragma once

#include <remora/remora_loader.h>
#include <sys/mman.h>

#include <atomic>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>

#include "faults/kept.hpp"
#include "faults/system_calls.hpp"

namespace remora::test {

// Of a learned value: rewards of at most 2, and what follows a step counts by 0.9.
constexpr double kMostValue = 20;

constexpr uint32_t kBlocked = 3;  // the variant that is blocked now and then

struct Board {
  static constexpr uint32_t kMost = 900;  // fewer than the ledger's slots: none is overwritten
  std::atomic<uint32_t> acked_count;
  std::atomic<uint64_t> acked[kMost];   // decisions whose outcome was acknowledged
  std::atomic<uint32_t> acked_by_name;  // outcomes without a decision of their own
  std::atomic<uint64_t> snapshot;       // the last that was acknowledged; 0 = none
  std::atomic<uint64_t> taken;      // a decision whose reporter died before its outcome was written; 0 = none
  std::atomic<uint64_t> written;    // one whose reporter died when it was; 0 = none
  std::atomic<uint32_t> unlearned;  // acknowledged outcomes whose reporter died before the values had them
  std::atomic<uint64_t> reports;    // outcomes reported, acknowledged or not
  std::atomic<uint64_t> errors;     // calls that answered an error
  std::atomic<uint32_t> spoilt;     // system calls that failed by intent
  std::atomic<uint32_t> complaints;  // what must not be
  char complaint[600];               // the first of them
  int output;                        // a file of the parent, in place of the terminal
};

// Zeroed memory that is shared between this process and its children; never unmapped.
template <class Type>
Type* new_shared() {
  void* memory = mmap(nullptr, sizeof(Type), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::runtime_error("no shared memory");
  }
  return ::new (memory) Type{};
}

struct SessionSetup {
  std::string folder;       // of the state
  uint32_t flags = 0;       // remora_open_flag
  uint32_t durability = 0;  // remora_durability
  void (*end_trouble)() = end_faults;
  bool (*trouble_lasts)() =
      fault_lasts;  // for a forked child: its parent's goes on, and so may a lock of its parent's
  void (*service)(class Session&) = nullptr;  // what else must work when all does
};

class Session {
 public:
  Session(const remora_api& api, Board& board, SessionSetup setup);

  // --- what a host does; each takes an error as its answer, and looks at it
  bool open();  // true when it is open, be it since before
  void close();
  void define();  // the agent, its variants, names
  // Routes and reports, so many times; every answer is one that a host may act upon.
  void decide(int times);
  void block_and_unblock(int times);
  void start_rollout();
  void tick(int64_t after_ns);  // later by so much
  void snapshot();
  void look();  // classify, metrics, lists, events, log
  void restore_newest();
  void offer_active_snapshot();  // puts the newest snapshot in the place that is followed
  void write_config(const char* more);
  // The same session in a forked child, which closes it at its end.
  void in_forked_child(void (*body)(Session&));

  // --- what an operator does beside it (operator_session.cpp)
  void register_one_by_one();  // an agent, its variants, names, a classifier's rule
  void report_in_full();       // all that a host may know of an outcome; in a batch; by names; given up
  void switch_off_and_on();
  void configure(const char* text);
  void steer_rollout(uint32_t command);
  void learn_again();  // by replay, and by relearning
  void judge();        // what has been learned, and what another configuration would have
  void inspect();      // every name, value, figure and event

  // --- of another host, which died (crashed_session.cpp)
  // Without a handle: a process without faults runs `body` and is killed at the plugin's first call of
  // `function` behind it, amid `last`.
  void let_another_die(void (*body)(Session&), Function function, void (*last)(Session&));
  void leave_outcomes_half_done();   // in the dying process
  void report_what_was_half_done();  // by its successor

  // --- what was promised
  // With the faults at an end, all of it works within a second of the plugin's clock.
  void expect_full_service();
  // Every outcome that was acknowledged is known, and with `learned` stands in the values too.
  void expect_nothing_lost(bool learned);
  void expect_kept(const Kept& kept);

  // --- to be kept (kept_session.cpp)
  void add_name(const std::string& label);
  void set_blocked(bool blocked);
  void set_mode(uint32_t mode);  // remora_mode, for all
  Kept found();                  // as it is now

  bool trouble_lasts() const { return setup_.trouble_lasts(); }
  const std::string& last_error() const { return last_error_; }
  int32_t last_code() const { return last_code_; }  // of the last call that failed; REMORA_OK when none did
  void complain(const std::string& what);
  bool was_told(uint32_t kind);  // whether an event of this kind is among those kept

 private:
  int32_t checked(int32_t code, const char* call);
  int32_t checked_code(int32_t code, const char* call);  // of a call that has no text for it
  int32_t route_by_turns(const remora_task& task, remora_decision* decision);
  bool route(remora_decision* decision);
  void acknowledge(int32_t code, uint64_t decision_id);
  void report_one(remora_outcome outcome);
  void report_batch(const remora_outcome& outcome);
  void report_by_names(remora_outcome outcome);
  void give_up();
  void inspect_names(uint32_t kind);
  void inspect_values();
  void inspect_events();
  Kept::Values found_values();
  bool serves();
  std::string newest_snapshot();
  void expect_snapshot();

  const remora_api& api_;
  Board& board_;
  SessionSetup setup_;
  uint64_t handle_ = 0;
  remora_id agent_ = 0;
  remora_id task_type_ = 0;
  uint64_t units_ = 0;
  std::string last_error_;
  int32_t last_code_ = REMORA_OK;
  remora_error error_ = REMORA_ERROR_INIT;
};

}  // namespace remora::test
