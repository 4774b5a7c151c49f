// A snapshot holds what was learned, and restoring it brings exactly that back.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/atomic_file.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot/learned_state.hpp"
#include "snapshot/locate.hpp"
#include "snapshot/restore.hpp"
#include "snapshot/verifier.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;
using snapshot::Info;
using snapshot::Kind;

Code restore_file(store::State& state, const std::string& path, Info* info = nullptr) {
  Problem problem;
  const Code code = snapshot::restore(state, path, kSomeTime + 1, info, problem);
  EXPECT_TRUE(base::ok(code) || problem.text()[0] != '\0');
  return code;
}

TEST(RoundTrip, SnapshotTellsWhatItHolds) {
  LearnedState learned;
  learned.fill();
  const Info info = learned.take(Kind::kManual, kSomeTime);
  EXPECT_EQ(info.kind, Kind::kManual);
  EXPECT_EQ(info.sequence, 1u);
  EXPECT_EQ(info.taken_ns, kSomeTime);
  EXPECT_EQ(info.rows, LearnedState::kRows);
  EXPECT_EQ(info.visits, LearnedState::kVisits);
  EXPECT_EQ(info.generation, learned.generation());
  EXPECT_EQ(info.bytes, std::filesystem::file_size(learned.folder().file(LearnedState::path_of(info))));
  EXPECT_LT(info.checksum, 1ULL << 53);
  Info verified;
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::verify_file(learned.state(), LearnedState::path_of(info), &verified, problem),
                    problem));
  EXPECT_EQ(verified.checksum, info.checksum);
  EXPECT_EQ(verified.visits, info.visits);
}

TEST(RoundTrip, RestoreBringsBackEveryValue) {
  LearnedState learned;
  learned.fill();
  const Values before = values_of(learned.state());
  ASSERT_EQ(before.size(), 6u);
  const Info info = learned.take();
  const uint32_t review = name(learned.state(), store::Kind::kTaskType, "code-review");
  learned.learn_value({learned.alpha(), review, 0, 0}, 0, {-9.0F, 500, 1});
  learned.learn_value({learned.beta(), review, 0, 0}, 3, {4.0F, 1, 1});
  ASSERT_NE(values_of(learned.state()), before);
  Info restored;
  ASSERT_EQ(restore_file(learned.state(), LearnedState::path_of(info), &restored), Code::kOk);
  EXPECT_EQ(restored.sequence, info.sequence);
  EXPECT_EQ(values_of(learned.state()), before);
}

TEST(RoundTrip, RestoreSwitchesGenerationKeepsWhatItReplacedAndSaysSo) {
  LearnedState learned;
  learned.fill();
  const Info info = learned.take();
  const uint64_t before = learned.generation();
  learned.learn_value({learned.alpha(), 0, 0, 0}, 0, {-9.0F, 500, 1});
  const Values replaced = values_of(learned.state());
  ASSERT_EQ(restore_file(learned.state(), LearnedState::path_of(info)), Code::kOk);
  EXPECT_EQ(learned.generation(), before + 1);
  const store::Event event = newest_event(learned.history(), store::EventKind::kRestored);
  EXPECT_EQ(event.value, static_cast<double>(before));
  EXPECT_EQ(event.detail[0], before + 1);
  EXPECT_EQ(event.detail[1], info.sequence);
  // The way forward again: sequence 2 is what the restore replaced.
  ASSERT_EQ(restore_file(learned.state(), "snapshots/000000000002-restore.rsnap"), Code::kOk);
  EXPECT_EQ(values_of(learned.state()), replaced);
}

TEST(RoundTrip, AnEmptyTableRoundTrips) {
  LearnedState learned;
  const Info info = learned.take();
  EXPECT_EQ(info.rows, 0u);
  learned.fill();
  ASSERT_EQ(restore_file(learned.state(), LearnedState::path_of(info)), Code::kOk);
  EXPECT_TRUE(values_of(learned.state()).empty());
}

