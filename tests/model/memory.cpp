#include "model/memory.hpp"

#include <algorithm>

namespace remora::model {
namespace {

bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_consume ||
         order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}

bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

}  // namespace

uint64_t read_memory(uintptr_t address, uint32_t size) {
  switch (size) {
    case 1:
      return *reinterpret_cast<const volatile uint8_t*>(address);
    case 4:
      return *reinterpret_cast<const volatile uint32_t*>(address);
    default:
      return *reinterpret_cast<const volatile uint64_t*>(address);
  }
}

void write_memory(uintptr_t address, uint32_t size, uint64_t value) {
  switch (size) {
    case 1:
      *reinterpret_cast<volatile uint8_t*>(address) = static_cast<uint8_t>(value);
      break;
    case 4:
      *reinterpret_cast<volatile uint32_t*>(address) = static_cast<uint32_t>(value);
      break;
    default:
      *reinterpret_cast<volatile uint64_t*>(address) = value;
  }
}

void Memory::begin(Order order) {
  order_ = order;
  words_.clear();
  granules_.clear();
  for (Thread& thread : threads_) {
    thread.view.clear();
    thread.released.clear();
    thread.relaxed.clear();
    thread.fenced = false;
  }
  sequential_.clear();
  raced_ = false;
}

void Memory::raise(View& view, uint32_t place, uint32_t to) {
  if (view.size() <= place) {
    view.resize(place + 1, 0);
  }
  view[place] = std::max(view[place], to);
}

void Memory::join(View& view, const View& other) {
  if (view.size() < other.size()) {
    view.resize(other.size(), 0);
  }
  for (size_t i = 0; i < other.size(); ++i) {
    view[i] = std::max(view[i], other[i]);
  }
}

// A word's first store is what stood there when the actors began: everybody's past.
uint32_t Memory::word_of(const Operation& op) {
  bool fresh = false;
  const uint32_t word = words_.number_of(op.address, &fresh);
  if (fresh) {
    if (stores_.size() <= word) {
      stores_.resize(word + 1);
    }
    stores_[word].clear();
    stores_[word].push_back({read_memory(op.address, op.size), false, {}});
  }
  return word;
}

// A seq_cst access comes behind all earlier ones of the same word, and fences, in one order of all.
void Memory::sequence(uint32_t actor, uint32_t word, const Operation& op) {
  if (op.order == std::memory_order_seq_cst) {
    raise(threads_[actor].view, kMaxActors + word, at(sequential_, kMaxActors + word));
  }
}

void Memory::read_from(uint32_t actor, uint32_t word, uint32_t index, std::memory_order order) {
  Thread& thread = threads_[actor];
  raise(thread.view, kMaxActors + word, index);
  const Store& store = stores_[word][index];
  if (store.releases) {
    join(acquires(order) ? thread.view : thread.relaxed, store.released);
  }
  if (order == std::memory_order_seq_cst) {
    raise(sequential_, kMaxActors + word, index);
  }
}

// `continued`: the store that a read-modify-write read, whose release sequence it goes on.
void Memory::append(uint32_t actor, uint32_t word, const Operation& op, uint64_t value,
                    const Store* continued) {
  Thread& thread = threads_[actor];
  const auto index = static_cast<uint32_t>(stores_[word].size());
  raise(thread.view, kMaxActors + word, index);
  Store store{value, false, {}};
  if (releases(op.order)) {
    store.releases = true;
    store.released = thread.view;
  } else if (thread.fenced) {
    store.releases = true;
    store.released = thread.released;
    raise(store.released, kMaxActors + word, index);
  }
  if (continued != nullptr && continued->releases) {
    store.releases = true;
    join(store.released, continued->released);
  }
  if (op.order == std::memory_order_seq_cst) {
    raise(sequential_, kMaxActors + word, index);
  }
  stores_[word].push_back(std::move(store));
}

uint64_t Memory::load(uint32_t actor, const Operation& op, const Choose& choose) {
  if (order_ == Order::kInterleaving) {
    return read_memory(op.address, op.size);
  }
  tick(actor);
  const uint32_t word = word_of(op);
  sequence(actor, word, op);
  const std::vector<Store>& stores = stores_[word];
  const uint32_t oldest = at(threads_[actor].view, kMaxActors + word);
  // Of equal stores that release nothing the oldest stands for all: it leaves the reader the most choices.
  std::vector<uint32_t> candidates;
  for (auto i = static_cast<uint32_t>(stores.size()); i-- > oldest;) {
    const auto same = std::find_if(candidates.begin(), candidates.end(), [&](uint32_t c) {
      return !stores[i].releases && !stores[c].releases && stores[i].value == stores[c].value;
    });
    if (same != candidates.end()) {
      *same = i;
    } else {
      candidates.push_back(i);
    }
  }
  const uint32_t index =
      candidates[candidates.size() == 1 ? 0 : choose(static_cast<uint32_t>(candidates.size()))];
  const uint64_t value = stores[index].value;
  read_from(actor, word, index, op.order);
  raced_ = !access(actor, op, false, false);
  return value;
}

