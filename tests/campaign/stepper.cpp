#include "campaign/stepper.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace remora::campaign {
namespace {

constexpr uint16_t kCallInstruction = 0x050F;  // "syscall", as a number in memory order
constexpr int kCallStop = SIGTRAP | 0x80;

template <class Value>
void trace(int request, pid_t child, void* address, Value value) {
  if (ptrace(static_cast<__ptrace_request>(request), child, address, value) == -1) {
    throw std::runtime_error(std::string("ptrace: ") + std::strerror(errno));
  }
}

// Compares what is known of a mapping with what is there now, and takes it over.
bool changed(std::string& known, const void* view) {
  if (std::memcmp(known.data(), view, known.size()) == 0) {
    return false;
  }
  known.assign(static_cast<const char*>(view), known.size());
  return true;
}

user_regs_struct registers_of(pid_t child) {
  user_regs_struct registers{};
  trace(PTRACE_GETREGS, child, nullptr, &registers);
  return registers;
}

bool stands_at_call(pid_t child, uint64_t address) {
  const long word = ptrace(PTRACE_PEEKTEXT, child, reinterpret_cast<void*>(address), nullptr);
  return (static_cast<uint64_t>(word) & 0xFFFF) == kCallInstruction;
}

// A call leaves its arguments in their registers.
CallMade call_made(const user_regs_struct& arguments, uint64_t number, const user_regs_struct& after) {
  return {
      number, {arguments.rdi, arguments.rsi, arguments.rdx, arguments.r10}, static_cast<int64_t>(after.rax)};
}

bool may_change_files(uint64_t number) {
  switch (number) {
    case SYS_open:
    case SYS_openat:
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_pwritev:
    case SYS_fallocate:
    case SYS_truncate:
    case SYS_ftruncate:
    case SYS_rename:
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_link:
    case SYS_linkat:
    case SYS_unlink:
    case SYS_unlinkat:
    case SYS_mkdir:
    case SYS_mkdirat:
    case SYS_rmdir:
    case SYS_copy_file_range:
    case SYS_sendfile:
      return true;
    default:
      return false;
  }
}

}  // namespace

void be_stepped() { ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }

void mark() { raise(SIGSTOP); }

Stepper::~Stepper() {
  for (Region& region : regions_) {
    forget(region);
  }
}

void Stepper::forget(Region& region) { munmap(const_cast<void*>(region.view), region.size); }

int Stepper::wait_for_stop() const {
  int status = 0;
  while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFSTOPPED(status)) {
    throw std::runtime_error("the stepped process ended by itself");
  }
  return WSTOPSIG(status);
}

uint64_t Stepper::call_in_child(uint64_t number, uint64_t a, uint64_t b, uint64_t c) const {
  const user_regs_struct before = registers_of(child_);
  user_regs_struct call = before;
  call.rip = call_address_;
  call.rax = number;
  call.orig_rax = UINT64_MAX;  // nothing to restart
  call.rdi = a;
  call.rsi = b;
  call.rdx = c;
  trace(PTRACE_SETREGS, child_, nullptr, &call);
  trace(PTRACE_SINGLESTEP, child_, nullptr, 0L);
  if (wait_for_stop() != SIGTRAP) {
    throw std::runtime_error("a system call put into the stepped process did not end");
  }
  const uint64_t result = registers_of(child_).rax;
  trace(PTRACE_SETREGS, child_, nullptr, &before);
  return result;
}

void Stepper::protect(const Region& region, bool writable) const {
  const uint64_t protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  if (call_in_child(SYS_mprotect, region.begin, region.size, protection) != 0) {
    throw std::runtime_error("cannot protect a mapping of the stepped process");
  }
}

// Looks for mappings that came or went.
void Stepper::watch_mappings() {
  std::ifstream maps("/proc/" + std::to_string(child_) + "/maps");
  std::vector<Region> present;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::string range, permissions, offset, device, inode, path;
    fields >> range >> permissions >> offset >> device >> inode >> path;
    if (permissions.size() < 4 || permissions[3] != 's' || !path.starts_with(folder_ + "/")) {
      continue;
    }
    const uint64_t begin = std::stoull(range, nullptr, 16);
    const uint64_t end = std::stoull(range.substr(range.find('-') + 1), nullptr, 16);
    const auto known = std::find_if(regions_.begin(), regions_.end(), [&](const Region& r) {
      return r.begin == begin && r.size == end - begin;
    });
    if (known != regions_.end()) {
      present.push_back(std::move(*known));
      regions_.erase(known);
      continue;
    }
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    void* view = mmap(nullptr, end - begin, PROT_READ, MAP_SHARED, fd,
                      static_cast<off_t>(std::stoull(offset, nullptr, 16)));
    close(fd);
    if (view == MAP_FAILED) {
      throw std::runtime_error("cannot map " + path + " beside the stepped process");
    }
    present.push_back(
        {begin, end - begin, view, std::string(static_cast<const char*>(view), end - begin), path});
    protect(present.back(), false);
  }
  for (Region& gone : regions_) {
    forget(gone);
  }
  regions_ = std::move(present);
}

