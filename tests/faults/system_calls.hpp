// The plugin's system calls, watched and spoilt in this process: the test program defines the C library's
// functions that the plugin imports (interposed.cpp), and the dynamic linker binds the plugin to them. Calls
// from anywhere else pass through untouched.
//
// A site is a function together with the chain of return addresses inside the plugin: the same line reached
// by two ways is two sites. All state here is copied by fork, so a child has its own.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace remora::test {

enum class Function : uint8_t {
  kAccess,
  kClockNanosleep,
  kClose,
  kClosedir,
  kFallocate,
  kFcntl,
  kFdopendir,
  kFstat,
  kFstatat,
  kFstatfs,
  kFsync,
  kFtruncate,
  kGetrandom,
  kGetrlimit,
  kGetrusage,
  kLinkat,
  kMadvise,
  kMkdir,
  kMkdirat,
  kMmap,
  kMprotect,
  kMsync,
  kMunmap,
  kOpen,
  kOpenat,
  kPread,
  kPthreadCreate,
  kPwrite,
  kRead,
  kReaddir,
  kRealpath,
  kRenameat,
  kRenameat2,
  kStat,
  kSyncFileRange,
  kSyscall,
  kSysconf,
  kUnlinkat,
  kWrite,
  kCount
};

const char* name_of(Function function);

// Whether a call of this function may do less than it was asked to.
bool can_fall_short(Function function);

// One call of the plugin. What does not apply is as it stands here.
struct Call {
  Function function;
  int descriptor = -1;  // the file, or the folder that `name` counts from
  const char* name = nullptr;
  const char* new_name = nullptr;
  const void* memory = nullptr;
  uint64_t length = 0;
  int64_t offset = 0;
  int flags = 0;
};

// What goes wrong. `os_errno` kShort does half of what was asked; EINTR that lasts strikes every second call,
// as a stream of signals does.
struct Fault {
  static constexpr int kShort = -1;
  Function function = Function::kCount;
  uint64_t site = 0;
  uint32_t occurrence = 1;  // at the first call of the site, the second ...
  int os_errno = 0;
  bool lasting = false;  // from then on, at all sites of the function
};

struct Site {
  Function function = Function::kCount;
  uint32_t calls = 0;
  uint64_t id = 0;
  std::array<uint32_t, 16>
      frames{};  // return addresses within the plugin, innermost first, from its beginning on
  uint32_t depth = 0;
};

// Where sites are written down; may lie in memory shared with children.
struct SiteList {
  static constexpr uint32_t kMost = 2048;
  std::atomic<uint32_t> count;
  std::atomic<uint32_t> busy;  // a thread is at it
  std::array<Site, kMost> sites;
};

// For addr2line: "openat+0x1234<0x5678".
std::string text_of(const Site& site);

// Begins to tell the plugin's calls by their return addresses. `function` is any function of the plugin.
void watch_plugin(const void* function);

// Writes down every site that the plugin reaches, from here on.
void list_sites(SiteList* sites);

// Lets this happen, once it comes to it.
void inject(const Fault& fault);

// Ends listing and faults.
void end_faults();

// How many calls were spoilt since inject.
uint32_t calls_spoilt();

// Whether calls of this process are still being spoilt, again and again.
bool fault_lasts();

// Called around every watched call, with its result behind it (-1: it failed); nullptr for none.
using Observer = void (*)(const Call& call, bool done, int64_t result);
void observe(Observer observer);

// In a child, forked by an observer even: nothing is observed or spoilt, and calls count as the plugin's
// again.
void begin_afresh();

// The plugin's clocks run ahead of the machine's by what is added here; its sleeps only add to it.
void advance_clocks(int64_t nanoseconds);
// Moves the wall clock alone.
void set_wall_clock_ahead(int64_t nanoseconds);
int64_t plugin_wall_ns();

}  // namespace remora::test
