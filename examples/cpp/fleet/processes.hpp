// The worker processes: started by fork and exec of this program, killed, held, waited for.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "board.hpp"

namespace fleet {

class Processes {
 public:
  Processes(std::string program, std::string directory, Board& board, int board_descriptor)
      : program_(std::move(program)),
        directory_(std::move(directory)),
        board_(board),
        descriptor_(board_descriptor) {}
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;
  ~Processes();  // kills those that are left

  // Starts one more worker; its place on the board, or kWorkerPlaces when it could not be started.
  uint32_t start();

  // SIGKILL: the worker gets no chance to clean up.
  void kill(uint32_t place);

  // Tells all to finish what they have and end, and waits. True when every living one ended with exit code 0.
  bool stop();

  // True when a worker that was not killed here has ended.
  bool lost_one();

  bool alive(uint32_t place) const { return place < pids_.size() && pids_[place] > 0; }
  uint32_t living() const;
  pid_t pid(uint32_t place) const { return pids_[place]; }
  uint32_t started() const { return static_cast<uint32_t>(pids_.size()); }

 private:
  std::string program_;
  std::string directory_;
  Board& board_;
  int descriptor_;
  std::vector<pid_t> pids_;  // by place; 0 = ended
};

}  // namespace fleet
