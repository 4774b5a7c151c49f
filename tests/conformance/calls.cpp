#include "conformance/calls.hpp"

#include <algorithm>
#include <stdexcept>

namespace remora::conformance {
namespace {

void count(Json& with, const char* list, const char* count) {
  if (with.contains(list)) {
    with[count] = with[list].size();
  }
}

}  // namespace

void only(const Json& with, std::initializer_list<const char*> keys) {
  for (const auto& [key, value] : with.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      throw std::runtime_error("an input that is not known: " + key);
    }
  }
}

std::string text_of(const Json& with, const char* key) { return with.at(key).get<std::string>(); }

uint32_t number_of(const Json& with, const char* key, uint32_t otherwise) {
  return with.value(key, otherwise);
}

std::string lines_of(const Json& with, const char* key) {
  std::string lines;
  const Json list = with.value(key, Json::array());
  for (const Json& line : list) {
    lines += (lines.empty() ? "" : "\n") + line.get<std::string>();
  }
  return lines;
}

Json with_counts(Json with) {
  count(with, "labels", "label_count");
  count(with, "next_labels", "next_label_count");
  count(with, "metric_ids", "metric_count");
  return with;
}

Answer ask(Session& session, const Question& question) {
  for (const Calls* calls : {&naming_calls(), &deciding_calls(), &operating_calls()}) {
    if (const auto found = calls->find(question.call); found != calls->end()) {
      return found->second(session, question);
    }
  }
  throw std::runtime_error("no function is named " + question.call);
}

}  // namespace remora::conformance
