#include "store/file_names.hpp"

#include <charconv>

namespace remora::store {
namespace {

// Takes digits off the front of `text`; false when there are none or too many.
bool take_number(std::string_view* text, uint64_t* number) {
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *number);
  if (error != std::errc{}) {
    return false;
  }
  text->remove_prefix(static_cast<size_t>(end - text->data()));
  return true;
}

}  // namespace

uint64_t parse_generation_file(std::string_view name) {
  constexpr std::string_view kPrefix = "generation-";
  uint64_t number = 0;
  if (!name.starts_with(kPrefix)) {
    return 0;
  }
  name.remove_prefix(kPrefix.size());
  return take_number(&name, &number) && name == ".rmap" ? number : 0;
}

bool parse_snapshot_file(std::string_view name, uint64_t* sequence, uint32_t* kind) {
  const std::string_view whole = name;
  uint64_t number = 0;
  if (!take_number(&name, &number)) {
    return false;
  }
  for (uint32_t candidate = 1; candidate <= 4; ++candidate) {
    if (whole == std::string_view(snapshot_file(number, candidate))) {
      *sequence = number;
      *kind = candidate;
      return true;
    }
  }
  return false;
}

}  // namespace remora::store
