// What several reports of one decision make together.
#pragma once

#include <cstdint>

#include "learn/settings.hpp"

namespace remora::learn {

// The joined reward after one more report; `joined` is that of the `count` reports before (1 or more):
//   last r; sum joined + r, clipped as a reward is; mean joined + (r - joined) / (count + 1); minimum and
//   maximum of both; first joined.
float join(Join rule, float joined, uint32_t count, float reward);

}  // namespace remora::learn
