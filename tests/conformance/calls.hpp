// How the functions of each public header are called from a transcript.
#pragma once

#include <initializer_list>
#include <map>
#include <string>

#include "conformance/session.hpp"

namespace remora::conformance {

using Call = Answer (*)(Session&, const Question&);
using Calls = std::map<std::string, Call>;

// The functions of version.h, status.h, open.h, names.h; of route.h, outcome.h, safety.h, rollout.h; of the
// others.
const Calls& naming_calls();
const Calls& deciding_calls();
const Calls& operating_calls();

// Throws when `with` has a key beside these.
void only(const Json& with, std::initializer_list<const char*> keys);

std::string text_of(const Json& with, const char* key);
uint32_t number_of(const Json& with, const char* key, uint32_t otherwise = 0);

// Texts one behind the other, a line feed between two.
std::string lines_of(const Json& with, const char* key);

// Fields of a struct, with the counts that its lists imply.
Json with_counts(Json with);

// An answer from a function that takes a remora_error, or does not.
template <class Function>
Answer explained(Function&& function) {
  Answer answer;
  answer.code = function(answer.value, &answer.error);
  return answer;
}
template <class Function>
Answer unexplained(Function&& function) {
  Answer answer;
  answer.explained = false;
  answer.code = function(answer.value);
  return answer;
}

// fill(buffer, capacity, &needed): with "capacity" in the step once with that much room, else with enough.
template <class Fill>
int32_t fill_text(const Json& step, Json& value, Fill&& fill) {
  uint64_t needed = 0;
  const bool given = step.contains("capacity");
  std::string buffer(given ? step["capacity"].get<size_t>() : 0, '\0');
  int32_t code = fill(given ? buffer.data() : nullptr, buffer.size(), &needed);
  for (int attempt = 0; !given && code == REMORA_E_BUFFER && attempt < 8; ++attempt) {
    buffer.resize(needed + 64);
    code = fill(buffer.data(), buffer.size(), &needed);
  }
  value["needed"] = needed;
  value["text"] = code == REMORA_OK ? buffer.substr(0, needed - 1) : "";
  return code;
}

}  // namespace remora::conformance
