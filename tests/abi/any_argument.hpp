// Arguments for a function of the list that is known by its type and parameter names alone: so that tests can
// call every function there is, those of tomorrow included.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace remora::abi_test {

// The names in "(uint64_t handle, const char* name)": handle, name.
inline std::vector<std::string> names_of(std::string_view parameters) {
  std::vector<std::string> names;
  std::string name;
  for (const char c : parameters.substr(1)) {
    if (c == ',' || c == ')') {
      names.push_back(name);
      name.clear();
    } else if (c == ' ' || c == '*') {
      name.clear();
    } else {
      name += c;
    }
  }
  return names;
}

// What a parameter gets: a plausible value by its name, or NULL where `null` says so.
class Arguments {
 public:
  Arguments(uint64_t handle, std::vector<std::string> names) : handle_(handle), names_(std::move(names)) {}

  // Pointer parameters whose place is in this set are passed as NULL.
  void set_null(size_t place) { null_ |= uint64_t{1} << place; }

  template <class... Parameters>
  int32_t call(int32_t (*function)(Parameters...)) {
    return call(function, std::index_sequence_for<Parameters...>());
  }

 private:
  static constexpr std::string_view kText = "general";
  static constexpr size_t kRoom = 4096;

  template <class... Parameters, size_t... places>
  int32_t call(int32_t (*function)(Parameters...), std::index_sequence<places...>) {
    return function(value<Parameters>(places)...);
  }

  template <class Parameter>
  Parameter value(size_t place) {
    if constexpr (std::is_pointer_v<Parameter>) {
      return (null_ >> place & 1) != 0 ? nullptr : pointer<Parameter>(place);
    } else if (place == 0 && names_[0] == "handle") {
      return static_cast<Parameter>(handle_);
    } else if (names_[place].ends_with("_size")) {
      return static_cast<Parameter>(kText.size());
    } else if (names_[place] == "capacity") {
      // Of text in bytes, or of an array in items.
      return static_cast<Parameter>(sizeof(Parameter) == 8 ? kRoom : 1);
    } else {
      return 0;
    }
  }

  template <class Pointer>
  Pointer pointer(size_t place) {
    using Target = std::remove_cv_t<std::remove_pointer_t<Pointer>>;
    std::byte* room = room_[place].bytes.data();
    if constexpr (std::is_same_v<Pointer, const char*>) {
      return kText.data();
    } else if constexpr (std::is_function_v<Target>) {
      return nullptr;  // a callback: none
    } else if constexpr (std::is_void_v<Target>) {
      return room;
    } else {
      Target* target = new (room) Target{};
      if constexpr (requires { target->struct_size; }) {
        target->struct_size = sizeof(Target);
      }
      if constexpr (requires { target->first_failed; }) {
        target->count = 1;  // a batch of nothing needs no arrays
      }
      return target;
    }
  }

  struct Room {
    alignas(8) std::array<std::byte, kRoom> bytes{};
  };

  uint64_t handle_;
  std::vector<std::string> names_;
  uint64_t null_ = 0;
  std::array<Room, 8> room_{};
};

}  // namespace remora::abi_test
