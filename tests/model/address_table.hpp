// Address -> small number, given out in the order of first use and forgotten as a whole in no time: a table
// is emptied before each of millions of executions.
#pragma once

#include <cstdint>
#include <vector>

namespace remora::model {

class AddressTable {
 public:
  AddressTable() : entries_(kSize) {}

  void clear() {
    ++round_;
    used_ = 0;
  }
  uint32_t size() const { return used_; }

  // The number of an address; `fresh` says that it has just got it.
  uint32_t number_of(uintptr_t address, bool* fresh) {
    for (uint64_t place = (address * 0x9E3779B97F4A7C15ULL) >> (64 - kBits);; ++place) {
      Entry& entry = entries_[place & (kSize - 1)];
      if (entry.round != round_) {
        entry = {address, round_, used_++};
        *fresh = true;
        return entry.number;
      }
      if (entry.address == address) {
        *fresh = false;
        return entry.number;
      }
    }
  }

 private:
  static constexpr uint32_t kBits = 14;
  static constexpr uint64_t kSize = 1ULL << kBits;
  struct Entry {
    uintptr_t address = 0;
    uint64_t round = 0;
    uint32_t number = 0;
  };
  std::vector<Entry> entries_;
  uint64_t round_ = 1;
  uint32_t used_ = 0;
};

}  // namespace remora::model
