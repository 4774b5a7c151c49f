// Letting evidence fade: what was learned long ago counts as fewer outcomes than it was.
#pragma once

#include <cstdint>
#include <span>

#include "store/generation.hpp"

namespace remora::store {

// Multiplies the visits of all cells of each agent by keep[agent], a share from 0 to 1; agents at 1 and those
// behind the end are left alone. Values stay, and with fewer visits the next outcomes weigh more. A count
// goes up or down to a whole number at random, so that on average it is exact even where it is small; `salt`
// is another number each time. A cell without any visits left counts as never tried. Others may record
// meanwhile.
void discount_evidence(const Generation& generation, std::span<const float> keep, uint64_t salt);

}  // namespace remora::store
