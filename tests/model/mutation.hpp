// Breaks a protocol on purpose, at one place, while it runs: the explorer has to find out.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/operation.hpp"
#include "model/world.hpp"

namespace remora::model {

enum class Break : uint8_t {
  kWeaken,   // the access gets the order `to`; a fence goes away
  kSkip,     // a store is not made
  kForce,    // a compare-exchange writes whatever it finds
  kPass,     // a load finds again what the same actor found there last: a second look is taken out
  kPostpone  // a store is made only after the actor's next store to `until`
};

// Where: accesses of this kind to a field, of this order, by this actor.
struct Mutation {
  std::string title;  // as a reviewer would say it; empty = none
  Break what = Break::kWeaken;
  std::string field = {};
  Kind kind = Kind::kLoad;
  std::memory_order order = std::memory_order_relaxed;
  std::memory_order to = std::memory_order_relaxed;
  std::string until = {};
  int actor = -1;  // -1 = any
};

// A mutation at work in one execution.
class Saboteur {
 public:
  Saboteur(const Mutation& mutation, const World& world) : mutation_(mutation) {
    if (!mutation.title.empty() && !mutation.field.empty()) {
      field_ = world.field(mutation.field);
      until_ = mutation.until.empty() ? Field{} : world.field(mutation.until);
    }
  }

  void begin() { found_.clear(); }

  // Whether this is the access to break; counts it.
  bool meets(uint32_t actor, const Operation& op) {
    const bool hit = !mutation_.title.empty() && op.kind == mutation_.kind && op.order == mutation_.order &&
                     (mutation_.actor < 0 || static_cast<uint32_t>(mutation_.actor) == actor) &&
                     (op.is_fence() || field_.holds(op.address));
    met_ += hit ? 1 : 0;
    return hit;
  }
  Break what() const { return mutation_.what; }
  std::memory_order to() const { return mutation_.to; }
  bool ends_wait(uintptr_t address) const { return until_.size != 0 && until_.holds(address); }
  uint64_t times_met() const { return met_; }

  // For kPass: what an actor found in a place.
  void found(uint32_t actor, uintptr_t address, uint64_t value) {
    for (Found& f : found_) {
      if (f.actor == actor && f.address == address) {
        f.value = value;
        return;
      }
    }
    found_.push_back({actor, address, value});
  }
  bool found_before(uint32_t actor, uintptr_t address, uint64_t* value) const {
    for (const Found& f : found_) {
      if (f.actor == actor && f.address == address) {
        *value = f.value;
        return true;
      }
    }
    return false;
  }
  bool remembers(uintptr_t address) const {
    return !mutation_.title.empty() && mutation_.what == Break::kPass && field_.holds(address);
  }

 private:
  struct Found {
    uint32_t actor;
    uintptr_t address;
    uint64_t value;
  };
  Mutation mutation_;
  Field field_, until_;
  std::vector<Found> found_;
  uint64_t met_ = 0;
};

}  // namespace remora::model
