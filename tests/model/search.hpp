// Which actor takes the next step, and which of several stores a load returns: one execution after another.
#pragma once

#include <cstdint>
#include <vector>

#include "model/address_table.hpp"
#include "model/operation.hpp"

namespace remora::model {

inline constexpr uint32_t kNobody = UINT32_MAX;

// What is there to choose from.
struct Moment {
  uint32_t enabled = 0;  // actors that can take a step, as a mask
  uint32_t previous = kNobody;
  const Operation* next = nullptr;  // of each actor
};

class Search {
 public:
  virtual ~Search() = default;
  virtual void begin() = 0;
  // kNobody: whatever happens from here on was seen before in another order.
  virtual uint32_t pick(const Moment& moment) = 0;
  virtual uint32_t choose(uint32_t options) = 0;
  // The picked actor's step has been made.
  virtual void made(uint32_t actor, const Operation& op, bool wrote) = 0;
  // Prepares the next execution; false when there is none.
  virtual bool next() = 0;
};

// All executions, but of those that differ only in the order of independent steps one alone: source-set
// dynamic partial-order reduction with sleep sets (Abdulla, Aronis, Jonsson, Sagonas: Optimal Dynamic Partial
// Order Reduction, POPL 2014). With a bound on preemptions, fewer.
class Exhaustive : public Search {
 public:
  Exhaustive(Order order, bool heavy_fences, uint32_t preemptions)
      : order_(order), heavy_fences_(heavy_fences), bound_(preemptions) {}

  void begin() override;
  uint32_t pick(const Moment& moment) override;
  uint32_t choose(uint32_t options) override;
  void made(uint32_t actor, const Operation& op, bool wrote) override;
  bool next() override;

 private:
  struct Node {
    uint32_t options = 0;  // 0: an actor was picked here, else a store was chosen
    uint32_t chosen = 0;
    uint32_t enabled = 0, asleep = 0, wanted = 0;
    uint32_t previous = kNobody, preemptions = 0;
    Kind kind = Kind::kNone;  // of the step made: the same at each replay
  };
  struct Event {
    uint32_t actor = 0;
    uint32_t node = 0;
    Clock clock{};
  };
  struct Uses {
    uint32_t write = kNobody;                             // event that wrote last
    uint32_t lock = kNobody;                              // event that locked last
    std::array<uint32_t, kMaxActors> read_since_write{};  // event + 1
  };

  uint32_t allowed(const Node& node, uint32_t mask) const;
  uint32_t preemptions_behind(const Node& node) const;
  bool dependent(const Operation& next, const Operation& done, bool wrote) const;
  void use(uintptr_t granule, uint32_t event, const Operation& op, bool wrote);
  void race(uint32_t earlier, uint32_t later, const Clock& later_clock);
  bool before(uint32_t earlier, const Clock& clock) const {
    return clock[events_[earlier].actor] >= events_[earlier].clock[events_[earlier].actor];
  }

  Order order_;
  bool heavy_fences_;
  uint32_t bound_;
  std::vector<Node> nodes_;
  size_t depth_ = 0;
  uint32_t current_ = 0;  // node of the last pick
  uint32_t asleep_ = 0;
  const Operation* next_ = nullptr;
  std::vector<Event> events_;
  std::array<Clock, kMaxActors> clocks_{};
  AddressTable granules_;
  std::vector<Uses> uses_;
  std::vector<uint32_t> conflicts_;
};

// So many executions at random; the seed replays them.
class RandomWalk : public Search {
 public:
  RandomWalk(uint64_t seed, uint64_t executions) : state_(seed | 1), left_(executions) {}

  void begin() override {}
  uint32_t pick(const Moment& moment) override;
  uint32_t choose(uint32_t options) override { return draw() % 2 == 0 ? 0 : draw() % options; }
  void made(uint32_t, const Operation&, bool) override {}
  bool next() override { return left_ > 1 && --left_ > 0; }

 private:
  uint32_t draw();
  uint64_t state_;
  uint64_t left_;
};

}  // namespace remora::model
