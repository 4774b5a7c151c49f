// Namespaces of a process's own, for what a container would be: of users too, where the tests do not run as
// root.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "support/child_process.hpp"

namespace remora::test {

inline bool write_to(const char* path, const std::string& text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return written;
}

// Enters new namespaces (CLONE_NEWPID: its children do), under the same user and group. 0, or what the kernel
// says to that.
inline int enter_namespaces(int kinds) {
  const std::string user = std::to_string(geteuid());
  const std::string group = std::to_string(getegid());
  const bool own_users = geteuid() != 0;
  if (unshare(own_users ? kinds | CLONE_NEWUSER : kinds) != 0) {
    return errno;
  }
  const bool mapped = !own_users || (write_to("/proc/self/setgroups", "deny") &&
                                     write_to("/proc/self/uid_map", user + " " + user + " 1") &&
                                     write_to("/proc/self/gid_map", group + " " + group + " 1"));
  return mapped ? 0 : errno;
}

// Why no process can enter such namespaces here; empty when it can.
inline std::string no_namespaces(int kinds) {
  const int refusal = in_child([kinds] { return enter_namespaces(kinds); });
  return refusal == 0 ? ""
                      : std::string("the kernel gives no namespace of one's own: ") + std::strerror(refusal);
}

}  // namespace remora::test