Stepper::Region* Stepper::region_of(uint64_t address) {
  const auto found = std::find_if(regions_.begin(), regions_.end(),
                                  [&](const Region& r) { return address - r.begin < r.size; });
  return found == regions_.end() ? nullptr : &*found;
}

// The child stands before a store that faulted. True when it changed something.
bool Stepper::let_store_through() {
  siginfo_t fault{};
  trace(PTRACE_GETSIGINFO, child_, nullptr, &fault);
  Region* region = region_of(reinterpret_cast<uint64_t>(fault.si_addr));
  if (region == nullptr) {
    throw std::runtime_error("the stepped process crashed");
  }
  protect(*region, true);
  trace(PTRACE_SINGLESTEP, child_, nullptr, 0L);
  if (wait_for_stop() != SIGTRAP) {
    throw std::runtime_error("a store of the stepped process did not end");
  }
  protect(*region, false);
  stored_to_ = region->file;
  return changed(region->known, region->view);
}

// True when the call may have changed a file.
bool Stepper::after_call(const CallMade& call, Steps& steps) {
  if (at_call_) {
    const int64_t result = at_call_(call);
    if (result != call.result) {
      user_regs_struct registers = registers_of(child_);
      registers.rax = static_cast<uint64_t>(result);
      trace(PTRACE_SETREGS, child_, nullptr, &registers);
    }
  }
  if (call.number == SYS_mmap || call.number == SYS_munmap || call.number == SYS_mremap) {
    watch_mappings();
  }
  steps.calls += may_change_files(call.number) ? 1U : 0U;
  return may_change_files(call.number);
}

std::string Stepper::file_at(uint64_t address) const {
  for (const Region& region : regions_) {
    if (address - region.begin < region.size) {
      return region.file;
    }
  }
  return {};
}

std::string Stepper::text_at(uint64_t address) const {
  char text[256] = "";
  iovec here{text, sizeof text - 1};
  iovec there{reinterpret_cast<void*>(address), sizeof text - 1};
  if (process_vm_readv(child_, &here, 1, &there, 1, 0) <= 0) {
    throw std::runtime_error("cannot read a text of the stepped process");
  }
  return text;
}

// One instruction. True when it changed something.
bool Stepper::step_instruction(Steps& steps) {
  const user_regs_struct before = registers_of(child_);
  const bool is_call = stands_at_call(child_, before.rip);
  trace(PTRACE_SINGLESTEP, child_, nullptr, 0L);
  const int signal = wait_for_stop();
  ++steps.instructions;
  if (signal == SIGSEGV) {
    ++steps.stores;
    return let_store_through();
  }
  if (signal != SIGTRAP) {
    steps.ended = signal == SIGSTOP;
    return false;
  }
  for (Region& region : regions_) {
    steps.unseen += changed(region.known, region.view) ? 1U : 0U;
  }
  return is_call && after_call(call_made(before, before.rax, registers_of(child_)), steps);
}

// To the next store or behind the next system call. True when it changed something.
bool Stepper::run_to_change(Steps& steps) {
  trace(PTRACE_SYSCALL, child_, nullptr, 0L);
  const int signal = wait_for_stop();
  if (signal == SIGSEGV) {
    ++steps.stores;
    return let_store_through();
  }
  if (signal == kCallStop) {
    inside_call_ = !inside_call_;
    const user_regs_struct registers = registers_of(child_);
    return !inside_call_ && after_call(call_made(registers, registers.orig_rax, registers), steps);
  }
  steps.ended = signal == SIGSTOP;
  if (!steps.ended) {
    throw std::runtime_error("the stepped process got signal " + std::to_string(signal));
  }
  return false;
}

Steps Stepper::run(Pace pace, const std::function<void()>& at_boundary) {
  if (wait_for_stop() != SIGSTOP) {
    throw std::runtime_error("the process to step did not come to its mark");
  }
  trace(PTRACE_SETOPTIONS, child_, nullptr, static_cast<long>(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
  call_address_ = registers_of(child_).rip - 2;  // it stands behind the call that stopped it
  if (!stands_at_call(child_, call_address_)) {
    throw std::runtime_error("no system call instruction where one was just made");
  }
  watch_mappings();
  at_boundary();
  Steps steps;
  while (!steps.ended) {
    stored_to_.clear();
    if (pace == Pace::kInstructions ? step_instruction(steps) : run_to_change(steps)) {
      at_boundary();
    }
  }
  for (const Region& region : regions_) {
    protect(region, true);
  }
  trace(PTRACE_DETACH, child_, nullptr, 0L);
  return steps;
}

}  // namespace remora::campaign
