// Moves values from a parsed configuration into settings, each held against its range. The first that is
// outside is kept with its path, value and range; settings beyond it are not to be used then.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <flatbuffers/flatbuffers.h>

#include "base/heap.hpp"
#include "base/status.hpp"
#include "config/json_document.hpp"

namespace remora::config {

// Which numbers are allowed. An open end does not belong to the range.
struct Range {
  double least = 0, most = 0;
  bool open_least = false, open_most = false;

  bool contains(double value) const {
    return (open_least ? value > least : value >= least) && (open_most ? value < most : value <= most);
  }
};

class Reader {
 public:
  // Both outlive the reader.
  Reader(const JsonDocument& document, base::Problem& problem) : document_(document), problem_(problem) {}

  bool failed() const { return failed_; }

  // Names the table or list member that is read while this object lives: "safety", or "agents" and 2.
  class Inside {
   public:
    Inside(Reader& reader, std::string_view key);
    Inside(Reader& reader, std::string_view key, size_t place);
    ~Inside() {
      base::String& path = reader_.path_;
      path.erase(path.begin() + static_cast<std::ptrdiff_t>(length_), path.end());
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Reader& reader_;
    size_t length_;
  };

  // Each reads one key. What is not given leaves *out alone. `Out` is the field or a std::optional of it.
  template <typename Out>
  void flag(flatbuffers::Optional<bool> value, Out* out) {
    if (value) {
      *out = *value;
    }
  }
  template <typename Out>
  void whole(std::string_view key, flatbuffers::Optional<int64_t> value, int64_t least, int64_t most,
             Out* out) {
    if (value && check_whole(key, *value, least, most)) {
      *out = static_cast<Field<Out>>(*value);
    }
  }
  template <typename Out>
  void power_of_two(std::string_view key, flatbuffers::Optional<int64_t> value, int64_t least, int64_t most,
                    Out* out) {
    if (value && check_power_of_two(key, *value, least, most)) {
      *out = static_cast<Field<Out>>(*value);
    }
  }
  // The number must be in range as it is stored, too: as a float, 0.99999999999 is 1.
  template <typename Out>
  void number(std::string_view key, flatbuffers::Optional<double> value, const Range& range, Out* out) {
    if (value && check_number(key, *value, *value, range) &&
        check_number(key, *value, static_cast<double>(static_cast<Field<Out>>(*value)), range)) {
      *out = static_cast<Field<Out>>(*value);
    }
  }
  // A time in units of `unit_ns`, to the nearest nanosecond. The range is in the same unit.
  template <typename Out>
  void duration(std::string_view key, flatbuffers::Optional<double> value, int64_t unit_ns,
                const Range& range, Out* out) {
    if (value && check_number(key, *value, *value, range)) {
      *out = static_cast<int64_t>(std::llround(*value * static_cast<double>(unit_ns)));
    }
  }

  // Says that the value at a key is not allowed. `what` says what is.
  void refuse(std::string_view key, std::string_view value, std::string_view what);

 private:
  template <typename T>
  struct FieldOf {
    using Type = T;
  };
  template <typename T>
  struct FieldOf<std::optional<T>> {
    using Type = T;
  };
  template <typename Out>
  using Field = typename FieldOf<Out>::Type;

  bool check_whole(std::string_view key, int64_t value, int64_t least, int64_t most);
  bool check_power_of_two(std::string_view key, int64_t value, int64_t least, int64_t most);
  bool check_number(std::string_view key, double value, double stored, const Range& range);

  const JsonDocument& document_;
  base::Problem& problem_;
  base::String path_;
  bool failed_ = false;
};

}  // namespace remora::config
