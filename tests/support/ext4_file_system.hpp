// A small ext4 file system in a file, so that a real one can be really full. Needs root, mke2fs and a loop
// device.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "support/temp_dir.hpp"

namespace remora::test {

// Mounted in a mount namespace of this process; the loop device goes with the mount.
class Ext4FileSystem {
 public:
  // What is missing here; empty when nothing is.
  static std::string missing() {
    if (geteuid() != 0) {
      return "mounting needs root";
    }
    if (access("/dev/loop-control", W_OK) != 0) {
      return "there are no loop devices";
    }
    return std::system("command -v mke2fs mount >/dev/null") == 0 ? "" : "mke2fs or mount is not installed";
  }

  explicit Ext4FileSystem(uint64_t size) {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      throw std::runtime_error("no mount namespace of one's own");
    }
    const std::string image = folder_.file("image");
    const std::string mounted = path();
    const int fd = open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const bool made = fd >= 0 && ftruncate(fd, static_cast<off_t>(size)) == 0;
    close(fd);
    const std::string command = "mkdir " + mounted + " && mke2fs -q -t ext4 -m 0 " + image +
                                " && mount -o loop " + image + " " + mounted;
    if (!made || std::system(command.c_str()) != 0 || chmod(mounted.c_str(), 0700) != 0) {
      throw std::runtime_error("an ext4 file system cannot be mounted here");
    }
  }
  Ext4FileSystem(const Ext4FileSystem&) = delete;
  Ext4FileSystem& operator=(const Ext4FileSystem&) = delete;
  ~Ext4FileSystem() { umount2(path().c_str(), MNT_DETACH); }

  std::string path() const { return folder_.file("mounted"); }

 private:
  TempDir folder_;
};

}  // namespace remora::test
