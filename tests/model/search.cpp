#include "model/search.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace remora::model {
namespace {

constexpr uint32_t bit(uint32_t actor) { return 1U << actor; }

// Granules that stand for no address: the order of seq_cst steps, and fences that reach every actor.
constexpr uintptr_t kSequence = UINTPTR_MAX;
constexpr uintptr_t kEverybody = UINTPTR_MAX - 1;

bool overlap(const Operation& a, const Operation& b) {
  return a.first_granule() <= b.last_granule() && b.first_granule() <= a.last_granule();
}

}  // namespace

void Exhaustive::begin() {
  depth_ = 0;
  asleep_ = 0;
  events_.clear();
  clocks_.fill({});
  granules_.clear();
}

// Preemptions on the way to what follows a node.
uint32_t Exhaustive::preemptions_behind(const Node& node) const {
  const bool preempts =
      node.previous != kNobody && node.chosen != node.previous && (node.enabled & bit(node.previous)) != 0;
  return node.preemptions + (preempts ? 1 : 0);
}

uint32_t Exhaustive::allowed(const Node& node, uint32_t mask) const {
  const bool spent =
      node.preemptions >= bound_ && node.previous != kNobody && (node.enabled & bit(node.previous)) != 0;
  return spent ? mask & bit(node.previous) : mask;
}

uint32_t Exhaustive::pick(const Moment& moment) {
  next_ = moment.next;
  if (depth_ == nodes_.size()) {
    Node node;
    node.enabled = moment.enabled;
    node.asleep = asleep_;
    node.previous = moment.previous;
    node.preemptions = depth_ == 0 ? 0 : preemptions_behind(nodes_[current_]);
    const uint32_t options = allowed(node, moment.enabled & ~node.asleep);
    if (options == 0) {
      return kNobody;
    }
    const bool goes_on = moment.previous != kNobody && (options & bit(moment.previous)) != 0;
    node.chosen = goes_on ? moment.previous : static_cast<uint32_t>(std::countr_zero(options));
    node.wanted = bit(node.chosen);
    nodes_.push_back(node);
  }
  Node& node = nodes_[depth_];
  if (node.options != 0 || node.enabled != moment.enabled) {
    throw std::logic_error("an execution did not repeat itself");
  }
  current_ = static_cast<uint32_t>(depth_++);
  asleep_ = node.asleep;
  return node.chosen;
}

uint32_t Exhaustive::choose(uint32_t options) {
  if (depth_ == nodes_.size()) {
    Node node;
    node.options = options;
    nodes_.push_back(node);
  }
  const Node& node = nodes_[depth_++];
  if (node.options != options) {
    throw std::logic_error("an execution did not repeat itself");
  }
  return node.chosen;
}

bool Exhaustive::next() {
  while (!nodes_.empty()) {
    Node& node = nodes_.back();
    if (node.options != 0) {
      if (++node.chosen < node.options) {
        return true;
      }
    } else {
      node.asleep |= bit(node.chosen);
      if (const uint32_t rest = allowed(node, node.wanted & ~node.asleep); rest != 0) {
        node.chosen = static_cast<uint32_t>(std::countr_zero(rest));
        node.kind = Kind::kNone;
        return true;
      }
    }
    nodes_.pop_back();
  }
  return false;
}

// Whether a step that was made could make another actor's next one different.
bool Exhaustive::dependent(const Operation& next, const Operation& done, bool wrote) const {
  if (order_ == Order::kRelaxed && next.sequential() && done.sequential()) {
    return true;
  }
  if (heavy_fences_ && (next.kind == Kind::kHeavyFence || done.kind == Kind::kHeavyFence)) {
    return true;
  }
  if (next.is_fence() || done.is_fence()) {
    return false;
  }
  return overlap(next, done) && (wrote || next.may_write());
}

