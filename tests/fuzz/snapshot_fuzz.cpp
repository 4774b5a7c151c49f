// Snapshot files of any content, with the checksums made right as a forger would: what is refused changes
// nothing, and what is accepted brings no value out of range to route and no variant that the host did not
// register.
#include "fuzz/everyday_use.hpp"
#include "fuzz/forged_snapshot.hpp"
#include "fuzz/host.hpp"
#include "fuzz/input.hpp"

namespace {

using remora::fuzz::Host;
using remora::fuzz::Input;
using remora::fuzz::sized;

constexpr const char* kOffered = "offered.rsnap";
constexpr size_t kMostChanges = 16;

// A state that learned a little, and a snapshot of it. It is made anew when an input changed it.
struct Base {
  Host host;
  std::string snapshot;
  bool changed = true;

  void prepare() {
    if (!changed) {
      return;
    }
    host.begin();
    REMORA_REQUIRE(host.open() == REMORA_OK);
    remora::fuzz::fill_state(host.handle);
    remora_snapshot_info info = sized<remora_snapshot_info>();
    REMORA_REQUIRE(remora_snapshot(host.handle, &info, nullptr) == REMORA_OK);
    char path[256];
    uint64_t needed = 0;
    REMORA_REQUIRE(remora_snapshot_path(host.handle, info.sequence, path, sizeof path, &needed, nullptr) ==
                   REMORA_OK);
    snapshot = host.read(path);
    REMORA_REQUIRE(!snapshot.empty());
    changed = false;
  }
};

Base& base() {
  static Base made;
  return made;
}

std::string changed(std::string file, Input& input) {
  for (size_t i = 0; i < kMostChanges && !input.empty(); ++i) {
    const size_t at = input.take<uint16_t>() % file.size();
    switch (input.take_below(4)) {
      case 0:
        file[at] = static_cast<char>(input.take<uint8_t>());
        break;
      case 1: {
        const auto word = input.take<uint32_t>();
        std::memcpy(&file[at], &word, std::min(sizeof word, file.size() - at));
        break;
      }
      case 2:
        file.resize(std::max<size_t>(at, 1));
        break;
      default: {  // a block in another's place
        const size_t from = input.take<uint16_t>() % file.size();
        const std::string block = file.substr(from, input.take<uint8_t>());
        file.replace(at, std::min(block.size(), file.size() - at), block);
      }
    }
  }
  return file;
}

void offer(const std::string& file) {
  Base& b = base();
  b.host.write(kOffered, file);
  remora_error error = REMORA_ERROR_INIT;
  const std::string_view path = kOffered;
  const int32_t verified = remora_snapshot_verify(b.host.handle, path.data(), path.size(), nullptr, &error);
  remora::fuzz::require_code(verified);
  REMORA_REQUIRE(verified == REMORA_OK || error.text[0] != '\0');
  if (verified != REMORA_OK) {
    REMORA_REQUIRE(remora_restore(b.host.handle, path.data(), path.size(), nullptr, nullptr) != REMORA_OK);
    return;
  }
  b.changed = true;
  remora::fuzz::require_code(remora_restore(b.host.handle, path.data(), path.size(), nullptr, nullptr));
  remora::fuzz::use_state(b.host.handle, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Base& b = base();
  b.prepare();
  Input input(data, size);
  const bool whole = input.take<uint8_t>() == 0;
  const std::string file = whole ? std::string(input.take_rest()) : changed(b.snapshot, input);
  offer(file);
  b.prepare();
  offer(remora::fuzz::forged_snapshot(file));
  return 0;
}
