#include "model/world.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace remora::model {

void World::watch(void* memory, size_t bytes) {
  Range range;
  range.begin = reinterpret_cast<uintptr_t>(memory);
  range.bytes = bytes;
  ranges_.push_back(std::move(range));
}

void World::freeze() {
  for (Range& range : ranges_) {
    const auto* memory = reinterpret_cast<const std::byte*>(range.begin);
    range.image.assign(memory, memory + range.bytes);
    range.dirty.assign(range.bytes / kLine + 1, false);
    range.dirty_lines.clear();
  }
}

void World::touch(uintptr_t address, size_t bytes) {
  for (Range& range : ranges_) {
    if (address - range.begin >= range.bytes) {
      continue;
    }
    const size_t first = (address - range.begin) / kLine;
    const size_t last = (address - range.begin + bytes - 1) / kLine;
    for (size_t line = first; line <= last; ++line) {
      if (!range.dirty[line]) {
        range.dirty[line] = true;
        range.dirty_lines.push_back(static_cast<uint32_t>(line));
      }
    }
  }
}

void World::restore() {
  for (Range& range : ranges_) {
    for (const uint32_t line : range.dirty_lines) {
      const size_t offset = line * kLine;
      std::memcpy(reinterpret_cast<std::byte*>(range.begin) + offset, range.image.data() + offset,
                  std::min(kLine, range.bytes - offset));
      range.dirty[line] = false;
    }
    range.dirty_lines.clear();
  }
}

bool World::pristine() const {
  return std::all_of(ranges_.begin(), ranges_.end(), [](const Range& range) {
    return std::memcmp(reinterpret_cast<const void*>(range.begin), range.image.data(), range.bytes) == 0;
  });
}

std::string World::text_of(uintptr_t address) const {
  for (const Field& field : fields_) {
    if (field.holds(address)) {
      const uintptr_t distance = address - field.first;
      std::string text = field.name;
      if (field.count > 1) {
        text += "[" + std::to_string(distance / field.stride) + "]";
      }
      const size_t inside = distance % field.stride;
      return inside == 0 ? text : text + "+" + std::to_string(inside);
    }
  }
  for (size_t r = 0; r < ranges_.size(); ++r) {
    if (address - ranges_[r].begin < ranges_[r].bytes) {
      return "memory" + std::to_string(r) + "+" + std::to_string(address - ranges_[r].begin);
    }
  }
  return "private memory";
}

const Field& World::field(const std::string& name) const {
  for (const Field& field : fields_) {
    if (field.name == name) {
      return field;
    }
  }
  throw std::out_of_range("no field is named " + name);
}

}  // namespace remora::model