void Memory::store(uint32_t actor, const Operation& op, uint64_t value) {
  if (order_ == Order::kRelaxed) {
    tick(actor);
    append(actor, word_of(op), op, value, nullptr);
    raced_ = !access(actor, op, false, true);
  }
  write_memory(op.address, op.size, value);
}

bool Memory::compare_exchange(uint32_t actor, const Operation& op, uint64_t* expected, uint64_t desired,
                              const Choose& choose) {
  const uint64_t newest = read_memory(op.address, op.size);
  if (order_ == Order::kRelaxed) {
    // It may fail on a stale value, but it succeeds on the newest one alone.
    const uint32_t word = word_of(op);
    const std::vector<Store>& stores = stores_[word];
    std::vector<uint32_t> stale;
    for (auto i = static_cast<uint32_t>(stores.size()) - 1;
         i-- > at(threads_[actor].view, kMaxActors + word);) {
      if (stores[i].value != *expected && stores[i].value != newest) {
        stale.push_back(i);
      }
    }
    const uint32_t chosen = stale.empty() ? 0 : choose(static_cast<uint32_t>(stale.size()) + 1);
    if (chosen != 0 || newest != *expected) {
      tick(actor);
      Operation failed = op;
      failed.order = op.failure;
      sequence(actor, word, failed);
      const uint32_t index = chosen == 0 ? static_cast<uint32_t>(stores.size()) - 1 : stale[chosen - 1];
      *expected = stores[index].value;
      read_from(actor, word, index, op.failure);
      raced_ = !access(actor, op, false, false);
      return false;
    }
  }
  if (newest != *expected) {
    *expected = newest;
    return false;
  }
  update(actor, op, [desired](uint64_t) { return desired; });
  return true;
}

void Memory::fence(uint32_t actor, std::memory_order order) {
  if (order_ == Order::kInterleaving) {
    return;
  }
  Thread& thread = threads_[actor];
  if (acquires(order)) {
    join(thread.view, thread.relaxed);
  }
  if (order == std::memory_order_seq_cst) {
    join(thread.view, sequential_);
    join(sequential_, thread.view);
  }
  if (releases(order)) {
    thread.released = thread.view;
    thread.fenced = true;
  }
}

// The caller passes a fence before and one after those of all others.
void Memory::heavy_fence(uint32_t actor) {
  fence(actor, std::memory_order_seq_cst);
  for (uint32_t a = 0; a < kMaxActors; ++a) {
    fence(a, std::memory_order_seq_cst);
  }
  fence(actor, std::memory_order_seq_cst);
}

bool Memory::plain(uint32_t actor, const Operation& op) {
  if (order_ == Order::kInterleaving) {
    return true;
  }
  tick(actor);
  return access(actor, op, true, op.kind == Kind::kPlainWrite);
}

// Notes an access to its granules; false when it conflicts with one of another actor that did not happen
// before, and one of the two is plain.
bool Memory::access(uint32_t actor, const Operation& op, bool plain, bool write) {
  bool ordered = true;
  const View& view = threads_[actor].view;
  for (uintptr_t granule = op.first_granule(); granule <= op.last_granule(); ++granule) {
    bool fresh = false;
    const uint32_t number = granules_.number_of(granule, &fresh);
    if (accesses_.size() <= number) {
      accesses_.resize(number + 1);
    }
    auto& all = accesses_[number];
    if (fresh) {
      all.fill({});
    }
    for (uint32_t other = 0; other < kMaxActors; ++other) {
      const Access& a = all[other];
      uint32_t last = std::max(a.plain_write, write ? a.plain_read : 0U);
      if (plain) {
        last = std::max({last, a.atomic_write, write ? a.atomic_read : 0U});
      }
      ordered = ordered && (other == actor || last <= at(view, other));
    }
    Access& own = all[actor];
    uint32_t& place =
        plain ? (write ? own.plain_write : own.plain_read) : (write ? own.atomic_write : own.atomic_read);
    place = at(view, actor);
  }
  return ordered;
}

}  // namespace remora::model
