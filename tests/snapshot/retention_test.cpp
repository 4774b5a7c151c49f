// Which snapshots stay.
#include "snapshot/retention.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <vector>

#include "base/clock.hpp"
#include "snapshot/learned_state.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;
using snapshot::Info;
using snapshot::Kind;
using snapshot::Settings;
using testing::ElementsAre;

Info taken(uint64_t sequence, Kind kind, int64_t taken_ns) {
  Info info;
  info.sequence = sequence;
  info.kind = kind;
  info.taken_ns = taken_ns;
  return info;
}

// Sequences that stay of a list given oldest first.
std::set<uint64_t> staying(std::vector<Info> infos, const Settings& settings) {
  std::reverse(infos.begin(), infos.end());
  std::set<uint64_t> result;
  for (const Info& info : infos) {
    result.insert(info.sequence);
  }
  for (const Info& info : snapshot::given_up(infos, settings)) {
    result.erase(info.sequence);
  }
  return result;
}

constexpr int64_t kMidnight = 19'675 * base::kNanosPerDay;

TEST(Retention, KeepsTheNewestHourlyOnesAndTheLastOneOfEachDay) {
  // Ten days, one an hour: sequences 1 .. 240, the last one of day d is 24 d.
  std::vector<Info> infos;
  for (uint64_t hour = 0; hour < 240; ++hour) {
    infos.push_back(
        taken(hour + 1, Kind::kHourly, kMidnight + static_cast<int64_t>(hour) * base::kNanosPerHour));
  }
  Settings settings;
  settings.keep_hourly = 3;
  settings.keep_daily = 4;
  EXPECT_THAT(staying(infos, settings), ElementsAre(168, 192, 216, 238, 239, 240));
  settings.keep_daily = 0;
  EXPECT_THAT(staying(infos, settings), ElementsAre(238, 239, 240));
}

TEST(Retention, DaysWithoutASnapshotCountForNothing) {
  std::vector<Info> infos = {taken(1, Kind::kHourly, kMidnight), taken(2, Kind::kHourly, kMidnight + 1),
                             taken(3, Kind::kHourly, kMidnight + 100 * base::kNanosPerDay),
                             taken(4, Kind::kHourly, kMidnight + 300 * base::kNanosPerDay)};
  Settings settings;
  settings.keep_hourly = 1;
  settings.keep_daily = 3;
  EXPECT_THAT(staying(infos, settings), ElementsAre(2, 3, 4));
}

TEST(Retention, EachKindHasItsOwnNumber) {
  std::vector<Info> infos;
  uint64_t sequence = 0;
  for (int round = 0; round < 5; ++round) {
    for (const Kind kind : {Kind::kManual, Kind::kStage, Kind::kRestore}) {
      infos.push_back(taken(++sequence, kind, kMidnight));
    }
  }
  Settings settings;
  settings.keep_manual = 1;
  settings.keep_stage = 2;
  settings.keep_restore = 3;
  EXPECT_THAT(staying(infos, settings), ElementsAre(9, 11, 12, 13, 14, 15));
}

TEST(Retention, FewSnapshotsAllStay) {
  const std::vector<Info> infos = {taken(1, Kind::kManual, 0), taken(2, Kind::kHourly, -5),
                                   taken(3, Kind::kStage, 0)};
  EXPECT_THAT(staying(infos, Settings{}), ElementsAre(1, 2, 3));
  EXPECT_TRUE(snapshot::given_up({}, Settings{}).empty());
}

TEST(Retention, RemovesFilesAndLeavesWhatItCannotRead) {
  LearnedState learned;
  learned.fill();
  for (int i = 0; i < 5; ++i) {
    learned.take(Kind::kManual);
  }
  learned.folder().write("snapshots/000000000000-manual.rsnap", "somebody's");
  learned.folder().write("snapshots/notes.txt", "somebody's");
  learned.folder().write("snapshots/000000000003-manual.rsnap", "damaged");
  Settings settings;
  settings.keep_manual = 2;
  uint32_t removed = 0;
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::apply_retention(learned.state(), settings, &removed, problem), problem));
  EXPECT_EQ(removed, 2u);
  EXPECT_FALSE(learned.folder().has("snapshots/000000000001-manual.rsnap"));
  EXPECT_FALSE(learned.folder().has("snapshots/000000000002-manual.rsnap"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(learned.folder().file("snapshots")), {}), 5);
}

