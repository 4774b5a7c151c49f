#include "config/environment.hpp"

#include <cstdlib>
#include <string_view>

namespace remora::config {
namespace {

enum class Word { kNo, kYes, kUnknown };

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != lower[i]) {
      return false;
    }
  }
  return true;
}

Word word_of(std::string_view text) {
  for (const std::string_view no : {"false", "0", "no", "off"}) {
    if (equal_ignoring_case(text, no)) {
      return Word::kNo;
    }
  }
  for (const std::string_view yes : {"true", "1", "yes", "on"}) {
    if (equal_ignoring_case(text, yes)) {
      return Word::kYes;
    }
  }
  return Word::kUnknown;
}

const char* from_process(const char* name) { return ::secure_getenv(name); }

}  // namespace

Environment read_environment(Lookup lookup) {
  Environment result;
  const auto ignore = [&result](const char* name) { result.ignored[result.ignored_count++] = name; };
  const auto read_switch = [&](const char* name, bool* off) {
    const char* value = lookup(name);
    const Word word = value == nullptr || *value == '\0' ? Word::kYes : word_of(value);
    *off = word == Word::kNo;
    if (word == Word::kUnknown) {
      ignore(name);
    }
  };
  read_switch("REMORA_ENABLED", &result.disabled);
  read_switch("REMORA_LEARNING", &result.no_learning);
  const char* mode = lookup("REMORA_MODE");
  if (mode != nullptr && *mode != '\0') {
    if (equal_ignoring_case(mode, "monitor")) {
      result.monitor = true;
    } else if (equal_ignoring_case(mode, "off")) {
      result.disabled = true;
    } else if (!equal_ignoring_case(mode, "full")) {
      ignore("REMORA_MODE");
    }
  }
  const char* require_mac = lookup("REMORA_REQUIRE_MAC");
  result.require_mac = require_mac != nullptr && *require_mac != '\0' && word_of(require_mac) != Word::kNo;
  const char* key_file = lookup("REMORA_SNAPSHOT_KEY_FILE");
  result.snapshot_key_file = key_file != nullptr && *key_file != '\0' ? key_file : nullptr;
  return result;
}

Environment read_environment() { return read_environment(&from_process); }

}  // namespace remora::config
