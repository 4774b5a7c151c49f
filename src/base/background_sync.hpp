// Syncing files without keeping a thread waiting for the disk: the kernel's workers do it.
#pragma once

#include <cstdint>

#include "base/file.hpp"
#include "base/status.hpp"

namespace remora::base {

// Used by one thread at a time. What was begun ends with the process too, and nothing is left waiting.
class BackgroundSync {
 public:
  static constexpr uint32_t kMostFiles = 2;

  BackgroundSync() = default;
  BackgroundSync(const BackgroundSync&) = delete;
  BackgroundSync& operator=(const BackgroundSync&) = delete;
  // Waits for what was begun.
  ~BackgroundSync();

  // Begins to make content and size of a file durable; it may be closed at once. False when the kernel does
  // not do that here, or when kMostFiles were begun and not collected: the caller syncs by itself then.
  bool start(const File& file);

  // Files begun and not collected.
  uint32_t pending() const { return pending_; }

  // Takes what has ended, without waiting. Errors: of a sync that failed, as File::sync.
  Code collect(Problem& problem);

  // In a forked child, which has no part in what its parent began.
  void after_fork();

 private:
  uint64_t context_ = 0;  // 0 = none yet
  uint32_t pending_ = 0;
  bool refused_ = false;  // by the kernel: not tried again
};

}  // namespace remora::base
