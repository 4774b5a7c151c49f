// Mixing of ids into table positions, on the hot path: a multiplication by the golden ratio (Knuth), then a
// wide one folded (the "mum" step of wyhash, https://github.com/wangyi-fudan/wyhash), keyed by a secret of
// the state directory. Keys are ids that the library gave out itself, so an outsider chooses neither key nor
// secret.
#pragma once

#include <cstdint>

namespace remora::base {

inline uint64_t fold_multiply(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Position bits for one packed key. Both secret words are random and odd. The first multiplication is by a
// constant: of random factors alone, one in fifty puts keys that count upwards in a heap at one place.
inline uint64_t mix(uint64_t key, const uint64_t (&secret)[2]) {
  const uint64_t spread = (key ^ secret[0]) * 0x9e3779b97f4a7c15ULL;
  return fold_multiply(spread ^ spread >> 32, secret[1]);
}

// For keys that a stranger may choose (unit keys, forged ids): a second round.
inline uint64_t mix_twice(uint64_t key, const uint64_t (&secret)[2]) {
  return fold_multiply(mix(key, secret) ^ secret[1], secret[0] | 1);
}

}  // namespace remora::base
