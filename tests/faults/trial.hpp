// A host in a process of its own, whose death is an answer too.
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <new>
#include <string>

#include "faults/session.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"

namespace remora::test {

// In memory, where it can be had: thousands of states are made and synced.
inline std::filesystem::path fast_folder() {
  return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
}

// Runs `body` in a child, with an empty board and its output kept; ended by SIGALRM when it hangs.
template <class Body>
pid_t start_trial(Board& board, const Body& body) {
  constexpr unsigned kHung = 30;  // seconds
  ::new (&board) Board{};
  board.output = memfd_create("output", MFD_CLOEXEC);
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    alarm(kHung);
    if (dup2(board.output, STDOUT_FILENO) < 0 || dup2(board.output, STDERR_FILENO) < 0) {
      end_forked(1);
    }
    begin_afresh();
    body();
    begin_afresh();
    std::fflush(nullptr);
    end_forked(0);
  }
  return child;
}

// What must not be; empty when all is well.
inline std::string finish_trial(Board& board, pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  char printed[200] = {};
  const bool silent = pread(board.output, printed, sizeof printed - 1, 0) == 0;
  close(board.output);
  if (board.complaints != 0) {
    return board.complaint;
  }
  if (!silent) {
    return std::string("the terminal is the host's, and got: ") + printed;
  }
  return status == 0 ? "" : "the host ended with status " + std::to_string(status);
}

}  // namespace remora::test
