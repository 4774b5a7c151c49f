// From values in private memory to the generation in force, for every process at its next call.
#pragma once

#include <cstdint>
#include <memory>

#include "base/file_lock.hpp"
#include "base/status.hpp"
#include "store/generation.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// Told the number of a new generation just before all processes switch to it, and again with `failed` when
// that failed.
struct SwitchNotice {
  void (*tell)(void* context, uint64_t generation, bool failed) = nullptr;
  void* context = nullptr;
};

// Takes the lock that names and generations change under; waits at most 50 ms. Errors: kBusy, kIo, kMemory.
base::Code lock_structure(store::State& state, base::ByteLock* lock, base::Problem& problem);

// A generation that is being made; its file is removed again unless it came in force. The caller holds the
// snapshot lock throughout: one is made at a time, and no number is passed by a later one.
class NewGeneration {
 public:
  explicit NewGeneration(store::State& state) : state_(state) {}
  NewGeneration(const NewGeneration&) = delete;
  NewGeneration& operator=(const NewGeneration&) = delete;
  ~NewGeneration();

  // Takes a number and memory for the values. The caller holds the structure lock. Errors: kIo, kMemory.
  base::Code begin(base::Problem& problem);
  // To be filled: private memory, which is then written in one go, because pages of a mapped file cost more
  // than the values in them.
  const store::Generation& values() const { return *values_; }
  // Makes the values a file, and has all processes switch to it under the structure lock. `before` receives
  // the number of the generation replaced. Errors: kBusy, kNoSpace, kIo; the values in force are then as they
  // were.
  base::Code put_in_force(const SwitchNotice& notice, uint64_t* before, base::Problem& problem);

  uint64_t number() const { return number_; }

 private:
  store::State& state_;
  uint64_t number_ = 0;
  bool in_force_ = false;
  std::unique_ptr<store::Generation> values_;
};

}  // namespace remora::snapshot
