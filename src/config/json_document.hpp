// A JSON text as a list of its values with the line of each, so that every complaint about it can name a
// line. Checks the grammar of RFC 8259 and nothing else; comments and a comma behind the last member are
// allowed beyond it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/heap.hpp"
#include "base/status.hpp"

namespace remora::config {

inline constexpr uint32_t kMaxJsonDepth = 16;
inline constexpr uint32_t kMaxJsonValues = 200'000;

enum class JsonKind : uint8_t { kObject, kArray, kString, kWhole, kFraction, kBool, kNull };

// The views point into the text.
struct JsonValue {
  JsonKind kind = JsonKind::kNull;
  uint32_t line = 0;      // from 1
  uint32_t parent = 0;    // index of the value it is in; the root's is its own, 0
  uint32_t place = 0;     // among the parent's values
  std::string_view key;   // as written between the quotes; empty within an array
  std::string_view text;  // a number, a word, or a string as written between the quotes
};

class JsonDocument {
 public:
  // `file_name` heads every complaint; both outlive the document.
  JsonDocument(std::string_view text, std::string_view file_name) : text_(text), file_name_(file_name) {}

  // Reads the values. Errors: kConfig (line and reason; not UTF-8, no JSON, nested deeper than kMaxJsonDepth,
  // more than kMaxJsonValues). Throws std::bad_alloc.
  base::Code scan(base::Problem& problem);

  // In the order of the text: a value stands behind the one that it is in.
  const base::Vector<JsonValue>& values() const { return values_; }
  // Where a value is: "agents[2].variants[0].name"; empty for the root.
  base::String path_of(size_t value) const;
  // Line of the value at a path; when it is not there, of the nearest value around it.
  uint32_t line_of(std::string_view path) const;
  // Fills the problem with "remora.json:12: ..." and returns kConfig.
  [[gnu::format(printf, 4, 5)]] base::Code refuse(base::Problem& problem, uint32_t line, const char* format,
                                                  ...) const;

 private:
  friend class JsonScanner;

  std::string_view text_;
  std::string_view file_name_;
  base::Vector<JsonValue> values_;
};

// A value as a complaint shows it: quoted if a string, cut if long, without line breaks.
base::String shown(const JsonValue& value);

}  // namespace remora::config
