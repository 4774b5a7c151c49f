#include "engine/snapshot_key.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

#include "base/file.hpp"
#include "base/wipe.hpp"
#include "snapshot/seal.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;

constexpr size_t kHexBytes = 64;

// The file's text, of either form, with room for one character too many.
struct KeyText {
  char text[kHexBytes + 3] = {};
  size_t size = 0;

  KeyText() = default;
  KeyText(const KeyText&) = delete;
  KeyText& operator=(const KeyText&) = delete;
  ~KeyText() { base::wipe(std::as_writable_bytes(std::span(text))); }
};

bool from_hex(char digit, uint8_t* value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char lower = digit >= 'A' && digit <= 'F' ? static_cast<char>(digit - 'A' + 'a') : digit;
  const size_t at = kDigits.find(lower);
  *value = static_cast<uint8_t>(at);
  return at != std::string_view::npos;
}

// 32 bytes as they are, or 64 hexadecimal digits with or without an end of line.
bool parse_key(const KeyText& file, std::array<uint8_t, 32>* key) {
  if (file.size == key->size()) {
    std::memcpy(key->data(), file.text, key->size());
    return true;
  }
  if (file.size < kHexBytes || file.size > kHexBytes + 1 ||
      (file.size > kHexBytes && file.text[kHexBytes] != '\n')) {
    return false;
  }
  for (size_t i = 0; i < key->size(); ++i) {
    uint8_t high = 0;
    uint8_t low = 0;
    if (!from_hex(file.text[2 * i], &high) || !from_hex(file.text[2 * i + 1], &low)) {
      return false;
    }
    (*key)[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

Code read_text(const base::Directory& folder, const char* name, KeyText* text, Problem& problem) {
  base::File file;
  Code code = base::File::open(folder, name, base::FileAccess::kRead, &file, problem);
  if (ok(code)) {
    code = file.check_private(problem);
  }
  if (ok(code)) {
    text->size = std::min<size_t>(file.size(), sizeof text->text);
    code = file.read_at(0, std::as_writable_bytes(std::span(text->text).first(text->size)), problem);
  }
  return code;
}

Code read_key_file(std::string_view path, const base::Directory& state_folder, std::array<uint8_t, 32>* key,
                   Problem& problem) try {
  const size_t slash = path.rfind('/');
  if (path.empty() || path.front() != '/' || slash + 1 == path.size()) {
    return problem.set(Code::kInvalid, "it names no file by an absolute path");
  }
  base::Directory folder;
  if (const Code code = base::open_any_folder(base::String(path.substr(0, slash)), &folder, problem);
      !ok(code)) {
    return code;
  }
  if (folder.identity() == state_folder.identity()) {
    return problem.set(Code::kPermission, "the key lies in the state directory; keep it elsewhere");
  }
  const base::String name(path.substr(slash + 1));
  KeyText text;
  if (const Code code = read_text(folder, name.c_str(), &text, problem); !ok(code)) {
    return code;
  }
  return parse_key(text, key)
             ? Code::kOk
             : problem.set(Code::kInvalid, "it holds neither 32 bytes nor 64 hexadecimal digits");
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for a path");
}

}  // namespace

Code read_snapshot_trust(const remora_options& options, const config::Environment& environment,
                         const base::Directory& state_folder, store::SnapshotTrust* trust, Problem& problem) {
  trust->required = (options.flags & REMORA_OPEN_REQUIRE_MAC) != 0 || environment.require_mac;
  const bool given = (options.flags & REMORA_OPEN_SNAPSHOT_KEY) != 0;
  if (given) {
    std::memcpy(trust->key.data(), options.snapshot_key, trust->key.size());
  } else if (environment.snapshot_key_file != nullptr) {
    const Code code = read_key_file(environment.snapshot_key_file, state_folder, &trust->key, problem);
    if (!ok(code)) {
      problem.prefix("REMORA_SNAPSHOT_KEY_FILE");
      return code;
    }
  } else {
    return trust->required ? problem.set(Code::kInvalid,
                                         "only authenticated snapshots are to be taken, but there is no key: "
                                         "set options.snapshot_key or REMORA_SNAPSHOT_KEY_FILE")
                           : Code::kOk;
  }
  if (std::all_of(trust->key.begin(), trust->key.end(), [](uint8_t byte) { return byte == 0; })) {
    return problem.set(Code::kInvalid, "the snapshot key is all zeros: it was probably never set");
  }
  trust->key_id = snapshot::key_id_of(trust->key);
  return Code::kOk;
}

}  // namespace remora::engine
