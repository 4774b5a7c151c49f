// Runs actors, each a function on shared memory, through their interleavings, and asks after every one
// whether what must hold does. The functions are those of the library: their sources are compiled with the
// compiler's thread-sanitizer instrumentation, whose calls (tsan_calls.cpp) lead here instead of into that
// sanitizer, so that every access to watched memory is a step.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/fiber.hpp"
#include "model/memory.hpp"
#include "model/mutation.hpp"
#include "model/operation.hpp"
#include "model/search.hpp"
#include "model/world.hpp"

namespace remora::model {

struct Actor {
  std::string name;
  std::function<void()> run;
  bool may_crash = true;
};

struct Model {
  std::string name;
  std::function<void()> begin;  // resets what the actors keep outside of watched memory
  std::vector<Actor> actors;
  std::function<void()> check;               // after the last step; calls `require`
  std::function<void()> at_every_step = {};  // likewise
};

struct Options {
  Order order = Order::kInterleaving;
  bool crash = false;           // also stop each actor for ever before each of its writes
  bool heavy_fences = false;    // the model passes base::heavy_fence
  uint32_t preemptions = 1000;  // at most so many, else all
  uint32_t stale_loads = 1000;  // likewise, of loads that do not return the newest store
  uint64_t most_executions = 5'000'000;
  uint64_t random_executions = 0;  // instead of all
  uint64_t seed = 1;
  Mutation mutation = {};
};

struct Result {
  uint64_t executions = 0, redundant = 0, steps = 0, crash_points = 0;
  bool complete = true;      // all that the bound allows was seen
  uint64_t broken_here = 0;  // accesses that the mutation changed
  std::string violation;     // the first one, with its schedule; empty = none

  std::string text() const;
};

class Explorer {
 public:
  explicit Explorer(World& world);
  ~Explorer();
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;

  Result explore(const Model& model, const Options& options);

  // ---- for actors
  static bool alive(uint32_t actor);  // whether it has not crashed; a step, but for checks
  static void lock(uint32_t which);   // dropped by the kernel when its holder crashes
  static void unlock(uint32_t which);
  // For actors and checks: says what does not hold, and ends the execution.
  static void require(bool holds, const char* what);
  static uint32_t self();

  // ---- for tsan_calls.cpp: nullptr outside of an execution, or when nobody watches the address
  static Explorer* at(const volatile void* address, size_t bytes);
  static Explorer* running();
  static void note_write(const volatile void* address, size_t bytes);  // by a check: undone as well
  uint64_t load(Operation op);
  void store(Operation op, uint64_t value);
  uint64_t update(Operation op, uint64_t (*next)(uint64_t before, uint64_t operand), uint64_t operand);
  bool compare_exchange(Operation op, uint64_t* expected, uint64_t desired);
  void plain(Operation op);
  void fence(Operation op);

 private:
  struct Running {  // an actor in an execution
    Fiber fiber;
    bool ended = false;
    uint64_t writes = 0;
    bool crashing = false;
    bool postponed = false;
    Operation later{};
    uint64_t later_value = 0;
  };
  static void body();
  void explore_with_crash(const Model& model, uint32_t actor, Result* result);
  void explore_once(const Model& model, Result* result);
  void run(Result* result);
  void ask(const std::function<void()>& check);
  void step(const Operation& op);
  void crash_now();
  void schedule();
  void finished(const Operation& op, bool wrote, uint64_t value);
  void fail(const std::string& what);
  [[noreturn]] void leave();
  std::string schedule_text() const;

  World& world_;
  Memory memory_;
  Memory::Choose choose_;
  std::unique_ptr<Search> search_;
  std::unique_ptr<Saboteur> saboteur_;
  std::vector<std::unique_ptr<Running>> actors_;
  ucontext_t main_{};
  const Model* model_ = nullptr;
  Options options_;
  uint32_t current_ = 0;
  bool starting_ = false, over_ = false;
  uint32_t crashing_actor_ = kNobody;
  uint64_t crash_before_write_ = 0;
  bool crashed_ = false;
  uint32_t stale_ = 0;
  std::string failure_;

  struct Step {
    uint32_t actor;
    Operation op;
    uint64_t value;
  };
  std::vector<Step> steps_;
  Operation next_[kMaxActors];
  alignas(64) uint64_t alive_[kMaxActors]{};
  alignas(64) uint64_t locks_[8]{};  // 0 = free, else actor + 1
};

inline void require(bool holds, const char* what) { Explorer::require(holds, what); }

}  // namespace remora::model