TEST(RoundTrip, ManyChunksRoundTrip) {
  store::Capacities capacities = small_capacities();
  capacities.states = 40'000;
  capacities.names = 32'768;
  LearnedState learned(capacities);
  std::vector<uint32_t> agents;
  for (const char* agent : {"a", "b", "c", "d"}) {
    agents.push_back(add_agent(learned.state(), agent, {"x", "y", "z", "w"}));
  }
  for (uint32_t task = 0; task < 5'000; ++task) {
    name(learned.state(), store::Kind::kTaskType, "task-" + std::to_string(task));
    for (const uint32_t agent : agents) {
      learned.learn_value({agent, task, 0, 0}, task % 4, {static_cast<float>(task) / 64, task + 1, task});
    }
  }
  const Values before = values_of(learned.state());
  ASSERT_EQ(before.size(), 20'000u);
  const Info info = learned.take();
  EXPECT_EQ(info.rows, 20'000u);
  ASSERT_EQ(restore_file(learned.state(), LearnedState::path_of(info)), Code::kOk);
  EXPECT_EQ(values_of(learned.state()), before);
}

TEST(RoundTrip, RowsAreFoundWherePlainReadersLookForThem) {
  LearnedState learned;
  learned.fill();
  const Info info = learned.take();
  const std::string bytes = learned.folder().read(LearnedState::path_of(info));
  EXPECT_EQ(bytes.substr(0, 8), std::string("RSNAP\r\n\x1a"));
  uint64_t rows = 0;
  size_t offset = 128;
  for (; offset < bytes.size();) {
    uint32_t size = 0;
    std::memcpy(&size, bytes.data() + offset, 4);
    EXPECT_EQ(bytes.substr(offset + 8, 4), "RSNP");
    std::vector<uint64_t> part((size + 4 + 7) / 8);
    std::memcpy(part.data(), bytes.data() + offset, size + 4);
    const auto* root = remora_snapshot::GetSizePrefixedPart(part.data());
    if (root->body_as_Rows() != nullptr) {
      rows += root->body_as_Rows()->rows()->size();
    }
    offset += (size + 4 + 7) / 8 * 8;
  }
  EXPECT_EQ(offset, bytes.size());
  EXPECT_EQ(rows, info.rows);
}

TEST(RoundTrip, ValuesOfAttemptsComeBack) {
  LearnedState learned;
  learned.fill();
  learned.fill_attempts();
  const Values before = values_of(learned.state());
  ASSERT_EQ(before.size(), 9u);
  const Info info = learned.take();
  LearnedState there;
  add_agent(there.state(), "alpha", {"fast", "careful", "cheap"});
  add_agent(there.state(), "beta", {"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7"});
  ASSERT_EQ(restore_file(there.state(), learned.folder().file(LearnedState::path_of(info))), Code::kOk);
  EXPECT_EQ(values_of(there.state()), before);
}

TEST(RoundTrip, AnotherDirectoryTakesValuesByName) {
  LearnedState here;
  here.fill();
  here.fill_attempts();
  const Info info = here.take();
  // The same names in another order, so that every number differs; task types and labels are not known there
  // at all.
  LearnedState there;
  add_agent(there.state(), "somebody-else", {"x"});
  name(there.state(), store::Kind::kTaskType, "something-else");
  name(there.state(), store::Kind::kLabel, "size=small");
  add_agent(there.state(), "beta", {"v7", "v6", "v5", "v4", "v3", "v2", "v1", "v0"});
  add_agent(there.state(), "alpha", {"cheap", "careful", "new", "fast"});
  ASSERT_EQ(restore_file(there.state(), here.folder().file(LearnedState::path_of(info))), Code::kOk);
  Values expected = values_of(here.state());
  Values values = values_of(there.state());
  // Values of one row may come to stand in two, which then share the row's date.
  for (auto& [key, value] : expected) {
    value.updated_s = 0;
    values[key].updated_s = 0;
  }
  EXPECT_EQ(values, expected);
}

TEST(RoundTrip, NoAgentOrVariantComesFromASnapshot) {
  LearnedState here;
  here.fill();
  const std::string path = here.folder().file(LearnedState::path_of(here.take()));
  Problem problem;
  LearnedState empty;
  EXPECT_EQ(snapshot::restore(empty.state(), path, kSomeTime, nullptr, problem), Code::kNotFound);
  EXPECT_STREQ(
      problem.text(),
      "agent \"alpha\" is not registered in this directory; a snapshot adds no agents, so register it first");
  add_agent(empty.state(), "alpha", {"fast", "careful"});
  EXPECT_EQ(snapshot::restore(empty.state(), path, kSomeTime, nullptr, problem), Code::kNotFound);
  EXPECT_STREQ(problem.text(),
               "agent \"alpha\" has no variant \"cheap\" in this directory; register it first");
  EXPECT_EQ(empty.generation(), 1u);
  EXPECT_FALSE(empty.folder().has("snapshots"));
}

TEST(RoundTrip, MoreStatesThanTheDirectoryTakesAreRefused) {
  store::Capacities large = small_capacities();
  large.states = 4'096;
  large.names = 2'048;
  LearnedState here(large);
  const uint32_t agent = add_agent(here.state(), "alpha", {"fast"});
  for (uint32_t task = 0; task < 300; ++task) {
    name(here.state(), store::Kind::kTaskType, "task-" + std::to_string(task));
    here.learn_value({agent, task, 0, 0}, 0, {1.0F, 1, 1});
  }
  const std::string path = here.folder().file(LearnedState::path_of(here.take()));
  store::Capacities few = small_capacities();
  few.names = 2'048;
  LearnedState there(few);
  add_agent(there.state(), "alpha", {"fast"});
  const uint64_t before = there.generation();
  EXPECT_EQ(restore_file(there.state(), path), Code::kFull);
  EXPECT_EQ(there.generation(), before);
  EXPECT_FALSE(there.folder().has("generation-00000002.rmap"));
}

TEST(RoundTrip, NewNamesTakeAtMostHalfOfTheRoom) {
  LearnedState here;
  const uint32_t agent = add_agent(here.state(), "alpha", {"fast"});
  for (uint32_t task = 0; task < 60; ++task) {
    name(here.state(), store::Kind::kTaskType, "task-" + std::to_string(task));
    here.learn_value({agent, task, 0, 0}, 0, {1.0F, 1, 1});
  }
  const std::string path = here.folder().file(LearnedState::path_of(here.take()));
  store::Capacities few = small_capacities();
  few.names = 100;
  LearnedState there(few);
  add_agent(there.state(), "alpha", {"fast"});
  EXPECT_EQ(restore_file(there.state(), path), Code::kFull);
  EXPECT_EQ(store::name_count(there.history(), store::Kind::kTaskType), 0u);
}

TEST(RoundTrip, ADamagedCellInTheLiveTableIsLeftOut) {
  LearnedState learned;
  learned.fill();
  const uint32_t review = name(learned.state(), store::Kind::kTaskType, "code-review");
  learned.learn_value({learned.alpha(), review, 0, 0}, 1, {std::numeric_limits<float>::quiet_NaN(), 7, 1});
  learned.learn_value({learned.beta(), review, 0, 0}, 1, {2e6F, 7, 1});
  const Info info = learned.take();
  EXPECT_EQ(info.visits, LearnedState::kVisits);
}

TEST(RoundTrip, SequenceGrowsPastFilesOfALostCounter) {
  LearnedState learned;
  learned.take();
  learned.take();
  // As after a power loss that took the counter back.
  learned.history().control->snapshot_sequence.store(0);
  EXPECT_EQ(learned.take().sequence, 3u);
}

TEST(RoundTrip, LeftoversOfADeadWriterGoWithTheNextSnapshot) {
  LearnedState learned;
  learned.take();
  learned.folder().write("snapshots/000000000009-manual.rsnap.0123456789abcdef.tmp", "half");
  learned.take();
  EXPECT_FALSE(learned.folder().has("snapshots/000000000009-manual.rsnap.0123456789abcdef.tmp"));
}

TEST(RoundTrip, AnotherSnapshotUnderWayIsBusy) {
  LearnedState learned;
  const auto other = open_state(learned.folder().path());
  base::ByteLock lock;
  Problem problem;
  ASSERT_TRUE(is_ok(lock.try_lock(other->locks(), store::kSnapshotLock, problem), problem));
  ASSERT_TRUE(lock.held());
  const store::State::Inside inside(learned.state(), 0);
  EXPECT_EQ(snapshot::write_snapshot(learned.state(), inside.generation(), Kind::kManual, kSomeTime, nullptr,
                                     problem),
            Code::kBusy);
  lock.unlock();
  learned.take();
}

TEST(RoundTrip, TheOtherProcessFollowsARestore) {
  LearnedState learned;
  learned.fill();
  const auto other = open_state(learned.folder().path());
  const Values before = values_of(learned.state());
  const Info info = learned.take();
  learned.learn_value({learned.alpha(), 0, 0, 0}, 0, {-9.0F, 500, 1});
  ASSERT_EQ(restore_file(learned.state(), LearnedState::path_of(info)), Code::kOk);
  EXPECT_EQ(values_of(*other), before);
}

TEST(RoundTrip, PathsAreAbsoluteOrRelativeToTheDirectory) {
  LearnedState learned;
  learned.fill();
  const Info info = learned.take();
  const std::string relative = LearnedState::path_of(info);
  std::filesystem::copy_file(learned.folder().file(relative), learned.folder().file("mine.rsnap"));
  std::filesystem::create_directory(learned.folder().file("kept"));
  std::filesystem::copy_file(learned.folder().file(relative), learned.folder().file("kept/mine.rsnap"));
  Problem problem;
  for (const std::string& path : {relative, learned.folder().file(relative), std::string("mine.rsnap"),
                                  std::string("kept/mine.rsnap"), std::string("snapshots/../mine.rsnap")}) {
    EXPECT_TRUE(is_ok(snapshot::verify_file(learned.state(), path, nullptr, problem), problem)) << path;
  }
  EXPECT_EQ(snapshot::verify_file(learned.state(), "", nullptr, problem), Code::kInvalid);
  EXPECT_EQ(snapshot::verify_file(learned.state(), "snapshots/", nullptr, problem), Code::kInvalid);
  EXPECT_EQ(snapshot::verify_file(learned.state(), "no-such.rsnap", nullptr, problem), Code::kNotFound);
  EXPECT_EQ(snapshot::verify_file(learned.state(), "no-such/file.rsnap", nullptr, problem), Code::kNotFound);
  EXPECT_EQ(snapshot::verify_file(learned.state(), "kept", nullptr, problem), Code::kPermission);
  EXPECT_EQ(snapshot::verify_file(learned.state(), "/no-such.rsnap", nullptr, problem), Code::kNotFound);
  EXPECT_EQ(snapshot::verify_file(learned.state(), std::string_view("mine.rsnap\0x", 12), nullptr, problem),
            Code::kInvalid);
}

TEST(RoundTrip, AReadOnlyStateNeitherWritesNorRestores) {
  LearnedState learned;
  learned.fill();
  const Info info = learned.take();
  store::OpenRules rules;
  rules.read_only = true;
  std::unique_ptr<store::State> reader;
  Problem problem;
  ASSERT_TRUE(is_ok(store::State::open(learned.folder().path(), rules, &reader, problem), problem));
  EXPECT_EQ(snapshot::restore(*reader, LearnedState::path_of(info), kSomeTime, nullptr, problem),
            Code::kPermission);
  const store::State::Inside inside(*reader, 0);
  EXPECT_EQ(
      snapshot::write_snapshot(*reader, inside.generation(), Kind::kManual, kSomeTime, nullptr, problem),
      Code::kPermission);
  EXPECT_TRUE(is_ok(snapshot::verify_file(*reader, LearnedState::path_of(info), nullptr, problem), problem));
}

}  // namespace
}  // namespace remora::test
