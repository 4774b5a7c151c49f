// The optional thread that ticks, for hosts that asked for one at open.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace remora::engine {

class Engine;

class Keeper {
 public:
  // Starts the thread with all signals blocked. Throws std::system_error when there can be none.
  explicit Keeper(Engine& engine);
  // Ends and joins it. Never called in a forked child, where there is no thread to join.
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

 private:
  void run(Engine& engine);

  std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace remora::engine
