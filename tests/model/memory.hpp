// What loads may return. Under Order::kInterleaving that is what stands in memory. Under Order::kRelaxed
// every atomic word keeps all stores of the execution, in the order in which they were made (its modification
// order); a thread's view says how far along each word it has come by what happened before, and a load may
// return any store from there on. What is not modelled: a load that sees a store made later in the execution
// (load buffering), and weak compare-exchanges that fail for no reason.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "model/address_table.hpp"
#include "model/operation.hpp"

namespace remora::model {

class Memory {
 public:
  // Picks one of so many possibilities; 0 is the newest store.
  using Choose = std::function<uint32_t(uint32_t options)>;

  void begin(Order order);

  uint64_t load(uint32_t actor, const Operation& op, const Choose& choose);
  void store(uint32_t actor, const Operation& op, uint64_t value);
  // Reads the newest store, writes what `next` makes of it, returns what was read.
  template <typename Next>
  uint64_t update(uint32_t actor, const Operation& op, Next&& next);
  // True when it wrote; `*expected` receives what was found otherwise.
  bool compare_exchange(uint32_t actor, const Operation& op, uint64_t* expected, uint64_t desired,
                        const Choose& choose);
  void fence(uint32_t actor, std::memory_order order);
  void heavy_fence(uint32_t actor);
  // A plain access; false when it races with another actor's (relaxed order alone finds that).
  bool plain(uint32_t actor, const Operation& op);
  // The last atomic access raced with a plain one.
  bool raced() const { return raced_; }

 private:
  // Number of the store of each word that a thread has come to; the first kMaxActors entries count the
  // actors' accesses themselves, for races.
  using View = std::vector<uint32_t>;
  struct Store {
    uint64_t value = 0;
    bool releases = false;
    View released;
  };
  struct Access {
    uint32_t plain_write = 0, plain_read = 0, atomic_write = 0, atomic_read = 0;
  };
  struct Thread {
    View view;
    View released;  // by the last release fence
    View relaxed;   // gathered by relaxed loads, for the next acquire fence
    bool fenced = false;
  };

  static void raise(View& view, uint32_t place, uint32_t to);
  static void join(View& view, const View& other);
  static uint32_t at(const View& view, uint32_t place) { return place < view.size() ? view[place] : 0; }

  uint32_t word_of(const Operation& op);
  void tick(uint32_t actor) { raise(threads_[actor].view, actor, at(threads_[actor].view, actor) + 1); }
  void read_from(uint32_t actor, uint32_t word, uint32_t index, std::memory_order order);
  void append(uint32_t actor, uint32_t word, const Operation& op, uint64_t value, const Store* continued);
  void sequence(uint32_t actor, uint32_t word, const Operation& op);
  bool access(uint32_t actor, const Operation& op, bool plain, bool write);

  Order order_ = Order::kInterleaving;
  AddressTable words_, granules_;
  std::vector<std::vector<Store>> stores_;
  std::vector<std::array<Access, kMaxActors>> accesses_;
  Thread threads_[kMaxActors];
  View sequential_;
  bool raced_ = false;
};

uint64_t read_memory(uintptr_t address, uint32_t size);
void write_memory(uintptr_t address, uint32_t size, uint64_t value);

template <typename Next>
uint64_t Memory::update(uint32_t actor, const Operation& op, Next&& next) {
  const uint64_t before = read_memory(op.address, op.size);
  const uint64_t after = next(before);
  if (order_ == Order::kRelaxed) {
    tick(actor);
    const uint32_t word = word_of(op);
    sequence(actor, word, op);
    read_from(actor, word, static_cast<uint32_t>(stores_[word].size()) - 1, op.order);
    const Store continued = stores_[word].back();
    append(actor, word, op, after, &continued);
    raced_ = !access(actor, op, false, true);
  }
  write_memory(op.address, op.size, after);
  return before;
}

}  // namespace remora::model
