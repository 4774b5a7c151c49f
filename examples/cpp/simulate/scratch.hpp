// A state directory of its own for one run, gone with it.
#pragma once

#include <string>

#include <remora/remora.hpp>

namespace simulation {

class Scratch {
 public:
  // A small state that begins with nothing learned, under this configuration. Time passes by `tick` alone.
  Scratch(const remora::Library& library, const std::string& configuration);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const remora::State& state() const { return *state_; }
  // Why there is no state; empty when there is one.
  const std::string& problem() const { return problem_; }

 private:
  std::string folder_, problem_;
  remora::Result<remora::State> state_;
};

}  // namespace simulation