TEST(Retention, ListsNewestFirstAndPassesOverDamagedFiles) {
  LearnedState learned;
  learned.fill();
  const Info first = learned.take(Kind::kManual, kSomeTime);
  learned.take(Kind::kHourly, kSomeTime + 1);
  const Info third = learned.take(Kind::kStage, kSomeTime + 2);
  learned.folder().write("snapshots/000000000002-hourly.rsnap", "damaged");
  base::Vector<Info> infos;
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::list_snapshots(learned.state(), &infos, problem), problem));
  ASSERT_EQ(infos.size(), 2u);
  EXPECT_EQ(infos[0].sequence, third.sequence);
  EXPECT_EQ(infos[0].kind, Kind::kStage);
  EXPECT_EQ(infos[1].taken_ns, first.taken_ns);
  EXPECT_EQ(infos[1].checksum, first.checksum);
  EXPECT_EQ(infos[1].bytes, first.bytes);
}

void expect_none_listed(LearnedState& learned) {
  base::Vector<Info> infos;
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::list_snapshots(learned.state(), &infos, problem), problem));
  EXPECT_TRUE(infos.empty());
}

TEST(Retention, AFileUnderAnothersNameIsNotListed) {
  LearnedState learned;
  const Info info = learned.take();
  std::filesystem::rename(learned.folder().file(LearnedState::path_of(info)),
                          learned.folder().file("snapshots/000000000044-manual.rsnap"));
  expect_none_listed(learned);
}

TEST(Retention, AFileUnderAnotherKindsNameIsNotListed) {
  LearnedState learned;
  const Info info = learned.take(Kind::kManual);
  std::filesystem::rename(learned.folder().file(LearnedState::path_of(info)),
                          learned.folder().file("snapshots/000000000001-hourly.rsnap"));
  std::filesystem::create_directory(learned.folder().file("snapshots/000000000002-manual.rsnap"));
  expect_none_listed(learned);
}

TEST(Retention, WhoHasNoFolderHasAnError) {
  LearnedState learned;
  learned.folder().write("snapshots", "a file");
  base::Vector<Info> infos;
  snapshot::SnapshotPath path;
  uint32_t removed = 7;
  Problem problem;
  EXPECT_FALSE(base::ok(snapshot::list_snapshots(learned.state(), &infos, problem)));
  EXPECT_FALSE(base::ok(snapshot::path_of(learned.state(), 1, &path, problem)));
  EXPECT_FALSE(base::ok(snapshot::apply_retention(learned.state(), Settings{}, &removed, problem)));
  EXPECT_EQ(removed, 0U);
  EXPECT_EQ(learned.folder().read("snapshots"), "a file");
}

TEST(Retention, AReaderRemovesNothing) {
  LearnedState learned;
  learned.take();
  learned.take();
  store::OpenRules rules;
  rules.read_only = true;
  std::unique_ptr<store::State> reader;
  Problem problem;
  ASSERT_TRUE(is_ok(store::State::open(learned.folder().path(), rules, &reader, problem), problem));
  Settings settings;
  settings.keep_manual = 1;
  EXPECT_EQ(snapshot::apply_retention(*reader, settings, nullptr, problem), Code::kPermission);
  EXPECT_TRUE(learned.folder().has("snapshots/000000000001-manual.rsnap"));
}

TEST(Retention, FindsTheFileOfASequence) {
  LearnedState learned;
  const Info info = learned.take(Kind::kHourly);
  snapshot::SnapshotPath path;
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::path_of(learned.state(), info.sequence, &path, problem), problem));
  EXPECT_STREQ(path.text, "snapshots/000000000001-hourly.rsnap");
  EXPECT_EQ(snapshot::path_of(learned.state(), 99, &path, problem), Code::kNotFound);
}

TEST(Retention, AReadOnlyStateWithoutSnapshotsListsNone) {
  LearnedState learned;
  store::OpenRules rules;
  rules.read_only = true;
  std::unique_ptr<store::State> reader;
  Problem problem;
  ASSERT_TRUE(is_ok(store::State::open(learned.folder().path(), rules, &reader, problem), problem));
  base::Vector<Info> infos;
  EXPECT_TRUE(is_ok(snapshot::list_snapshots(*reader, &infos, problem), problem));
  EXPECT_TRUE(infos.empty());
}

}  // namespace
}  // namespace remora::test
