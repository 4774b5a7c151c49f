#include "conformance/words.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace remora::conformance {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStart = 1'800'000'000 * kSecond;

int64_t duration(const std::string& text) {
  size_t used = 0;
  const int64_t number = std::stoll(text.substr(1), &used);
  const std::string unit = text.substr(1 + used);
  if (unit != "s" && unit != "ms") {
    throw std::runtime_error("no duration: " + text);
  }
  return number * (unit == "s" ? kSecond : kSecond / 1000);
}

}  // namespace

Json read_json(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  try {
    return Json::parse(file);
  } catch (const Json::exception& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

Json Words::resolve(const Json& value) const {
  if (value.is_string()) {
    return resolve_text(value.get<std::string>());
  }
  if (!value.is_structured()) {
    return value;
  }
  Json resolved = value;
  for (Json& item : resolved) {
    item = resolve(item);
  }
  return resolved;
}

Json Words::resolve_text(const std::string& given) const {
  if (given.size() > 1 && given[0] == '$' && given[1] != '{') {
    return variable(given.substr(1));
  }
  std::string text = with_variables(given);
  if (text.starts_with("REMORA_")) {
    return constant(text);
  }
  if (text.starts_with("0x")) {
    return std::stoull(text, nullptr, 16);
  }
  if (text.size() > 1 && text[0] == '@') {
    return kStart + std::stoll(text.substr(1)) * kSecond;
  }
  if (text.size() > 1 && text[0] == '%') {
    return duration(text);
  }
  return text;
}

std::string Words::with_variables(std::string text) const {
  for (size_t begin = text.find("${"); begin != std::string::npos; begin = text.find("${", begin)) {
    const size_t end = text.find('}', begin);
    if (end == std::string::npos) {
      throw std::runtime_error("no } behind ${ in " + text);
    }
    const Json& value = variable(text.substr(begin + 2, end - begin - 2));
    const std::string put = value.is_string() ? value.get<std::string>() : value.dump();
    text.replace(begin, end + 1 - begin, put);
    begin += put.size();
  }
  return text;
}

Json Words::constant(const std::string& names) const {
  int64_t sum = 0;
  std::istringstream stream(names);
  for (std::string name; std::getline(stream, name, '|');) {
    if (!constants_.contains(name)) {
      throw std::runtime_error("no constant is named " + name);
    }
    sum |= constants_[name].get<int64_t>();
  }
  return sum;
}

const Json& Words::variable(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) {
    throw std::runtime_error("nothing was kept as $" + name);
  }
  return found->second;
}

}  // namespace remora::conformance
