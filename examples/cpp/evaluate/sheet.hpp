// A file of tab-separated fields whose first line names the columns.
#pragma once

#include <fstream>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

namespace evaluate {

class Sheet {
 public:
  // A file that cannot be read, or lacks one of the columns `needed`, has no line and a problem.
  Sheet(const std::string& path, std::initializer_list<const char*> needed);

  const std::vector<std::string>& columns() const { return columns_; }
  bool has(const std::string& column) const { return place_.contains(column); }

  // Goes to the next line; false at the end and after a problem.
  bool next();

  const std::string& text(const std::string& column) const { return fields_[place_.at(column)]; }
  // 0, and a problem, for what is not a number.
  double number(const std::string& column);

  std::string place() const { return path_ + ":" + std::to_string(line_); }
  const std::string& problem() const { return problem_; }

 private:
  bool read_line(std::vector<std::string>* fields);

  std::string path_;
  std::ifstream file_;
  std::vector<std::string> columns_, fields_;
  std::map<std::string, size_t> place_;
  size_t line_ = 0;
  std::string problem_;
};

}  // namespace evaluate
