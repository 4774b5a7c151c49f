// Events as a sentence for people, with the figures that decided.
#pragma once

#include <cstddef>

#include "base/text.hpp"
#include "ops/event_names.hpp"
#include "store/event_ring.hpp"

namespace remora::ops {

inline constexpr size_t kLongestMessage = 768;  // three names and a sentence

void append_message(const store::Event& event, const EventNames& names, base::Text* text);

}  // namespace remora::ops
