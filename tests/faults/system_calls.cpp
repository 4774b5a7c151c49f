#include "faults/system_calls.hpp"

#include <execinfo.h>
#include <link.h>

#include <cstdio>
#include <iterator>

#include "faults/interposition.hpp"

namespace remora::test {
namespace {

constexpr const char* kNames[] = {
    "access",    "clock_nanosleep", "close",    "closedir", "fallocate", "fcntl",          "fdopendir",
    "fstat",     "fstatat",         "fstatfs",  "fsync",    "ftruncate", "getrandom",      "getrlimit",
    "getrusage", "linkat",          "madvise",  "mkdir",    "mkdirat",   "mmap",           "mprotect",
    "msync",     "munmap",          "open",     "openat",   "pread",     "pthread_create", "pwrite",
    "read",      "readdir",         "realpath", "renameat", "renameat2", "stat",           "sync_file_range",
    "syscall",   "sysconf",         "unlinkat", "write"};
static_assert(std::size(kNames) == static_cast<size_t>(Function::kCount));

enum class Mode : uint8_t { kPass, kList, kInject };

struct Watch {
  uintptr_t begin = 0;  // of the plugin's code
  uintptr_t end = 0;
  uintptr_t base = 0;
  std::atomic<Mode> mode{Mode::kPass};
  SiteList* sites = nullptr;
  Fault fault;
  std::atomic<uint32_t> seen{0};    // calls at the fault's site
  std::atomic<uint32_t> struck{0};  // calls of its function since it began
  std::atomic<uint32_t> spoilt{0};
  Observer observer = nullptr;
  std::atomic<int64_t> ahead{0};
  std::atomic<int64_t> wall_ahead{0};
};

constinit Watch g_watch;
constinit thread_local bool t_inside = false;  // what this file itself calls is no call of the plugin

int find_object(dl_phdr_info* info, size_t, void* wanted) {
  const auto address = *static_cast<uintptr_t*>(wanted);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + part.p_vaddr;
    if (part.p_type == PT_LOAD && (part.p_flags & PF_X) != 0 && address >= begin &&
        address < begin + part.p_memsz) {
      g_watch.begin = begin;
      g_watch.end = begin + part.p_memsz;
      g_watch.base = info->dlpi_addr;
      return 1;
    }
  }
  return 0;
}

bool in_plugin(const void* address) {
  const auto place = reinterpret_cast<uintptr_t>(address);
  return place >= g_watch.begin && place < g_watch.end;
}

// Where the present call comes from.
Site site_of(Function function) {
  constexpr int kDepth = 40;
  void* frames[kDepth];
  const int depth = backtrace(frames, kDepth);
  Site site;
  site.function = function;
  uint64_t hash = 0xcbf29ce484222325ULL ^ static_cast<uint64_t>(function);
  for (int i = 0; i < depth && site.depth < site.frames.size(); ++i) {
    if (in_plugin(frames[i])) {
      const auto offset = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(frames[i]) - g_watch.base);
      site.frames[site.depth++] = offset;
      hash = (hash ^ offset) * 0x100000001b3ULL;
    } else if (site.depth != 0) {
      break;  // left the plugin
    }
  }
  site.id = hash;
  return site;
}

void write_down(const Site& site) {
  SiteList& list = *g_watch.sites;
  while (list.busy.exchange(1, std::memory_order_acquire) != 0) {
  }
  uint32_t i = 0;
  while (i < list.count && list.sites[i].id != site.id) {
    ++i;
  }
  if (i == list.count && i < SiteList::kMost) {
    list.sites[i] = site;
    ++list.count;
  }
  if (i < SiteList::kMost) {
    ++list.sites[i].calls;
  }
  list.busy.store(0, std::memory_order_release);
}

int strike() {
  const uint32_t struck = g_watch.struck.fetch_add(1);
  if (g_watch.fault.os_errno == EINTR && struck % 2 == 1) {
    return 0;
  }
  ++g_watch.spoilt;
  return g_watch.fault.os_errno;
}

int decide(const Call& call) {
  const Mode mode = g_watch.mode;
  if (mode == Mode::kList) {
    write_down(site_of(call.function));
    return 0;
  }
  const Fault& fault = g_watch.fault;
  if (mode != Mode::kInject || call.function != fault.function) {
    return 0;
  }
  if (g_watch.struck != 0) {
    return fault.lasting ? strike() : 0;
  }
  if (site_of(call.function).id != fault.site) {
    return 0;
  }
  return ++g_watch.seen == fault.occurrence ? strike() : 0;
}

}  // namespace

const char* name_of(Function function) { return kNames[static_cast<size_t>(function)]; }

bool can_fall_short(Function function) {
  return function == Function::kRead || function == Function::kPread || function == Function::kWrite ||
         function == Function::kPwrite || function == Function::kGetrandom;
}

std::string text_of(const Site& site) {
  std::string text = name_of(site.function);
  for (uint32_t i = 0; i < site.depth; ++i) {
    char frame[16];
    std::snprintf(frame, sizeof frame, "%s%#x", i == 0 ? " at " : " < ", site.frames[i]);
    text += frame;
  }
  return text;
}

void watch_plugin(const void* function) {
  void* warm[2];
  backtrace(warm, 2);  // loads what it needs the first time
  auto address = reinterpret_cast<uintptr_t>(function);
  dl_iterate_phdr(find_object, &address);
}

void list_sites(SiteList* sites) {
  g_watch.sites = sites;
  g_watch.mode = Mode::kList;
}

void inject(const Fault& fault) {
  g_watch.fault = fault;
  g_watch.seen = 0;
  g_watch.struck = 0;
  g_watch.spoilt = 0;
  g_watch.mode = Mode::kInject;
}

void end_faults() { g_watch.mode = Mode::kPass; }

uint32_t calls_spoilt() { return g_watch.spoilt; }

bool fault_lasts() { return g_watch.mode == Mode::kInject && g_watch.fault.lasting && g_watch.struck != 0; }

void observe(Observer observer) { g_watch.observer = observer; }

void begin_afresh() {
  end_faults();
  observe(nullptr);
  t_inside = false;
}

void advance_clocks(int64_t nanoseconds) { g_watch.ahead += nanoseconds; }

void set_wall_clock_ahead(int64_t nanoseconds) { g_watch.wall_ahead = nanoseconds; }

int64_t plugin_wall_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec + clock_shift(CLOCK_REALTIME);
}

bool from_plugin(const void* caller) { return !t_inside && in_plugin(caller); }

int verdict(const Call& call) {
  if (g_watch.mode == Mode::kPass) {
    return 0;
  }
  t_inside = true;
  const int wrong = decide(call);
  t_inside = false;
  return wrong;
}

void tell_observer(const Call& call, bool done, int64_t result) {
  if (g_watch.observer != nullptr) {
    t_inside = true;
    g_watch.observer(call, done, result);
    t_inside = false;
  }
}

int64_t clock_shift(clockid_t clock) {
  const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  return g_watch.ahead + (wall ? g_watch.wall_ahead.load() : 0);
}

timespec shifted(clockid_t clock, timespec time) {
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t shift = clock_shift(clock);
  const int64_t total = static_cast<int64_t>(time.tv_sec) * kSecond + time.tv_nsec + shift;
  return {static_cast<time_t>(total / kSecond), static_cast<long>(total % kSecond)};
}

}  // namespace remora::test
