// A small, strict reader of the Prometheus text format, so that what is written is held against the format
// and not against its writer.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace remora::test {

struct PrometheusFamily {
  std::string type, help;
  std::map<std::string, double> samples;  // `name{label="value",...}` -> value
};

class PrometheusText {
 public:
  // Reads all of it; whatever does not belong to the format is a test failure.
  explicit PrometheusText(const std::string& text) {
    EXPECT_TRUE(text.empty() || text.back() == '\n') << "the last line must end in a line feed";
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      read_line(line);
    }
  }

  const std::map<std::string, PrometheusFamily>& families() const { return families_; }
  // NaN when there is no such sample.
  double operator[](const std::string& sample) const {
    for (const auto& [name, family] : families_) {
      const auto found = family.samples.find(sample);
      if (found != family.samples.end()) {
        return found->second;
      }
    }
    return std::nan("");
  }

 private:
  static bool is_name(const std::string& name) {
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos &&
           (name[0] < '0' || name[0] > '9');
  }

  void read_line(const std::string& line) {
    if (line.rfind("# HELP ", 0) == 0) {
      const size_t end = line.find(' ', 7);
      const std::string name = line.substr(7, end - 7);
      EXPECT_TRUE(is_name(name)) << line;
      EXPECT_EQ(families_.count(name), 0U) << name << " comes twice";
      current_ = name;
      families_[name].help = line.substr(end + 1);
    } else if (line.rfind("# TYPE ", 0) == 0) {
      const size_t end = line.find(' ', 7);
      EXPECT_EQ(line.substr(7, end - 7), current_);
      const std::string type = line.substr(end + 1);
      EXPECT_TRUE(type == "counter" || type == "gauge" || type == "summary") << line;
      families_[current_].type = type;
    } else {
      read_sample(line);
    }
  }

  void read_sample(const std::string& line) {
    size_t at = line.find_first_of("{ ");
    ASSERT_NE(at, std::string::npos) << line;
    const std::string name = line.substr(0, at);
    PrometheusFamily& family = families_[current_];
    const bool summary = family.type == "summary";
    EXPECT_TRUE(name == current_ || (summary && (name == current_ + "_sum" || name == current_ + "_count")))
        << line << " within " << current_;
    if (line[at] == '{') {
      at = read_labels(line, at);
    }
    ASSERT_LT(at, line.size());
    EXPECT_EQ(line[at], ' ') << line;
    char* end = nullptr;
    const double value = std::strtod(line.c_str() + at + 1, &end);
    EXPECT_EQ(*end, '\0') << line;
    EXPECT_TRUE(family.type != "counter" || value >= 0) << line;
    EXPECT_TRUE(family.samples.emplace(line.substr(0, at), value).second) << line << " comes twice";
  }

  // From '{' to behind '}'.
  static size_t read_labels(const std::string& line, size_t at) {
    std::set<std::string> names;
    do {
      const size_t equals = line.find('=', ++at);
      EXPECT_TRUE(names.insert(line.substr(at, equals - at)).second) << line;
      EXPECT_TRUE(is_name(line.substr(at, equals - at))) << line;
      at = equals + 1;
      EXPECT_EQ(line[at], '"') << line;
      for (++at; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\') {
          ++at;
          EXPECT_TRUE(line[at] == '\\' || line[at] == '"' || line[at] == 'n') << line;
        }
      }
      ++at;
    } while (at < line.size() && line[at] == ',');
    EXPECT_EQ(line[at], '}') << line;
    return at + 1;
  }

  std::string current_;
  std::map<std::string, PrometheusFamily> families_;
};

}  // namespace remora::test
