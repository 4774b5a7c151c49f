#include "sheet.hpp"

#include <cstdlib>

namespace evaluate {

Sheet::Sheet(const std::string& path, std::initializer_list<const char*> needed) : path_(path), file_(path) {
  if (!read_line(&columns_)) {
    problem_ = path + ": cannot be read, or is empty";
    return;
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    place_.emplace(columns_[i], i);
  }
  for (const char* column : needed) {
    if (!has(column)) {
      problem_ = path + ": there is no column " + column;
    }
  }
}

bool Sheet::read_line(std::vector<std::string>* fields) {
  std::string line;
  if (!std::getline(file_, line)) {
    return false;
  }
  ++line_;
  fields->clear();
  size_t begin = 0;
  for (size_t end = line.find('\t'); end != std::string::npos; end = line.find('\t', begin)) {
    fields->push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  fields->push_back(line.substr(begin));
  return true;
}

bool Sheet::next() {
  if (!problem_.empty() || !read_line(&fields_)) {
    return false;
  }
  if (fields_.size() != columns_.size()) {
    problem_ = place() + ": " + std::to_string(fields_.size()) + " fields, where the first line has " +
               std::to_string(columns_.size());
    return false;
  }
  return true;
}

double Sheet::number(const std::string& column) {
  const std::string& field = text(column);
  char* end = nullptr;
  const double number = std::strtod(field.c_str(), &end);
  if (field.empty() || *end != '\0') {
    problem_ = place() + ": " + column + " is '" + field + "', not a number";
    return 0;
  }
  return number;
}

}  // namespace evaluate
