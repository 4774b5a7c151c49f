// Tells whether a row's key was seen before. Rows stand in a file as they stood in a table whose places are a
// hash of the key, so for a snapshot of the same directory the places asked for here lie side by side as
// well.
#pragma once

#include <bit>
#include <cstdint>

#include "base/heap.hpp"
#include "base/mix.hpp"

namespace remora::snapshot {

class KeySet {
 public:
  // For at most `keys` keys; `secret` keeps a stranger from choosing keys that collide. Throws
  // std::bad_alloc.
  KeySet(uint64_t keys, const uint64_t (&secret)[2])
      : secret_{secret[0], secret[1]}, mask_(std::bit_ceil(2 * keys + 2) - 1), places_(mask_ + 1) {}

  // Has the place of a key in the cache by the time it is added.
  void prefetch(uint64_t key) const { __builtin_prefetch(&places_[place_of(key)], 1); }

  // Adds a key other than 0; false when it is there already. Must not be called more often than `keys` times.
  bool add(uint64_t key) {
    for (uint64_t place = place_of(key);; place = (place + 1) & mask_) {
      if (places_[place] == 0) {
        places_[place] = key;
        return true;
      }
      if (places_[place] == key) {
        return false;
      }
    }
  }

 private:
  uint64_t place_of(uint64_t key) const { return base::mix(key, secret_) & mask_; }

  uint64_t secret_[2];
  uint64_t mask_;
  base::Vector<uint64_t> places_;
};

}  // namespace remora::snapshot
