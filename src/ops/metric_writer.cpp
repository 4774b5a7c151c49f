#include "ops/metric_writer.hpp"

namespace remora::ops {

void MetricWriter::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_->append("# HELP ");
  text_->append(name);
  text_->append(' ');
  text_->append(help);
  text_->append("\n# TYPE ");
  text_->append(name);
  text_->append(' ');
  text_->append(type);
  text_->append('\n');
}

void MetricWriter::sample(std::initializer_list<MetricLabel> labels, double value, std::string_view suffix) {
  text_->append(name_);
  text_->append(suffix);
  char open = '{';
  for (const MetricLabel& label : labels) {
    text_->append(open);
    text_->append(label.name);
    text_->append("=\"");
    append_escaped(label.value);
    text_->append('"');
    open = ',';
  }
  if (open == ',') {
    text_->append('}');
  }
  text_->append(' ');
  text_->append_number(value);
  text_->append('\n');
}

void MetricWriter::append_escaped(std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '\\':
        text_->append("\\\\");
        break;
      case '"':
        text_->append("\\\"");
        break;
      case '\n':
        text_->append("\\n");
        break;
      default:
        text_->append(c);
        break;
    }
  }
}

}  // namespace remora::ops
