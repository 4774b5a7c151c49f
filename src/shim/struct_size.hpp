// Structs of hosts that are older or newer than this library.
//
// Input: fields the host does not know read as zero; a longer struct must be zero behind what this library
// knows. Output: never a byte beyond the host's struct_size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <remora/observe.h>
#include <remora/open.h>
#include <remora/outcome.h>
#include <remora/snapshot.h>

#include "base/status.hpp"

namespace remora::shim {

// The size that a struct had in ABI 1.0: no host passes less. A struct that grows later gets its old size
// here.
template <typename T>
inline constexpr uint32_t kFirstSize = sizeof(T);
template <>
inline constexpr uint32_t kFirstSize<remora_task> = offsetof(remora_task, previous_decision);
template <>
inline constexpr uint32_t kFirstSize<remora_outcome> = offsetof(remora_outcome, next_decision);
template <>
inline constexpr uint32_t kFirstSize<remora_reward> = offsetof(remora_reward, tokens_term);
template <>
inline constexpr uint32_t kFirstSize<remora_q_cell> = offsetof(remora_q_cell, attempts);
template <>
inline constexpr uint32_t kFirstSize<remora_options> = offsetof(remora_options, snapshot_key);
template <>
inline constexpr uint32_t kFirstSize<remora_snapshot_info> = offsetof(remora_snapshot_info, key_id);

// More is no struct of any version, but memory that nobody set: reading that far would leave the host's
// memory.
inline constexpr uint32_t kLargestSize = 4096;

template <typename T>
base::Code check_size(const T* theirs, const char* name, base::Problem& problem) {
  if (theirs == nullptr) {
    return problem.set(base::Code::kInvalid, "%s is NULL", name);
  }
  if (theirs->struct_size < kFirstSize<T>) {
    return problem.set(base::Code::kInvalid, "%s.struct_size is %u: set it to sizeof(%s), at least %u", name,
                       theirs->struct_size, name, kFirstSize<T>);
  }
  if (theirs->struct_size > kLargestSize) {
    return problem.set(base::Code::kInvalid,
                       "%s.struct_size is %u: set it to sizeof(%s), it was probably not set at all", name,
                       theirs->struct_size, name);
  }
  return base::Code::kOk;
}

// What a newer host set that this library does not know. Errors: kUnsupported.
template <typename T>
base::Code check_tail(const T* theirs, const char* name, base::Problem& problem) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(theirs);
  for (uint32_t i = sizeof(T); i < theirs->struct_size; ++i) {
    if (bytes[i] != 0) {
      return problem.set(
          base::Code::kUnsupported,
          "%s has %u bytes and a value at byte %u, where this library knows %zu; use a newer library", name,
          theirs->struct_size, i, sizeof(T));
    }
  }
  return base::Code::kOk;
}

// Room for an input struct of another size.
template <typename T>
struct Input {
  T copy;
  const T* value = nullptr;  // what to read: the caller's own when sizes are equal

  base::Code read(const T* theirs, const char* name, base::Problem& problem) {
    if (theirs != nullptr && theirs->struct_size == sizeof(T)) [[likely]] {
      value = theirs;
      return base::Code::kOk;
    }
    return read_other(theirs, name, problem);
  }

 private:
  [[gnu::noinline]] base::Code read_other(const T* theirs, const char* name, base::Problem& problem) {
    if (const base::Code code = check_size(theirs, name, problem); !ok(code)) {
      return code;
    }
    if (const base::Code code = check_tail(theirs, name, problem); !ok(code)) {
      return code;
    }
    std::memset(static_cast<void*>(&copy), 0, sizeof copy);
    std::memcpy(static_cast<void*>(&copy), theirs, std::min<size_t>(theirs->struct_size, sizeof(T)));
    copy.struct_size = sizeof(T);
    value = &copy;
    return base::Code::kOk;
  }
};

// A result struct: filled in place when sizes are equal, else in a copy that `finish` hands over.
template <typename T>
class Output {
 public:
  base::Code begin(T* theirs, const char* name, base::Problem& problem) {
    if (theirs != nullptr && theirs->struct_size == sizeof(T)) [[likely]] {
      value = theirs;
      return base::Code::kOk;
    }
    return begin_other(theirs, name, problem);
  }

  void finish() {
    if (theirs_ != nullptr) [[unlikely]] {
      hand_over();
    }
  }

  T* value = nullptr;

 private:
  [[gnu::noinline]] base::Code begin_other(T* theirs, const char* name, base::Problem& problem) {
    if (const base::Code code = check_size(theirs, name, problem); !ok(code)) {
      return code;
    }
    theirs_ = theirs;
    std::memset(static_cast<void*>(&copy_), 0, sizeof copy_);
    std::memcpy(static_cast<void*>(&copy_), theirs, std::min<size_t>(theirs->struct_size, sizeof(T)));
    value = &copy_;
    return base::Code::kOk;
  }

  [[gnu::noinline]] void hand_over() {
    const uint32_t size = theirs_->struct_size;
    std::memcpy(static_cast<void*>(theirs_), &copy_, std::min<size_t>(size, sizeof(T)));
    theirs_->struct_size = size;
  }

  T* theirs_ = nullptr;
  T copy_;
};

// A struct that asks and is filled with the answer: an input as well.
template <typename T>
class Question : public Output<T> {
 public:
  base::Code begin(T* theirs, const char* name, base::Problem& problem) {
    const base::Code code = Output<T>::begin(theirs, name, problem);
    return ok(code) ? check_tail(theirs, name, problem) : code;
  }
};

// The i-th struct of an array whose elements lie `stride` bytes apart (0 = the first one's struct_size).
template <typename T>
T* element(T* first, uint64_t stride, uint64_t i) {
  using Byte = std::conditional_t<std::is_const_v<T>, const std::byte, std::byte>;
  const uint64_t step = stride != 0 ? stride : first->struct_size;
  return reinterpret_cast<T*>(reinterpret_cast<Byte*>(first) + step * i);
}

// Checks an array's stride: large enough for its first element, and aligned. Errors: kInvalid.
template <typename T>
base::Code check_stride(const T* first, uint64_t stride, const char* name, base::Problem& problem) {
  if (const base::Code code = check_size(first, name, problem); !ok(code)) {
    return code;
  }
  const uint64_t step = stride != 0 ? stride : first->struct_size;
  if (step < first->struct_size || step % alignof(T) != 0) {
    return problem.set(base::Code::kInvalid,
                       "stride of %s is %llu: must be a multiple of %zu, at least its struct_size %u", name,
                       static_cast<unsigned long long>(step), alignof(T), first->struct_size);
  }
  return base::Code::kOk;
}

}  // namespace remora::shim
