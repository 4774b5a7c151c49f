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

using Keys = std::array<store::SnapshotKey, store::kMostSnapshotKeys>;

constexpr size_t kSecretBytes = sizeof(store::SnapshotKey::secret);
constexpr size_t kHexBytes = 2 * kSecretBytes;

// The file's text, of either form, with room for one character too many.
struct KeyText {
  char text[store::kMostSnapshotKeys * (kHexBytes + 1) + 1] = {};
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

bool parse_line(std::string_view line, store::SnapshotKey* key) {
  if (line.size() != kHexBytes) {
    return false;
  }
  for (size_t i = 0; i < kSecretBytes; ++i) {
    uint8_t high = 0;
    uint8_t low = 0;
    if (!from_hex(line[2 * i], &high) || !from_hex(line[2 * i + 1], &low)) {
      return false;
    }
    key->secret[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

// 32 bytes as they are, or lines of 64 hexadecimal digits, the last with or without its end.
bool parse_keys(const KeyText& file, Keys* keys) {
  if (file.size == kSecretBytes) {
    std::memcpy(keys->front().secret.data(), file.text, kSecretBytes);
    return true;
  }
  std::string_view rest(file.text, file.size);
  for (store::SnapshotKey& key : *keys) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (!parse_line(rest.substr(0, end), &key)) {
      return false;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (rest.empty()) {
      return true;
    }
  }
  return false;
}

bool is_set(const store::SnapshotKey& key) {
  return std::any_of(key.secret.begin(), key.secret.end(), [](uint8_t byte) { return byte != 0; });
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

Code read_key_file(std::string_view path, const base::Directory& state_folder, Keys* keys,
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
  return parse_keys(text, keys)
             ? Code::kOk
             : problem.set(Code::kInvalid,
                           "it holds neither 32 bytes nor 1 to %zu lines of 64 hexadecimal digits",
                           keys->size());
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for a path");
}

}  // namespace

Code read_snapshot_trust(const remora_options& options, const config::Environment& environment,
                         const base::Directory& state_folder, store::SnapshotTrust* trust, Problem& problem) {
  trust->required = (options.flags & REMORA_OPEN_REQUIRE_MAC) != 0 || environment.require_mac;
  const bool given = (options.flags & REMORA_OPEN_SNAPSHOT_KEY) != 0;
  if (given) {
    std::memcpy(trust->keys.front().secret.data(), options.snapshot_key, kSecretBytes);
  } else if (environment.snapshot_key_file != nullptr) {
    const Code code = read_key_file(environment.snapshot_key_file, state_folder, &trust->keys, problem);
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
  for (store::SnapshotKey& key : trust->keys) {
    key.id = is_set(key) ? snapshot::key_id_of(key.secret) : 0;
  }
  return is_set(trust->signing())
             ? Code::kOk
             : problem.set(Code::kInvalid, "the snapshot key is all zeros: it was probably never set");
}

}  // namespace remora::engine
