// The streams of operations that every subject is measured with: route, record, and an even mix of both.
#pragma once

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <vector>

#include "benchmark/harness/workload.hpp"

namespace remora::bench {

// Reads twice the second-level cache, so that what lay in it does no longer: an outcome comes long after its
// decision.
class CacheSweep {
 public:
  void run() {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < words_.size(); i += 8) sum += words_[i];
    sum_ = sum;
  }

  // Whether a table of so many states outgrows that cache, so that a row met at random is not in it.
  static bool concerns(std::uint32_t states) { return std::size_t{states} * 128 > level2_bytes(); }

 private:
  static std::size_t level2_bytes() {
    const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
    return bytes > 0 ? static_cast<std::size_t>(bytes) : std::size_t{1} << 20;
  }

  std::vector<std::uint64_t> words_ =
      std::vector<std::uint64_t>(2 * level2_bytes() / sizeof(std::uint64_t), 1);
  volatile std::uint64_t sum_ = 0;
};

template <class Subject>
class RouteWork {
 public:
  static constexpr std::size_t kBlock = 256;
  RouteWork(Subject& subject, std::uint64_t seed)
      : scale_(subject.scale()), session_(subject, seed), random_(seed * 2 + 1) {}
  ~RouteWork() { benchmark::DoNotOptimize(sink_); }

  void prepare() {
    for (auto& key : keys_) session_.set_key(key, scale_.random_state(random_));
  }
  void perform(std::size_t i) { sink_ += session_.route(keys_[i]); }

 private:
  Scale scale_;
  typename Subject::Session session_;
  Random random_;
  std::array<typename Subject::Session::Key, kBlock> keys_{};
  std::uint32_t sink_ = 0;
};

// Outcomes for states at random, of variants at random.
template <class Subject>
class RecordWork {
 public:
  static constexpr std::size_t kBlock = 256;
  RecordWork(Subject& subject, std::uint64_t seed)
      : scale_(subject.scale()), session_(subject, seed), random_(seed * 2 + 1) {}

  void prepare() {
    for (Item& item : items_) {
      session_.set_key(item.key, scale_.random_state(random_));
      item.variant = random_.below(kVariants);
      item.reward = random_.reward();
    }
  }
  void perform(std::size_t i) { session_.record(items_[i].key, items_[i].variant, items_[i].reward); }

 private:
  struct Item {
    typename Subject::Session::Key key;
    std::uint32_t variant;
    float reward;
  };

  Scale scale_;
  typename Subject::Session session_;
  Random random_;
  std::array<Item, kBlock> items_{};
};

// Route or record, by the toss of a coin.
template <class Subject>
class MixedWork {
 public:
  static constexpr std::size_t kBlock = 256;
  MixedWork(Subject& subject, std::uint64_t seed)
      : scale_(subject.scale()), session_(subject, seed), random_(seed * 2 + 1) {}
  ~MixedWork() { benchmark::DoNotOptimize(sink_); }

  void prepare() {
    for (Item& item : items_) {
      session_.set_key(item.key, scale_.random_state(random_));
      item.routes = (random_.next() >> 63) != 0;
      item.variant = random_.below(kVariants);
      item.reward = random_.reward();
    }
  }
  void perform(std::size_t i) {
    const Item& item = items_[i];
    if (item.routes) {
      sink_ += session_.route(item.key);
    } else {
      session_.record(item.key, item.variant, item.reward);
    }
  }

 private:
  struct Item {
    typename Subject::Session::Key key;
    bool routes;
    std::uint32_t variant;
    float reward;
  };

  Scale scale_;
  typename Subject::Session session_;
  Random random_;
  std::array<Item, kBlock> items_{};
  std::uint32_t sink_ = 0;
};

}  // namespace remora::bench
