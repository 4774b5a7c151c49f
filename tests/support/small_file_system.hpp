// A file system that is really small, so that it can be really full. Needs root.
#pragma once

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "support/temp_dir.hpp"

namespace remora::test {

// Mounted in a mount namespace of this process, so that nothing stays when the process is killed.
class SmallFileSystem {
 public:
  static bool is_possible() { return geteuid() == 0; }

  // `type` is tmpfs (of `size` bytes) or ramfs (without a limit, and without fallocate).
  explicit SmallFileSystem(uint64_t size, const char* type = "tmpfs") {
    enter_own_namespace();
    const std::string limit = "mode=700,size=" + std::to_string(size);
    check(mount("remora-test", folder_.path().c_str(), type, MS_NOSUID | MS_NODEV,
                std::strcmp(type, "tmpfs") == 0 ? limit.c_str() : "mode=700"),
          "mount");
  }
  SmallFileSystem(const SmallFileSystem&) = delete;
  SmallFileSystem& operator=(const SmallFileSystem&) = delete;
  ~SmallFileSystem() { umount2(folder_.path().c_str(), MNT_DETACH); }

  const TempDir& folder() const { return folder_; }
  const std::string& path() const { return folder_.path(); }

 private:
  static void check(int result, const char* what) {
    if (result != 0) {
      throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
    }
  }

  static void enter_own_namespace() {
    static bool done = false;
    if (!done) {
      check(unshare(CLONE_NEWNS), "unshare");
      check(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "making mounts private");
      done = true;
    }
  }

  TempDir folder_;
};

}  // namespace remora::test
