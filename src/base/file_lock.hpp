// Locks between processes, one for each byte of a lock file, dropped by the kernel when their owner dies.
//
// They are open-file-description locks (fcntl F_OFD_SETLK): closing some other descriptor of the file does
// not drop them, and process ids play no part, so they hold across pid namespaces. They do not exclude
// threads that share one descriptor; a bit for each byte does that here. They guard rare work only, and every
// wait is bounded.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/directory.hpp"
#include "base/file.hpp"
#include "base/heap.hpp"
#include "base/status.hpp"

namespace remora::base {

// The lock file of a directory, opened once per process and directory. All functions may be called by many
// threads at once, except open, close and reopen_after_fork. Neither copied nor moved: locks point at it.
class LockFile {
 public:
  static constexpr uint64_t kBytes = 512;  // lockable bytes are 0 .. kBytes-1

  LockFile() = default;
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  ~LockFile() = default;

  // Opens `name`, making it (0600) when it is missing. The directory must outlive this object. In a read-only
  // directory the file must be there, and locks can be looked at but not taken.
  // Errors: as File::open, and kUnsupported where the kernel or file system has no such locks.
  Code open(const Directory& directory, const char* name, Problem& problem);

  // Drops all locks of this object by closing the file.
  void close();

  bool is_open() const { return file_.is_open(); }

  // Whether the name still stands for the file that is open. If not, somebody replaced or removed it, and
  // processes that opened before and after do not exclude each other. What cannot be found out counts as yes.
  bool is_current() const;

  // Takes the byte's lock for this process and thread if it is free right now. `*granted` says whether it is;
  // held by somebody else (another process, or another thread here) is no error. Errors: kInvalid (byte out
  // of range), kState (not open), kPermission (read-only), kIo.
  Code try_lock(uint64_t byte, bool* granted, Problem& problem);

  // The same, but waits up to timeout_ns, looking again after 0.1 ms, 0.2 ms ... up to 5 ms.
  // Errors: kBusy when the time is over, otherwise as try_lock.
  Code lock_for(uint64_t byte, int64_t timeout_ns, Problem& problem);

  // Gives a lock back. A byte that is not held here is left alone. Another thread than the locking one may do
  // it. When the kernel refuses (it needs memory for that), the next call that locks or unlocks tries again.
  void unlock(uint64_t byte);

  // Whether another process (or another LockFile) holds the byte now. The answer may be old when it arrives.
  // True too when the kernel does not say: whoever may live must not be taken for dead.
  bool is_held_by_other(uint64_t byte) const;

  // Whether a thread of this process holds the byte by this object.
  bool is_held_here(uint64_t byte) const;

  // In a forked child, before any other call: closes the inherited descriptor, which would keep the parent's
  // locks alive after the parent's death, forgets all locks and opens the file anew. Errors: as open.
  Code reopen_after_fork(Problem& problem);

 private:
  bool give_back(uint64_t byte);
  void give_back_left_over();

  const Directory* directory_ = nullptr;
  String name_;
  File file_;
  // A set bit: a thread of this process holds that byte, or is asking the kernel for it. Setting a bit
  // acquires and clearing it releases, so a thread sees what the holder before it wrote.
  std::array<std::atomic<uint64_t>, kBytes / 64> held_{};
  // A set bit: the kernel did not take that lock back. Whoever deals with it sets the byte's bit in held_
  // meanwhile.
  std::array<std::atomic<uint64_t>, kBytes / 64> left_over_{};
  std::atomic<bool> any_left_over_{false};
};

// Holds one byte of a LockFile until destruction. Move-only; used by one thread at a time.
class ByteLock {
 public:
  ByteLock() = default;
  ByteLock(ByteLock&& other) noexcept;
  ByteLock& operator=(ByteLock&& other) noexcept;
  ByteLock(const ByteLock&) = delete;
  ByteLock& operator=(const ByteLock&) = delete;
  ~ByteLock();

  // Takes the lock if it is free (`held()` then says so), as LockFile::try_lock. Gives back first what it
  // held before.
  Code try_lock(LockFile& file, uint64_t byte, Problem& problem);
  // Waits up to timeout_ns; kBusy afterwards.
  Code lock_for(LockFile& file, uint64_t byte, int64_t timeout_ns, Problem& problem);

  bool held() const { return file_ != nullptr; }
  uint64_t byte() const { return byte_; }
  void unlock();
  // Forgets the lock without giving it back: for a forked child, whose LockFile was opened anew.
  void release() { file_ = nullptr; }

 private:
  LockFile* file_ = nullptr;
  uint64_t byte_ = 0;
};

}  // namespace remora::base
