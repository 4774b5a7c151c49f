// Structs of the ABI as JSON: filled and read by the layout that abi/baseline/v1.json records, so that every
// field can stand in a transcript without a line of code for it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/words.hpp"

namespace remora::conformance {

class Structs {
 public:
  // structs: "structs" of abi/baseline/v1.json.
  explicit Structs(Json structs) : structs_(std::move(structs)) {}

  // Sets struct_size and every field that `values` names. Throws on a name that is no field.
  void fill(const std::string& name, const Json& values, void* place) const;

  // All fields but struct_size and reserved ones.
  Json read(const std::string& name, const void* place) const;

  template <class Struct>
  Struct filled(const std::string& name, const Json& values) const {
    Struct made{};
    fill(name, values, &made);
    return made;
  }

  template <class Struct>
  Json read_all(const std::string& name, const std::vector<Struct>& items, size_t count) const {
    Json all = Json::array();
    for (size_t i = 0; i < count && i < items.size(); ++i) {
      all.push_back(read(name, &items[i]));
    }
    return all;
  }

 private:
  void set(const Json& field, const std::string& type, const Json& value, std::byte* place) const;
  Json get(const std::string& type, const std::byte* place) const;

  Json structs_;
};

}  // namespace remora::conformance
