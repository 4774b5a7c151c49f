// C++20 wrapper over the loader: what the C functions do, with handles that close themselves, results that
// cannot be overlooked, ids that cannot be confused. Header-only; throws nothing of its own (text and lists
// are std::string and std::vector, which may); works with -fno-exceptions.
//
//   auto library = remora::Library::load();
//   auto state = library->open("/var/lib/my-host/remora");
//   if (!state) { log(state.error().text()); }
//   auto decision = state->route_named("backend-architect", "api-design");
//
// Each member is the C function of the same name; its header says what it does and which errors it has.
#pragma once

#include <remora/remora_loader.h>
#include <remora/result.hpp>
#include <remora/state.hpp>
#include <remora/values.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace remora {

// The loaded plugin. Copies share it; so does every State, which therefore may outlive the Library it came
// from.
class Library {
 public:
  Library() noexcept = default;

  // remora_load: path null or empty looks at REMORA_LIBRARY, then in the system's search. required_minor
  // below REMORA_ABI_MINOR accepts older libraries, whose api() has null members.
  static Result<Library> load(const char* path = nullptr, int32_t required_minor = REMORA_ABI_MINOR) {
    Result<Library> result;
    remora_api api;
    char why[2048];
    const int32_t code = remora_load_minor(&api, path, required_minor, why, sizeof why);
    if (code != REMORA_OK) {
      result.error().set(code, why);
      return result;
    }
    result->api_ = std::shared_ptr<const remora_api>(new remora_api(api), [](const remora_api* loaded) {
      remora_unload(const_cast<remora_api*>(loaded));
      delete loaded;
    });
    return result;
  }

  bool is_loaded() const noexcept { return api_ != nullptr; }
  const remora_api* api() const noexcept { return api_.get(); }

  // version.h, status.h, open.h
  int32_t abi_version() const { return api_ == nullptr ? 0 : api_->abi_version(); }
  Result<std::string> version_text() const {
    return detail::plain_answer<std::string>(api_.get(), [&](std::string& text) {
      return detail::text_into(text, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
        return api_->version_text(buffer, capacity, needed);
      });
    });
  }
  Result<std::string> status_text(int32_t code) const {
    return detail::plain_answer<std::string>(api_.get(), [&](std::string& text) {
      return detail::text_into(text, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
        return api_->status_text(code, buffer, capacity, needed);
      });
    });
  }
  // name: the struct's C name.
  Result<uint32_t> struct_size(const char* name) const {
    return detail::plain_answer<uint32_t>(api_.get(), [&](uint32_t& size) { return api_->struct_size(name, &size); });
  }

  // Opens a state directory. options.abi_version is filled in when it is 0.
  Result<State> open(std::string_view directory, Options options = {}) const {
    if (options.abi_version == 0) {
      options.abi_version = REMORA_ABI_VERSION;
    }
    return detail::answer<State>(api_.get(), [&](State& state, remora_error* error) {
      uint64_t handle = 0;
      const int32_t code = api_->open(directory.data(), directory.size(), &options, &handle, error);
      if (code == REMORA_OK) {
        state = State(api_, handle);
      }
      return code;
    });
  }

 private:
  std::shared_ptr<const remora_api> api_;
};

}  // namespace remora
