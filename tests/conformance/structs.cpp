#include "conformance/structs.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace remora::conformance {
namespace {

template <class Number>
void put(const Json& value, std::byte* place) {
  if (!value.is_number()) {
    throw std::runtime_error("no number: " + value.dump());
  }
  const auto number = value.get<Number>();
  std::memcpy(place, &number, sizeof number);
}

template <class Number>
Json take(const std::byte* place) {
  Number number{};
  std::memcpy(&number, place, sizeof number);
  return number;
}

// "remora_id[8]": its element type, and how many; 0 for what is no array.
std::string element_type(const std::string& type, size_t* length) {
  const size_t bracket = type.find('[');
  *length = bracket == std::string::npos ? 0 : std::stoul(type.substr(bracket + 1));
  return type.substr(0, bracket);
}

}  // namespace

void Structs::fill(const std::string& name, const Json& values, void* place) const {
  const Json& layout = structs_.at(name);
  const Json& fields = layout.at("fields");
  auto* const bytes = static_cast<std::byte*>(place);
  for (const auto& [key, value] : values.items()) {
    if (!fields.contains(key)) {
      throw std::runtime_error(name + " has no field " + key);
    }
    const Json& field = fields[key];
    set(field, field.at("type"), value, bytes + field.at("offset").get<size_t>());
  }
  if (fields.contains("struct_size")) {
    put<uint32_t>(layout.at("size"), bytes);
  }
}

void Structs::set(const Json& field, const std::string& type, const Json& value, std::byte* place) const {
  size_t length = 0;
  const std::string element = element_type(type, &length);
  if (length > 0) {
    // Of a list that is too long, what fits: the count says how many there were.
    const size_t step = field.at("size").get<size_t>() / length;
    for (size_t i = 0; i < std::min(length, value.size()); ++i) {
      set(field, element, value.at(i), place + i * step);
    }
  } else if (structs_.contains(type)) {
    fill(type, value, place);
  } else if (type == "uint32_t" || type == "remora_id") {
    put<uint32_t>(value, place);
  } else if (type == "int32_t") {
    put<int32_t>(value, place);
  } else if (type == "uint64_t") {
    put<uint64_t>(value, place);
  } else if (type == "int64_t") {
    put<int64_t>(value, place);
  } else if (type == "double") {
    put<double>(value, place);
  } else {
    throw std::runtime_error("a field of type " + type + " cannot be set");
  }
}

Json Structs::read(const std::string& name, const void* place) const {
  Json values = Json::object();
  for (const auto& [key, field] : structs_.at(name).at("fields").items()) {
    if (key != "struct_size" && !key.starts_with("reserved")) {
      values[key] =
          get(field.at("type"), static_cast<const std::byte*>(place) + field.at("offset").get<size_t>());
    }
  }
  return values;
}

Json Structs::get(const std::string& type, const std::byte* place) const {
  size_t length = 0;
  const std::string element = element_type(type, &length);
  if (length > 0) {
    Json items = Json::array();
    const size_t step = element == "uint64_t" || element == "double" ? 8 : 4;
    for (size_t i = 0; i < length; ++i) {
      items.push_back(get(element, place + i * step));
    }
    return items;
  }
  if (type == "uint32_t" || type == "remora_id") {
    return take<uint32_t>(place);
  }
  if (type == "int32_t") {
    return take<int32_t>(place);
  }
  if (type == "uint64_t") {
    return take<uint64_t>(place);
  }
  if (type == "int64_t") {
    return take<int64_t>(place);
  }
  if (type == "double") {
    return take<double>(place);
  }
  throw std::runtime_error("a field of type " + type + " cannot be read");
}

}  // namespace remora::conformance
