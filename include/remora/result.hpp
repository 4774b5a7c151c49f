// Results of the C++ wrapper: what a call gave, and why it failed if it did. Throws nothing; see remora.hpp.
#pragma once

#include <remora/remora_loader.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace remora {

// Why a call failed. A value: it may be kept and passed between threads.
class Error {
 public:
  Error() noexcept { raw_.text[0] = '\0'; }

  int32_t code() const noexcept { return raw_.code; }          // a code of status.h; REMORA_OK when nothing failed
  int32_t os_errno() const noexcept { return raw_.os_errno; }  // of the failed system call, else 0
  std::string_view text() const noexcept { return longer_.empty() ? std::string_view(raw_.text) : longer_; }

  void set(int32_t code) noexcept { raw_.code = code; }
  void set(int32_t code, std::string text) {
    raw_.code = code;
    longer_ = std::move(text);
  }
  remora_error* raw() noexcept { return &raw_; }

 private:
  // The text's other bytes are left as they are: clearing 240 bytes would show in the time of a route.
  struct Raw : remora_error {
    Raw() noexcept {  // NOLINT(cppcoreguidelines-pro-type-member-init)
      struct_size = sizeof(remora_error);
      code = REMORA_OK;
      os_errno = 0;
      reserved = 0;
    }
  };
  Raw raw_;
  std::string longer_;  // a text that does not fit into remora_error
};

// What a call gave, and whether it failed. After a failure the value is empty, but for route, safety_check
// and rollout_gate, which answer with the safe choice on every error.
template <class Value>
class [[nodiscard]] Result {
 public:
  bool ok() const noexcept { return error_.code() == REMORA_OK; }
  explicit operator bool() const noexcept { return ok(); }
  int32_t code() const noexcept { return error_.code(); }
  const Error& error() const noexcept { return error_; }
  Error& error() noexcept { return error_; }

  Value& value() & noexcept { return value_; }
  const Value& value() const& noexcept { return value_; }
  Value&& value() && noexcept { return std::move(value_); }
  Value& operator*() & noexcept { return value_; }
  const Value& operator*() const& noexcept { return value_; }
  Value&& operator*() && noexcept { return std::move(value_); }
  Value* operator->() noexcept { return &value_; }
  const Value* operator->() const noexcept { return &value_; }

 private:
  Value value_{};
  Error error_;
};

// A result without a value.
struct Nothing {};
using Status = Result<Nothing>;

namespace detail {

// Calls a function of the library that fills a value and explains itself in a remora_error.
template <class Value, class Call>
Result<Value> answer(const remora_api* api, Call&& call) {
  Result<Value> result;
  if (api == nullptr) {
    result.error().set(REMORA_E_HANDLE, "no library is loaded, or no state is open");
    if constexpr (requires(Value & decision) { decision.shadow_decision_id; }) {
      result->reason = REMORA_REASON_ERROR;
    }
  } else {
    result.error().set(call(result.value(), result.error().raw()));
  }
  return result;
}

// The same for a function without a remora_error: the code's own clause is the explanation.
template <class Value, class Call>
Result<Value> plain_answer(const remora_api* api, Call&& call) {
  return answer<Value>(api, [&](Value& value, remora_error* error) {
    const int32_t code = call(value);
    if (code != REMORA_OK) {
      api->status_text(code, error->text, sizeof error->text, nullptr);
    }
    return code;
  });
}

// Calls fill(buffer, capacity, &needed) until its text fits: it may grow between two calls.
template <class Fill>
int32_t text_into(std::string& text, Fill&& fill) {
  uint64_t needed = 128;
  int32_t code = REMORA_E_BUFFER;
  for (int attempt = 0; attempt < 8 && code == REMORA_E_BUFFER; ++attempt) {
    text.resize(needed + needed / 8);
    code = fill(text.data(), text.size(), &needed);
  }
  text.resize(code == REMORA_OK && needed > 0 ? needed - 1 : 0);
  return code;
}

}  // namespace detail

}  // namespace remora
