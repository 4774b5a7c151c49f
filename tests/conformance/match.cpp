#include "conformance/match.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace remora::conformance {
namespace {

constexpr double kTolerance = 1e-6;

std::string differs(const std::string& place, const std::string& expected, const Json& answer) {
  return (place.empty() ? "the answer" : place) + " is " + answer.dump() + ", expected " + expected;
}

double number(const Json& value, const std::string& place) {
  if (!value.is_number()) {
    throw std::runtime_error(place + " is no number: " + value.dump());
  }
  return value.get<double>();
}

bool same(const Json& expected, const Json& answer) {
  if (expected.is_number() && answer.is_number()) {
    return expected.is_number_integer() && answer.is_number_integer()
               ? expected == answer
               : std::abs(expected.get<double>() - answer.get<double>()) <= kTolerance;
  }
  return expected == answer;
}

bool contains(const Json& part, const Json& text) {
  return text.is_string() && text.get<std::string>().find(part.get<std::string>()) != std::string::npos;
}

bool one_of(const Json& choices, const Json& answer) {
  return std::any_of(choices.begin(), choices.end(),
                     [&](const Json& choice) { return difference(choice, answer).empty(); });
}

size_t length_of(const Json& answer) {
  return answer.is_string() ? answer.get<std::string>().size() : answer.size();
}

// How many items of an array match.
size_t matching(const Json& expected, const Json& array) {
  if (!array.is_array()) {
    throw std::runtime_error("no array: " + array.dump());
  }
  return static_cast<size_t>(std::count_if(
      array.begin(), array.end(), [&](const Json& item) { return difference(expected, item).empty(); }));
}

// Whether the answer is as the object of one special key says; `known` is false when it has none.
bool special(const Json& e, const Json& answer, const std::string& place, bool* known) {
  *known = true;
  if (e.contains("near")) {
    return std::abs(number(answer, place) - number(e["near"], place)) <= number(e["within"], place);
  }
  if (e.contains("at_least")) {
    return number(answer, place) >= number(e["at_least"], place);
  }
  if (e.contains("at_most")) {
    return number(answer, place) <= number(e["at_most"], place);
  }
  if (e.contains("not")) {
    return !difference(e["not"], answer).empty();
  }
  if (e.contains("has")) {
    return (answer.get<uint64_t>() & e["has"].get<uint64_t>()) == e["has"].get<uint64_t>();
  }
  if (e.contains("lacks")) {
    return (answer.get<uint64_t>() & e["lacks"].get<uint64_t>()) == 0;
  }
  if (e.contains("contains")) {
    return contains(e["contains"], answer);
  }
  if (e.contains("one_of")) {
    return one_of(e["one_of"], answer);
  }
  if (e.contains("length")) {
    return length_of(answer) == e["length"].get<size_t>();
  }
  if (e.contains("some")) {
    return matching(e["some"], answer) > 0;
  }
  if (e.contains("each")) {
    return matching(e["each"], answer) == answer.size();
  }
  *known = false;
  return false;
}

}  // namespace

std::string difference(const Json& expected, const Json& answer, const std::string& place) {
  if (expected.is_array()) {
    if (!answer.is_array() || answer.size() != expected.size()) {
      return differs(place, expected.dump(), answer);
    }
    std::string found;
    for (size_t i = 0; found.empty() && i < expected.size(); ++i) {
      found = difference(expected[i], answer[i], place + "." + std::to_string(i));
    }
    return found;
  }
  if (!expected.is_object()) {
    return same(expected, answer) ? "" : differs(place, expected.dump(), answer);
  }
  bool known = false;
  const bool matches = special(expected, answer, place, &known);
  if (known) {
    return matches ? "" : differs(place, expected.dump(), answer);
  }
  for (const auto& [key, value] : expected.items()) {
    if (!answer.is_object() || !answer.contains(key)) {
      throw std::runtime_error(place + " has no " + key + ": " + answer.dump());
    }
    if (std::string found = difference(value, answer[key], place.empty() ? key : place + "." + key);
        !found.empty()) {
      return found;
    }
  }
  return "";
}

const Json& at_path(const Json& answer, const std::string& path) {
  const Json* part = &answer;
  std::istringstream stream(path);
  for (std::string key; std::getline(stream, key, '.');) {
    if (part->is_array() && std::stoul(key) < part->size()) {
      part = &(*part)[std::stoul(key)];
    } else if (part->is_object() && part->contains(key)) {
      part = &(*part)[key];
    } else {
      throw std::runtime_error("no " + path + " in " + answer.dump());
    }
  }
  return *part;
}

}  // namespace remora::conformance
