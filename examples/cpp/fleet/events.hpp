// Remora's events, read with a cursor and told in plain words.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <remora/remora.hpp>

namespace fleet {

class Events {
 public:
  explicit Events(const remora::State& state) : state_(state) {}

  // Takes what is new.
  std::vector<remora::Event> poll();

  // Whether an event that fits has come at or after a place in the sequence. Looks at all that were polled.
  bool seen(uint64_t since, const std::function<bool(const remora::Event&)>& fits) const;
  const remora::Event* find(uint64_t since, const std::function<bool(const remora::Event&)>& fits) const;
  uint64_t next() const { return cursor_; }
  uint64_t count(remora_event_kind kind) const;

  // One sentence, without the time. Empty for kinds that come by the hour.
  std::string in_words(const remora::Event& event) const;

 private:
  std::string who(const remora::Event& event) const;

  const remora::State& state_;
  uint64_t cursor_ = 0;
  std::vector<remora::Event> kept_;
};

// "day 2 14:05", counted from the start of the run.
std::string day_and_hour(int64_t since_start_ns);

const char* safety_reason(int32_t reason);
const char* rollout_reason(int32_t reason);
const char* mode_name(uint32_t mode);

}  // namespace fleet
