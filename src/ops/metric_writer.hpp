// The Prometheus text format, version 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/text.hpp"

namespace remora::ops {

struct MetricLabel {
  std::string_view name, value;
};

// Writes families one after the other: first `family`, then all of its samples. Allocates nothing.
class MetricWriter {
 public:
  explicit MetricWriter(base::Text* text) : text_(text) {}

  // `type` is counter, gauge or summary. `help` is one line.
  void family(std::string_view name, std::string_view type, std::string_view help);

  // A sample of the family begun last; `suffix` is "_sum" or "_count" in a summary. Labels are escaped here.
  void sample(std::initializer_list<MetricLabel> labels, double value, std::string_view suffix = {});

  // A family of one sample without labels.
  void single(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample({}, value);
  }

 private:
  void append_escaped(std::string_view value);

  base::Text* text_;
  std::string_view name_;
};

}  // namespace remora::ops
