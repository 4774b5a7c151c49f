#include "shim/barrier.hpp"

#include <algorithm>
#include <cstring>

namespace remora::shim {

void report(const base::Problem& problem, base::Code code, remora_error* error) {
  constexpr size_t kTextOffset = offsetof(remora_error, text);
  if (error == nullptr || error->struct_size <= kTextOffset) {
    return;
  }
  const char* text = problem.text();
  if (text[0] == '\0') {
    const char* clause = base::code_clause(static_cast<int32_t>(code));
    text = clause == nullptr ? "" : clause;  // defensive: every code has a clause
  }
  error->code = static_cast<int32_t>(code);
  error->os_errno = problem.os_errno();
  const size_t room = std::min(error->struct_size - kTextOffset, sizeof error->text);
  const size_t length = std::min(std::strlen(text), room - 1);
  std::memcpy(error->text, text, length);
  error->text[length] = '\0';
}

}  // namespace remora::shim
