// Runs a child process from one change of its mapped files to the next (Linux, x86-64).
//
// The child's shared mappings of a folder are made read-only behind its back, so that every store into them
// faults: the stepper then lets that one instruction through and stops again. A string instruction stops
// after each of its iterations. System calls that may change files stop the child behind them. Between two
// stops the files cannot change, so a process killed at any instruction leaves one of the images seen here.
// In the pace kInstructions the child is stepped instruction by instruction besides, and each step that did
// not fault is checked to have changed no mapped byte: that proves the argument instead of resting on it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace remora::campaign {

enum class Pace { kChanges, kInstructions };

struct Steps {
  uint64_t instructions = 0;  // stepped one by one
  uint64_t stores = 0;        // into a mapping
  uint64_t calls = 0;         // system calls that may change files
  uint64_t unseen = 0;        // steps that changed a mapped byte without a fault: must be 0
  bool ended = false;         // came to the second mark
};

// A system call that the child made.
struct CallMade {
  uint64_t number;
  uint64_t arguments[4];
  int64_t result;
};

// In the child: the next stop belongs to the stepper. The first mark begins what is stepped, the second ends
// it.
void mark();
// In the child, before the first mark.
void be_stepped();

class Stepper {
 public:
  // `folder`: whose files' mappings are watched.
  Stepper(pid_t child, std::string folder) : child_(child), folder_(std::move(folder)) {}
  Stepper(const Stepper&) = delete;
  Stepper& operator=(const Stepper&) = delete;
  ~Stepper();

  // Waits for the first mark, then calls `at_boundary` after each change until the second. The child then
  // runs on.
  Steps run(Pace pace, const std::function<void()>& at_boundary);

  // Tells of every system call of the child, just behind it; what `at_call` gives is the result that the
  // child sees.
  void watch_calls(std::function<int64_t(const CallMade&)> at_call) { at_call_ = std::move(at_call); }
  // At a boundary: the file that the store behind it went to, or empty when it was a system call.
  const std::string& stored_to() const { return stored_to_; }
  // The file that one of the child's mappings of it covers at an address, or empty.
  std::string file_at(uint64_t address) const;
  // A text of the child that ends in NUL, of at most 255 bytes.
  std::string text_at(uint64_t address) const;

 private:
  struct Region {
    uint64_t begin, size;  // in the child
    const void* view;      // the same pages, here
    std::string known;     // their content after the last change
    std::string file;
  };

  int wait_for_stop() const;
  uint64_t call_in_child(uint64_t number, uint64_t a, uint64_t b, uint64_t c) const;
  void protect(const Region& region, bool writable) const;
  void watch_mappings();
  void forget(Region& region);
  Region* region_of(uint64_t address);
  bool step_instruction(Steps& steps);
  bool run_to_change(Steps& steps);
  bool let_store_through();
  bool after_call(const CallMade& call, Steps& steps);

  pid_t child_;
  std::string folder_;
  uint64_t call_address_ = 0;  // of a system call instruction in the child
  bool inside_call_ = false;
  std::vector<Region> regions_;
  std::function<int64_t(const CallMade&)> at_call_;
  std::string stored_to_;
};

}  // namespace remora::campaign
