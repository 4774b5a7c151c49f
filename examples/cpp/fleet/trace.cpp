#include "trace.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>

#include "screen.hpp"

namespace fleet {
namespace {

enum class Field { kIgnored, kType, kSub, kLevel, kFiles, kText, kOk, kQuality, kCost };

struct Column {
  Field field = Field::kIgnored;
  size_t variant = 0;
};

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const size_t tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) {
      return fields;
    }
    line.remove_prefix(tab + 1);
  }
}

size_t variant_named(std::string_view name, std::vector<std::string>& variants) {
  for (size_t i = 0; i < variants.size(); ++i) {
    if (variants[i] == name) {
      return i;
    }
  }
  variants.emplace_back(name);
  return variants.size() - 1;
}

Column column_named(std::string_view name, std::vector<std::string>& variants) {
  const size_t colon = name.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view what = name.substr(0, colon);
    const Field field = what == "ok"     ? Field::kOk
                        : what == "q"    ? Field::kQuality
                        : what == "cost" ? Field::kCost
                                         : Field::kIgnored;
    return field == Field::kIgnored ? Column{}
                                    : Column{field, variant_named(name.substr(colon + 1), variants)};
  }
  return {name == "s_type"    ? Field::kType
          : name == "s_sub"   ? Field::kSub
          : name == "s_level" ? Field::kLevel
          : name == "files"   ? Field::kFiles
          : name == "text"    ? Field::kText
                              : Field::kIgnored};
}

// A number, clipped to [0, highest]: graders do give 1.02 or -0.03. False when the text is none.
bool read_number(std::string_view text, double highest, double* number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), *number);
  const bool good = end.ec == std::errc() && end.ptr == text.data() + text.size() && std::isfinite(*number);
  *number = good ? std::clamp(*number, 0.0, highest) : 0;
  return good;
}

// Files stand behind each other with blanks or commas between them.
std::string as_lines(std::string_view files) {
  std::string lines(files);
  for (char& letter : lines) {
    letter = letter == ' ' || letter == ',' ? '\n' : letter;
  }
  return lines;
}

bool take_field(const Column& column, std::string_view text, TraceTask* task) {
  double number = 0;
  TraceOutcome* outcome = task->outcomes.data() + column.variant;
  switch (column.field) {
    case Field::kIgnored:
      return true;
    case Field::kType:
      task->type = std::string(text) + task->type;
      return true;
    case Field::kSub:
      task->type += text.empty() ? std::string() : "/" + std::string(text);
      return true;
    case Field::kLevel:
      task->level = text;
      return true;
    case Field::kFiles:
      task->files = as_lines(text);
      return true;
    case Field::kText:
      task->text = text;
      return true;
    case Field::kOk:
      outcome->known = text == "0" || text == "1";
      outcome->ok = text == "1";
      return outcome->known || text.empty();
    case Field::kQuality:
      if (text.empty()) {
        return true;
      }
      return read_number(text, 1, &outcome->quality);
    case Field::kCost:
      if (text.empty()) {
        return true;
      }
      if (!read_number(text, 1e6, &number)) {
        return false;
      }
      outcome->cost_micros = std::llround(number * 1e6);
      return true;
  }
  return true;
}

}  // namespace

bool read_trace(const std::string& path, Trace* trace, std::string* problem) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!file || !std::getline(file, line)) {
    *problem = path + ": cannot be read, or is empty";
    return false;
  }
  const std::string header = line;
  const std::vector<std::string_view> names = split(header);
  std::vector<Column> columns;
  columns.reserve(names.size());
  for (const std::string_view name : names) {
    columns.push_back(column_named(name, trace->variants));
  }
  if (trace->variants.size() < 2 || trace->variants.size() > 64) {
    *problem = text("%s:1: columns ok:V name %zu variants; 2 to 64 are needed", path.c_str(),
                    trace->variants.size());
    return false;
  }
  for (size_t number = 2; std::getline(file, line); ++number) {
    const std::vector<std::string_view> fields = split(line);
    if (fields.size() != columns.size()) {
      *problem = text("%s:%zu: %zu fields, the first line names %zu", path.c_str(), number, fields.size(),
                      columns.size());
      return false;
    }
    TraceTask task;
    task.outcomes.resize(trace->variants.size());
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!take_field(columns[i], fields[i], &task)) {
        *problem = text("%s:%zu: %s is '%s'; ok is 0 or 1, q 0 to 1, cost dollars; each may be empty",
                        path.c_str(), number, std::string(names[i]).c_str(), std::string(fields[i]).c_str());
        return false;
      }
    }
    trace->tasks.push_back(std::move(task));
  }
  if (trace->tasks.empty()) {
    *problem = path + ": has no tasks";
  }
  return !trace->tasks.empty();
}

}  // namespace fleet
