// What a host writes by hand: a hash map from names to values behind one mutex. Neither durable nor shared by
// processes.
#pragma once

#include <array>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "benchmark/harness/workload.hpp"

namespace remora::bench {

class HashMap {
 public:
  explicit HashMap(Scale scale) : scale_(scale) {
    rows_.reserve(scale.states());
    Random random(3);
    for (std::uint32_t index = 0; index < scale.states(); ++index) {
      Row& row = rows_[text_of(scale.state(index))];
      for (float& q : row.q) q = random.reward();
      row.visits.fill(1);
    }
  }

  void open() {}
  void close() {}
  const Scale& scale() const { return scale_; }

  class Session {
   public:
    using Key = std::string;
    explicit Session(HashMap& map, std::uint64_t seed) : map_(map), random_(seed) {}
    void set_key(Key& key, State state) const { key = text_of(state); }

    std::uint32_t route(const Key& key) {
      const std::lock_guard<std::mutex> lock(map_.mutex_);
      const auto found = map_.rows_.find(key);
      if (found == map_.rows_.end()) throw std::runtime_error("the map lost a state");
      return choose(found->second.q.data(), random_);
    }

    void record(const Key& key, std::uint32_t variant, float reward) {
      const std::lock_guard<std::mutex> lock(map_.mutex_);
      const auto found = map_.rows_.find(key);
      if (found == map_.rows_.end()) throw std::runtime_error("the map lost a state");
      float& q = found->second.q[variant];
      q += kLearningRate * (reward - q);
      ++found->second.visits[variant];
    }

   private:
    HashMap& map_;
    Random random_;
  };

 private:
  struct Row {
    std::array<float, kVariants> q;
    std::array<std::uint32_t, kVariants> visits;
  };

  static std::string text_of(State state) {
    return agent_name(state.agent) + "/" + task_type_name(state.task_type);
  }

  Scale scale_;
  std::mutex mutex_;
  std::unordered_map<std::string, Row> rows_;
};

}  // namespace remora::bench
