#include "config/schema_check.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <flatbuffers/idl.h>

namespace remora::config {
namespace {

using flatbuffers::FieldDef;
using flatbuffers::StructDef;
using flatbuffers::Type;

// Levenshtein distance, for "did you mean".
size_t distance(std::string_view a, std::string_view b) {
  base::Vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// What an unknown key may have been meant to be: the nearest key when it is near, else all of them.
base::String suggestion(const StructDef& table, std::string_view key) {
  const FieldDef* nearest = nullptr;
  size_t least = std::max<size_t>(2, key.size() / 3) + 1;
  base::String all;
  for (const FieldDef* field : table.fields.vec) {
    const size_t apart = key.size() > 64 ? least : distance(key, field->name);
    if (apart < least) {
      least = apart;
      nearest = field;
    }
    all += all.empty() ? "known here: " : ", ";
    all += std::string_view(field->name);
  }
  if (nearest == nullptr) {
    return all;
  }
  base::String text = "did you mean \"";
  text += std::string_view(nearest->name);
  text += "\"?";
  return text;
}

base::String enum_names(const flatbuffers::EnumDef& definition) {
  base::String names;
  for (const flatbuffers::EnumVal* value : definition.Vals()) {
    names += names.empty() ? "\"" : ", \"";
    names += std::string_view(value->name);
    names += '"';
  }
  return names;
}

bool fits_64_bits(std::string_view digits) {
  int64_t value = 0;
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc();
}

// What should stand where `value` stands; empty when it may.
base::String objection(const JsonValue& value, const Type& type) {
  using flatbuffers::BaseType;
  if (type.base_type == BaseType::BASE_TYPE_STRUCT) {
    return value.kind == JsonKind::kObject ? "" : "must be an object: {...}";
  }
  if (type.base_type == BaseType::BASE_TYPE_VECTOR) {
    return value.kind == JsonKind::kArray ? "" : "must be a list: [...]";
  }
  if (type.base_type == BaseType::BASE_TYPE_STRING) {
    return value.kind == JsonKind::kString ? "" : "must be a text in double quotes";
  }
  if (type.enum_def != nullptr) {
    if (value.kind == JsonKind::kString && type.enum_def->Lookup(std::string(value.text)) != nullptr) {
      return "";
    }
    return "must be one of " + enum_names(*type.enum_def);
  }
  if (type.base_type == BaseType::BASE_TYPE_BOOL) {
    return value.kind == JsonKind::kBool ? "" : "must be true or false";
  }
  if (flatbuffers::IsFloat(type.base_type)) {
    return value.kind == JsonKind::kWhole || value.kind == JsonKind::kFraction ? "" : "must be a number";
  }
  if (value.kind != JsonKind::kWhole) {
    return "must be a whole number";
  }
  return fits_64_bits(value.text) ? "" : "does not fit into 64 bits";
}

}  // namespace

base::Code check_types(const flatbuffers::Parser& parser, const JsonDocument& document,
                       base::Problem& problem) {
  const base::Vector<JsonValue>& values = document.values();
  base::Vector<Type> types(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const JsonValue& value = values[i];
    const bool member = i != 0 && values[value.parent].kind == JsonKind::kObject;
    if (i == 0) {
      types[i] = Type(flatbuffers::BASE_TYPE_STRUCT, parser.root_struct_def_);
    } else if (!member) {
      types[i] = types[value.parent].VectorType();
    } else if (value.key == "$schema" && value.parent == 0 && value.kind == JsonKind::kString) {
      continue;  // for editors; FlatBuffers' parser skips it too
    } else {
      const StructDef& table = *types[value.parent].struct_def;
      const FieldDef* field = table.fields.Lookup(std::string(value.key));
      if (field == nullptr) {
        return document.refuse(problem, value.line, "unknown key %s; %s", document.path_of(i).c_str(),
                               suggestion(table, value.key).c_str());
      }
      types[i] = field->value.type;
    }
    if (member && value.kind == JsonKind::kNull) {
      continue;  // as if it were not there
    }
    if (const base::String wrong = objection(value, types[i]); !wrong.empty()) {
      const base::String path = i == 0 ? base::String("the configuration") : document.path_of(i);
      return document.refuse(problem, value.line, "%s is %s: %s", path.c_str(), shown(value).c_str(),
                             wrong.c_str());
    }
  }
  return base::Code::kOk;
}

}  // namespace remora::config
