#include "processes.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fleet {
namespace {

// Waits for a child's end; its exit code, or -1 when a signal ended it.
int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Processes::~Processes() {
  for (uint32_t place = 0; place < pids_.size(); ++place) {
    kill(place);
  }
}

uint32_t Processes::start() {
  const auto place = static_cast<uint32_t>(pids_.size());
  if (place >= kWorkerPlaces) {
    return kWorkerPlaces;
  }
  const std::string descriptor = std::to_string(descriptor_);
  const std::string number = std::to_string(place);
  const char* arguments[] = {program_.c_str(),   "--worker",     directory_.c_str(),
                             descriptor.c_str(), number.c_str(), nullptr};
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // no worker outlives the demo
    execv(arguments[0], const_cast<char* const*>(arguments));
    _exit(127);
  }
  if (pid < 0) {
    return kWorkerPlaces;
  }
  pids_.push_back(pid);
  return place;
}

void Processes::kill(uint32_t place) {
  if (alive(place)) {
    ::kill(pids_[place], SIGKILL);
    wait_for(pids_[place]);
    pids_[place] = 0;
  }
}

bool Processes::stop() {
  board_.stop.store(1, std::memory_order_relaxed);
  bool clean = true;
  for (pid_t& pid : pids_) {
    if (pid > 0) {
      clean = wait_for(pid) == 0 && clean;
      pid = 0;
    }
  }
  return clean;
}

bool Processes::lost_one() {
  for (pid_t& pid : pids_) {
    if (pid > 0 && waitpid(pid, nullptr, WNOHANG) == pid) {
      pid = 0;
      return true;
    }
  }
  return false;
}

uint32_t Processes::living() const {
  return static_cast<uint32_t>(std::count_if(pids_.begin(), pids_.end(), [](pid_t pid) { return pid > 0; }));
}

}  // namespace fleet
