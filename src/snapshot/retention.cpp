#include "snapshot/retention.hpp"

#include <algorithm>
#include <cstdio>
#include <new>

#include "base/clock.hpp"
#include "snapshot/folder.hpp"
#include "snapshot/writer.hpp"
#include "store/file_names.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

Code list_in(const base::Directory& folder, base::Vector<Info>* infos, Problem& problem) {
  base::Vector<Kept> kept;
  if (const Code code = list_folder(folder, &kept, problem); !ok(code)) {
    return code;
  }
  infos->clear();
  infos->reserve(kept.size());
  for (const Kept& file : kept) {
    Envelope envelope;
    Problem ignored;  // a damaged file is not listed, and one removed meanwhile neither
    if (ok(read_envelope(folder, file, &envelope, ignored))) {
      infos->push_back(info_of(envelope));
    }
  }
  return Code::kOk;
}

int64_t day_of(int64_t taken_ns) {
  const int64_t day = taken_ns / base::kNanosPerDay;
  return taken_ns % base::kNanosPerDay < 0 ? day - 1 : day;
}

// Decides one snapshot after the other, newest first.
class Rule {
 public:
  explicit Rule(const Settings& settings) : settings_(settings) {}

  bool keeps(const Info& info) {
    if (info.kind == Kind::kHourly) {
      const bool last_of_day = days_ == 0 || day_of(info.taken_ns) != day_;
      days_ += last_of_day ? 1 : 0;
      day_ = day_of(info.taken_ns);
      return hourly_++ < settings_.keep_hourly || (last_of_day && days_ <= settings_.keep_daily);
    }
    if (info.kind == Kind::kStage) {
      return stage_++ < settings_.keep_stage;
    }
    if (info.kind == Kind::kRestore) {
      return restore_++ < settings_.keep_restore;
    }
    return manual_++ < settings_.keep_manual;
  }

 private:
  const Settings& settings_;
  uint32_t hourly_ = 0, manual_ = 0, stage_ = 0, restore_ = 0;
  uint32_t days_ = 0;
  int64_t day_ = 0;
};

Code remove_given_up(const base::Directory& folder, const Settings& settings, uint32_t* removed,
                     Problem& problem) {
  base::Vector<Info> infos;
  if (const Code code = list_in(folder, &infos, problem); !ok(code)) {
    return code;
  }
  for (const Info& info : given_up(infos, settings)) {
    const store::FileName name = store::snapshot_file(info.sequence, static_cast<uint32_t>(info.kind));
    if (const Code code = folder.remove(name, problem); !ok(code)) {
      return code;
    }
    ++*removed;
  }
  return Code::kOk;
}

}  // namespace

Code list_snapshots(const store::State& state, base::Vector<Info>* infos, Problem& problem) try {
  infos->clear();
  base::Directory folder;
  const Code code = open_folder(state, &folder, problem);
  if (code == Code::kNotFound) {  // a read-only state that never took one
    problem.clear();
    return Code::kOk;
  }
  return ok(code) ? list_in(folder, infos, problem) : code;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for the list of snapshots");
}

Code path_of(const store::State& state, uint64_t sequence, SnapshotPath* path, Problem& problem) try {
  base::Directory folder;
  base::Vector<Kept> kept;
  Code code = open_folder(state, &folder, problem);
  if (ok(code)) {
    code = list_folder(folder, &kept, problem);
  }
  if (!ok(code)) {
    return code;
  }
  const auto found =
      std::find_if(kept.begin(), kept.end(), [=](const Kept& k) { return k.sequence == sequence; });
  if (found == kept.end()) {
    return problem.set(Code::kNotFound, "no snapshot with the sequence %llu is kept",
                       static_cast<unsigned long long>(sequence));
  }
  std::snprintf(path->text, sizeof path->text, "%s/%s", store::kSnapshotFolder,
                store::snapshot_file(sequence, static_cast<uint32_t>(found->kind)).text);
  return Code::kOk;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for the list of snapshots");
}

base::Vector<Info> given_up(std::span<const Info> newest_first, const Settings& settings) {
  base::Vector<Info> result;
  Rule rule(settings);
  for (const Info& info : newest_first) {
    if (!rule.keeps(info)) {
      result.push_back(info);
    }
  }
  return result;
}

Code apply_retention(store::State& state, const Settings& settings, uint32_t* removed, Problem& problem) try {
  uint32_t count = 0;
  base::ByteLock lock;
  base::Directory folder;
  Code code = lock_snapshots(state, &lock, problem);
  if (ok(code)) {
    code = open_folder(state, &folder, problem);
  }
  if (ok(code)) {
    code = sweep_folder(folder, problem);
  }
  if (ok(code)) {
    code = remove_given_up(folder, settings, &count, problem);
  }
  if (removed != nullptr) {
    *removed = count;
  }
  return code;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for the list of snapshots");
}

}  // namespace remora::snapshot
