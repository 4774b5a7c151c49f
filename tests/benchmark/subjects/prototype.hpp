// The floor: the least that a shared, memory-mapped table of Q-values can cost. A row is one cache line that
// carries its own key; a cell is one 64-bit word {float q, uint32 visits}, updated by compare-and-swap.
// Nothing else is there: no names, no policy but epsilon-greedy, no safety, no history. Remora's figures are
// read as ratios to it.
#pragma once

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "benchmark/harness/workload.hpp"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

namespace remora::bench {

struct PrototypeCell {
  float q;
  std::uint32_t visits;
};

struct alignas(64) PrototypeRow {
  std::atomic<std::uint64_t> key;  // 0 = free
  std::atomic<std::uint64_t> meta;
  std::array<std::atomic<std::uint64_t>, 6> cells;
};
static_assert(sizeof(PrototypeRow) == 64);

class Prototype {
 public:
  explicit Prototype(Scale scale, bool filled = true)
      : scale_(scale), slots_(std::bit_ceil(std::size_t{scale.states()} * 2)) {
    file_ = memfd_create("remora-bench-prototype", MFD_CLOEXEC);
    if (file_ < 0 || ftruncate(file_, static_cast<off_t>(bytes())) != 0)
      throw std::runtime_error("memfd_create failed");
    open();
    if (filled) fill();
  }
  Prototype(const Prototype&) = delete;
  Prototype& operator=(const Prototype&) = delete;
  ~Prototype() {
    close();
    ::close(file_);
  }

  void open() {
    void* memory = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("mmap failed");
    madvise(memory, bytes(), MADV_POPULATE_WRITE);
    rows_ = static_cast<PrototypeRow*>(memory);
  }
  void close() {
    if (rows_ != nullptr) munmap(rows_, bytes());
    rows_ = nullptr;
  }

  const Scale& scale() const { return scale_; }
  std::size_t slots() const { return slots_; }
  std::size_t bytes() const { return slots_ * sizeof(PrototypeRow); }
  PrototypeRow* rows() const { return rows_; }

  PrototypeRow* find(std::uint64_t key) const {
    for (std::size_t slot = key & (slots_ - 1);; slot = (slot + 1) & (slots_ - 1)) {
      const std::uint64_t there = rows_[slot].key.load(std::memory_order_acquire);
      if (there == key) return &rows_[slot];
      if (there == 0) return nullptr;
    }
  }

  // The free slot where key belongs; for one writer alone.
  PrototypeRow* place(std::uint64_t key) const {
    std::size_t slot = key & (slots_ - 1);
    while (rows_[slot].key.load(std::memory_order_relaxed) != 0) slot = (slot + 1) & (slots_ - 1);
    return &rows_[slot];
  }

  std::uint32_t route(std::uint64_t key, Random& random) const {
    const PrototypeRow* row = find(key);
    if (row == nullptr) return 0;
    float q[kVariants];
    read_values(*row, q);
    return choose(q, random);
  }

  void record(std::uint64_t key, std::uint32_t variant, float reward) const {
    PrototypeRow* row = find(key);
    if (row == nullptr) return;
    std::atomic<std::uint64_t>& cell = row->cells[variant];
    std::uint64_t seen = cell.load(std::memory_order_relaxed);
    for (;;) {
      auto value = std::bit_cast<PrototypeCell>(seen);
      value.q += kLearningRate * (reward - value.q);
      ++value.visits;
      if (cell.compare_exchange_weak(seen, std::bit_cast<std::uint64_t>(value), std::memory_order_release,
                                     std::memory_order_relaxed)) {
        return;
      }
    }
  }

  static void read_values(const PrototypeRow& row, float (&q)[kVariants]) {
    for (std::uint32_t variant = 0; variant < kVariants; ++variant) {
      q[variant] = std::bit_cast<PrototypeCell>(row.cells[variant].load(std::memory_order_relaxed)).q;
    }
  }

  class Session {
   public:
    using Key = State;
    explicit Session(Prototype& table, std::uint64_t seed) : table_(table), random_(seed) {}
    void set_key(Key& key, State state) const { key = state; }
    std::uint32_t route(const Key& key) { return table_.route(key_of(key), random_); }
    void record(const Key& key, std::uint32_t variant, float reward) {
      table_.record(key_of(key), variant, reward);
    }

   private:
    Prototype& table_;
    Random random_;
  };

 private:
  void fill() {
    Random random(3);
    for (std::uint32_t index = 0; index < scale_.states(); ++index) {
      const std::uint64_t key = key_of(scale_.state(index));
      PrototypeRow* row = place(key);
      for (std::uint32_t variant = 0; variant < kVariants; ++variant) {
        const PrototypeCell cell{random.reward(), 1};
        row->cells[variant].store(std::bit_cast<std::uint64_t>(cell), std::memory_order_relaxed);
      }
      row->meta.store(kVariants, std::memory_order_relaxed);
      row->key.store(key, std::memory_order_release);
    }
  }

  Scale scale_;
  std::size_t slots_;
  int file_ = -1;
  PrototypeRow* rows_ = nullptr;
};

// The floor of what route is asked to do: the same, and a control word, a coarse clock, and one ledger slot
// of 64 bytes in a ring of the session's own.
class PrototypeWithLedger : public Prototype {
 public:
  using Prototype::Prototype;

  struct alignas(64) Slot {
    std::atomic<std::uint64_t> id;
    std::uint64_t key;
    std::uint64_t time_ns;
    std::uint32_t agent;
    std::uint32_t variant;
    float q;
    float propensity;
    std::uint64_t unused[3];
  };
  static_assert(sizeof(Slot) == 64);

  class Session {
   public:
    using Key = State;
    explicit Session(PrototypeWithLedger& table, std::uint64_t seed) : table_(table), random_(seed) {
      void* memory = mmap(nullptr, kSlots * sizeof(Slot), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
      if (memory == MAP_FAILED) throw std::runtime_error("mmap failed");
      ring_ = static_cast<Slot*>(memory);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { munmap(ring_, kSlots * sizeof(Slot)); }

    void set_key(Key& key, State state) const { key = state; }

    std::uint32_t route(const Key& state) {
      if (table_.control_.load(std::memory_order_relaxed) == 0) return 0;
      const std::uint64_t key = key_of(state);
      const PrototypeRow* row = table_.find(key);
      if (row == nullptr) return 0;
      float q[kVariants];
      read_values(*row, q);
      const std::uint32_t variant = choose(q, random_);
      timespec now{};
      clock_gettime(CLOCK_REALTIME_COARSE, &now);
      Slot& slot = ring_[++sequence_ & (kSlots - 1)];
      slot.key = key;
      slot.time_ns =
          static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
      slot.agent = state.agent;
      slot.variant = variant;
      slot.q = q[variant];
      slot.propensity = 0.9f;
      slot.id.store(sequence_, std::memory_order_release);
      return variant;
    }

    void record(const Key& key, std::uint32_t variant, float reward) {
      table_.record(key_of(key), variant, reward);
    }

   private:
    static constexpr std::size_t kSlots = 1u << 16;
    PrototypeWithLedger& table_;
    Random random_;
    Slot* ring_ = nullptr;
    std::uint64_t sequence_ = 0;
  };

 private:
  alignas(128) std::atomic<std::uint32_t> control_{1};
};

}  // namespace remora::bench
