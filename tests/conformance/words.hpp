// The words of a transcript: constants, times, variables. README.md says what each stands for.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace remora::conformance {

using Json = nlohmann::json;

// Reads a JSON file; throws with its path when it cannot.
Json read_json(const std::string& path);

class Words {
 public:
  // constants: "constants" of abi/baseline/v1.json.
  explicit Words(Json constants) : constants_(std::move(constants)) {}

  // Replaces words by what they stand for, in texts at any depth. Throws on an unknown one.
  Json resolve(const Json& value) const;
  void keep(const std::string& name, Json value) { variables_[name] = std::move(value); }

 private:
  Json resolve_text(const std::string& text) const;
  std::string with_variables(std::string text) const;
  Json constant(const std::string& names) const;
  const Json& variable(const std::string& name) const;

  Json constants_;
  std::map<std::string, Json> variables_;
};

}  // namespace remora::conformance
