#include "config/watch.hpp"

#include <string_view>

#include <xxhash.h>

#include "base/atomic_file.hpp"
#include "base/clock.hpp"
#include "config/parse.hpp"
#include "store/file_names.hpp"

namespace remora::config {
namespace {

// Times of files go in steps: a second write within one step, of the same size, would not show in the
// identity. So a file this young is read again at the next look.
constexpr int64_t kYoungNs = 50 * base::kNanosPerMillisecond;

}  // namespace

bool Watch::same_as_seen(const base::Directory& directory, bool* missing) {
  base::Problem ignored;
  base::FileIdentity identity;
  const base::Code code = base::File::identity_of(directory, store::kConfigFile, &identity, ignored);
  *missing = code == base::Code::kNotFound;
  return ok(code) && present_ && settled_ && identity == seen_;
}

Change Watch::poll(const base::Directory& directory, Settings* settings, base::Problem& problem) {
  bool missing = false;
  if (same_as_seen(directory, &missing)) {
    return Change::kNone;
  }
  if (missing) {
    if (!present_) {
      return Change::kNone;
    }
    present_ = false;
    content_hash_ = 0;
    problem.set(base::Code::kNotFound, "%s is gone; what it said stays in force", store::kConfigFile);
    return Change::kMissing;
  }
  const bool was_present = present_;
  const uint64_t hash_before = content_hash_;
  Settings read_settings;
  const Change change = read(directory, &read_settings, problem);
  if (was_present && content_hash_ != 0 && content_hash_ == hash_before) {
    problem.clear();
    return Change::kNone;  // touched, or written anew with the same content
  }
  if (change == Change::kReloaded) {
    *settings = std::move(read_settings);
  }
  return change;
}

// A file that could not be read is told apart by its identity alone. What may pass by itself is tried again.
void Watch::remember_unread(const base::Directory& directory, base::Code code) {
  base::Problem ignored;
  base::FileIdentity identity;
  static_cast<void>(base::File::identity_of(directory, store::kConfigFile, &identity, ignored));
  const bool passing = code == base::Code::kBusy || code == base::Code::kMemory || code == base::Code::kIo;
  settled_ = !passing;
  seen_ = identity;
  content_hash_ = XXH3_64bits(&identity, sizeof identity) | 1;
}

Change Watch::read(const base::Directory& directory, Settings* settings, base::Problem& problem) {
  base::FileBuffer buffer;
  base::FileIdentity identity;
  const base::Code code =
      base::read_whole(directory, store::kConfigFile, kMaxConfigBytes, &buffer, problem, &identity);
  if (code == base::Code::kNotFound) {
    problem.clear();
    *this = Watch();
    *settings = Settings();
    return Change::kNone;
  }
  present_ = true;
  if (!ok(code)) {
    remember_unread(directory, code);
    if (code == base::Code::kFull || code == base::Code::kDamaged) {
      problem.set(base::Code::kConfig, "%s has more than %llu bytes", store::kConfigFile,
                  static_cast<unsigned long long>(kMaxConfigBytes));
    }
    return Change::kRefused;
  }
  const int64_t age = base::now_ns() - identity.mtime_ns;
  settled_ = age < 0 || age > kYoungNs;
  seen_ = identity;
  content_hash_ = XXH3_64bits(buffer.data(), buffer.size()) | 1;
  return ok(parse(buffer.text(), store::kConfigFile, settings, problem)) ? Change::kReloaded
                                                                         : Change::kRefused;
}

}  // namespace remora::config