void Exhaustive::made(uint32_t actor, const Operation& op, bool wrote) {
  Node& node = nodes_[current_];
  if (node.kind != Kind::kNone && node.kind != op.kind) {
    throw std::logic_error("an execution did not repeat itself");
  }
  node.kind = op.kind;
  asleep_ &= ~bit(actor);
  for (uint32_t a = 0; a < kMaxActors; ++a) {
    if ((asleep_ & bit(a)) != 0 && dependent(next_[a], op, wrote)) {
      asleep_ &= ~bit(a);
    }
  }
  const auto event = static_cast<uint32_t>(events_.size());
  const Clock own = clocks_[actor];
  events_.push_back({actor, current_, own});
  conflicts_.clear();
  if (!op.is_fence()) {
    for (uintptr_t granule = op.first_granule(); granule <= op.last_granule(); ++granule) {
      use(granule, event, op, wrote);
    }
  }
  if (order_ == Order::kRelaxed && op.sequential()) {
    use(kSequence, event, op, true);
  }
  if (heavy_fences_) {
    use(kEverybody, event, op, op.kind == Kind::kHeavyFence);
  }
  Clock clock = own;
  for (const uint32_t c : conflicts_) {
    join(clock, events_[c].clock);
  }
  ++clock[actor];
  events_[event].clock = clock;
  clocks_[actor] = clock;
  if (op.kind == Kind::kLock || op.kind == Kind::kUnlock) {
    return;  // `use` saw to it
  }
  for (const uint32_t c : conflicts_) {
    const bool through_another = std::any_of(conflicts_.begin(), conflicts_.end(), [&](uint32_t d) {
      return d != c && before(c, events_[d].clock);
    });
    if (!before(c, own) && !through_another) {
      race(c, event, clock);
    }
  }
}

// Gathers what an event conflicts with at a granule, and notes the event there.
void Exhaustive::use(uintptr_t granule, uint32_t event, const Operation& op, bool wrote) {
  bool fresh = false;
  const uint32_t number = granules_.number_of(granule, &fresh);
  if (uses_.size() <= number) {
    uses_.resize(number + 1);
  }
  Uses& uses = uses_[number];
  if (fresh) {
    uses = {};
  }
  const uint32_t actor = events_[event].actor;
  const auto conflict = [&](uint32_t with) {
    if (std::find(conflicts_.begin(), conflicts_.end(), with) == conflicts_.end()) {
      conflicts_.push_back(with);
    }
  };
  if (uses.write != kNobody && events_[uses.write].actor != actor) {
    conflict(uses.write);
  }
  if (!wrote) {
    uses.read_since_write[actor] = event + 1;
    return;
  }
  for (uint32_t a = 0; a < kMaxActors; ++a) {
    if (a != actor && uses.read_since_write[a] != 0) {
      conflict(uses.read_since_write[a] - 1);
    }
  }
  if (op.kind == Kind::kLock) {
    // Who waits for a lock could have been first: the race is with the one who took it.
    if (uses.lock != kNobody && events_[uses.lock].actor != actor && !before(uses.lock, clocks_[actor])) {
      Clock clock = clocks_[actor];
      ++clock[actor];
      events_[event].clock = clock;
      race(uses.lock, event, clock);
    }
    uses.lock = event;
  }
  uses.write = event;
  uses.read_since_write.fill(0);
}

// Has an execution explored in which `later` comes before `earlier`: one of the actors that could begin what
// led to `later` without `earlier` is wanted where `earlier` was made.
void Exhaustive::race(uint32_t earlier, uint32_t later, const Clock& later_clock) {
  std::array<uint32_t, kMaxActors> first{};
  uint32_t seen = 0;
  uint32_t initials = 0;
  for (uint32_t e = earlier + 1; e <= later; ++e) {
    const Clock& clock = e == later ? later_clock : events_[e].clock;
    const uint32_t actor = events_[e].actor;
    if (e != later && before(earlier, clock)) {
      continue;
    }
    if ((seen & bit(actor)) != 0) {
      continue;
    }
    bool initial = true;
    for (uint32_t a = 0; a < kMaxActors; ++a) {
      initial = initial && ((seen & bit(a)) == 0 || clock[a] < first[a]);
    }
    seen |= bit(actor);
    first[actor] = clock[actor];
    initials |= initial ? bit(actor) : 0U;
  }
  Node& node = nodes_[events_[earlier].node];
  if ((initials & node.wanted) == 0) {
    const uint32_t actor = events_[later].actor;
    const bool direct = (initials & bit(actor)) != 0;
    node.wanted |= direct ? bit(actor) : bit(static_cast<uint32_t>(std::countr_zero(initials)));
  }
}

uint32_t RandomWalk::draw() {
  state_ += 0x9E3779B97F4A7C15ULL;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<uint32_t>(z >> 33);
}

uint32_t RandomWalk::pick(const Moment& moment) {
  const bool can_go_on = moment.previous != kNobody && (moment.enabled & bit(moment.previous)) != 0;
  if (can_go_on && draw() % 4 != 0) {
    return moment.previous;
  }
  uint32_t skip = draw() % static_cast<uint32_t>(std::popcount(moment.enabled));
  uint32_t rest = moment.enabled;
  for (; skip > 0; --skip) {
    rest &= rest - 1;
  }
  return static_cast<uint32_t>(std::countr_zero(rest));
}

}  // namespace remora::model
