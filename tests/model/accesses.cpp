// What an access to shared memory does once it is its turn, broken or not.
#include "model/explorer.hpp"

namespace remora::model {
namespace {

uint64_t low_bytes(uint64_t value, uint32_t size) {
  return size == 8 ? value : value & ((1ULL << (8 * size)) - 1);
}

}  // namespace

uint64_t Explorer::load(Operation op) {
  const bool broken = saboteur_->meets(current_, op);
  uint64_t value = 0;
  if (broken && saboteur_->what() == Break::kPass && saboteur_->found_before(current_, op.address, &value)) {
    return value;
  }
  if (broken && saboteur_->what() == Break::kWeaken) {
    op.order = saboteur_->to();
  }
  step(op);
  value = memory_.load(current_, op, choose_);
  if (saboteur_->remembers(op.address)) {
    saboteur_->found(current_, op.address, value);
  }
  finished(op, false, value);
  return value;
}

void Explorer::store(Operation op, uint64_t value) {
  if (saboteur_->meets(current_, op)) {
    Running& self = *actors_[current_];
    switch (saboteur_->what()) {
      case Break::kWeaken:
        op.order = saboteur_->to();
        break;
      case Break::kSkip:
        return;
      case Break::kPostpone:
        self.postponed = true;
        self.later = op;
        self.later_value = value;
        return;
      default:
        break;
    }
  }
  step(op);
  world_.touch(op.address, op.size);
  memory_.store(current_, op, value);
  finished(op, true, value);
  Running& self = *actors_[current_];
  if (self.postponed && saboteur_->ends_wait(op.address)) {
    self.postponed = false;
    const Operation later = self.later;
    step(later);
    world_.touch(later.address, later.size);
    memory_.store(current_, later, self.later_value);
    finished(later, true, self.later_value);
  }
}

uint64_t Explorer::update(Operation op, uint64_t (*next)(uint64_t, uint64_t), uint64_t operand) {
  if (saboteur_->meets(current_, op) && saboteur_->what() == Break::kWeaken) {
    op.order = saboteur_->to();
  }
  step(op);
  world_.touch(op.address, op.size);
  const uint64_t before =
      memory_.update(current_, op, [&](uint64_t seen) { return low_bytes(next(seen, operand), op.size); });
  finished(op, true, before);
  return before;
}

bool Explorer::compare_exchange(Operation op, uint64_t* expected, uint64_t desired) {
  bool force = false;
  if (saboteur_->meets(current_, op)) {
    force = saboteur_->what() == Break::kForce;
    op.order = saboteur_->what() == Break::kWeaken ? saboteur_->to() : op.order;
  }
  step(op);
  world_.touch(op.address, op.size);
  bool done = true;
  if (force) {
    memory_.update(current_, op, [desired](uint64_t) { return desired; });
  } else {
    done = memory_.compare_exchange(current_, op, expected, desired, choose_);
  }
  finished(op, done, done ? desired : *expected);
  return done;
}

void Explorer::plain(Operation op) {
  step(op);
  if (op.kind == Kind::kPlainWrite) {
    world_.touch(op.address, op.size);
  }
  if (!memory_.plain(current_, op)) {
    fail("a plain and another access to the same memory, unordered");
  }
  finished(op, op.kind == Kind::kPlainWrite, 0);
}

void Explorer::fence(Operation op) {
  if (saboteur_->meets(current_, op) || options_.order == Order::kInterleaving) {
    return;
  }
  step(op);
  if (op.kind == Kind::kHeavyFence) {
    memory_.heavy_fence(current_);
  } else {
    memory_.fence(current_, op.order);
  }
  finished(op, false, 0);
}

}  // namespace remora::model
