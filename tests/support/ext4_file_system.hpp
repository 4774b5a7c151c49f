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
#include <utility>

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

  explicit Ext4FileSystem(uint64_t size) : image_(folder_.file("image")) {
    make(size, "");
    attach();
  }
  // Its blocks are those of a file `image` that is made: they may be fewer than it has. Without a journal,
  // which would be what runs out of them first.
  Ext4FileSystem(uint64_t size, std::string image) : image_(std::move(image)) {
    make(size, "-O ^has_journal ");
    attach();
  }
  // What a power loss would leave of another one right now: what its disk holds, and no page of memory.
  explicit Ext4FileSystem(const Ext4FileSystem& living) : image_(folder_.file("image")) {
    run("cp --sparse=always " + living.image_ + " " + image_);
    attach();
  }
  Ext4FileSystem& operator=(const Ext4FileSystem&) = delete;
  ~Ext4FileSystem() { umount2(path().c_str(), MNT_DETACH); }

  std::string path() const { return folder_.file("mounted"); }

 private:
  void make(uint64_t size, const std::string& options) const {
    const int fd = open(image_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const bool made = fd >= 0 && ftruncate(fd, static_cast<off_t>(size)) == 0;
    close(fd);
    if (!made) {
      throw std::runtime_error("cannot make " + image_);
    }
    run("mke2fs -q -t ext4 -m 0 " + options + image_);
  }

  void attach() const {
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      throw std::runtime_error("no mount namespace of one's own");
    }
    run("mkdir " + path() + " && mount -o loop " + image_ + " " + path() + " && chmod 0700 " + path());
  }

  static void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) {
      throw std::runtime_error("this failed: " + command);
    }
  }

  TempDir folder_;
  std::string image_;
};

}  // namespace remora::test
