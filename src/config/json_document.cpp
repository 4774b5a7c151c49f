#include "config/json_document.hpp"

#include <cstdarg>
#include <cstdio>

#include "base/utf8.hpp"

namespace remora::config {
namespace {

constexpr size_t kShownBytes = 40;

void append_number(base::String* text, uint32_t number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%u", number);
  *text += digits;
}

// The first characters of a text, at most `limit` bytes.
std::string_view cut(std::string_view text, size_t limit) {
  size_t size = 0;
  while (size < text.size()) {
    const size_t step = base::decode_utf8(text.substr(size), nullptr);
    if (step == 0 || size + step > limit) {
      break;
    }
    size += step;
  }
  return text.substr(0, size);
}

}  // namespace

base::String shown(const JsonValue& value) {
  base::String result;
  switch (value.kind) {
    case JsonKind::kObject:
      result = "{...}";
      break;
    case JsonKind::kArray:
      result = "[...]";
      break;
    case JsonKind::kString:
      result += '"';
      result += cut(value.text, kShownBytes);
      result += value.text.size() > kShownBytes ? "...\"" : "\"";
      break;
    default:
      result += cut(value.text, kShownBytes);
      result += value.text.size() > kShownBytes ? "..." : "";
      break;
  }
  return result;
}

base::String JsonDocument::path_of(size_t value) const {
  uint32_t chain[kMaxJsonDepth + 1];
  size_t length = 0;
  for (size_t at = value; at != 0 && length <= kMaxJsonDepth; at = values_[at].parent) {
    chain[length++] = static_cast<uint32_t>(at);
  }
  base::String path;
  while (length > 0) {
    const JsonValue& step = values_[chain[--length]];
    if (values_[step.parent].kind == JsonKind::kArray) {
      path += '[';
      append_number(&path, step.place);
      path += ']';
    } else {
      path += path.empty() ? "" : ".";
      path += cut(step.key, kShownBytes);
    }
  }
  return path;
}

uint32_t JsonDocument::line_of(std::string_view path) const {
  uint32_t line = values_.empty() ? 1 : values_[0].line;
  size_t longest = 0;
  for (size_t i = 1; i < values_.size(); ++i) {
    const base::String here = path_of(i);
    const bool around = here.size() <= path.size() && path.substr(0, here.size()) == std::string_view(here) &&
                        (here.size() == path.size() || path[here.size()] == '.' || path[here.size()] == '[');
    if (around && here.size() > longest) {
      longest = here.size();
      line = values_[i].line;
    }
  }
  return line;
}

base::Code JsonDocument::refuse(base::Problem& problem, uint32_t line, const char* format, ...) const {
  char text[base::Problem::kTextSize];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  const std::string_view name = cut(file_name_, 2 * kShownBytes);
  return problem.set(base::Code::kConfig, "%.*s:%u: %s", static_cast<int>(name.size()), name.data(), line,
                     text);
}

}  // namespace remora::config
