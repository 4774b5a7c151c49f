// Rolling back by swapping active.rsnap, by whatever means and with whatever mistakes.
#include "snapshot/active_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>

#include "snapshot/learned_state.hpp"
#include "snapshot/restore.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;
using snapshot::ActiveWord;

constexpr int64_t kLater = kSomeTime + 10 * base::kNanosPerSecond;

class ActiveFileTest : public testing::Test {
 protected:
  ActiveFileTest() {
    learned_.fill();
    good_ = values_of(learned_.state());
    snapshot_ = LearnedState::path_of(learned_.take());
    spoil();
  }

  // Learns something that a restore takes back.
  void spoil() { learned_.learn_value({learned_.alpha(), 0, 0, 0}, 0, {-9.0F, 500, 1}); }
  bool is_good() { return values_of(learned_.state()) == good_; }
  std::string bytes() { return learned_.folder().read(snapshot_); }
  std::string active() { return learned_.folder().file("active.rsnap"); }

  // Dates a file of the directory.
  void date(const std::string& name, int64_t when_ns) {
    const timespec when{when_ns / base::kNanosPerSecond, when_ns % base::kNanosPerSecond};
    const timespec times[2] = {when, when};
    ASSERT_EQ(utimensat(AT_FDCWD, learned_.folder().file(name).c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }

  // As a plain copy leaves it: written in place.
  void write_active(const std::string& content, int64_t when_ns = kSomeTime) {
    learned_.folder().write("active.rsnap", content);
    date("active.rsnap", when_ns);
  }

  Code poll(bool* restored, int64_t now_ns = kLater) {
    problem_.clear();
    const Code code = snapshot::poll_active_file(learned_.state(), now_ns, restored, problem_);
    EXPECT_EQ(base::ok(code), problem_.text()[0] == '\0') << problem_.text();
    return code;
  }

  bool restores(int64_t now_ns = kLater) {
    bool restored = false;
    EXPECT_EQ(poll(&restored, now_ns), Code::kOk) << problem_.text();
    return restored;
  }

  void expect_refused_once(Code expected) {
    const uint64_t generation = learned_.generation();
    const uint64_t events = store::last_event(learned_.history());
    bool restored = true;
    EXPECT_EQ(poll(&restored), expected) << problem_.text();
    EXPECT_FALSE(restored);
    const store::Event event = newest_event(learned_.history(), store::EventKind::kSnapshotRefused);
    EXPECT_EQ(event.reason, static_cast<int32_t>(expected));
    EXPECT_EQ(store::last_event(learned_.history()), events + 1);
    for (int i = 0; i < 3; ++i) {
      EXPECT_FALSE(restores());
    }
    EXPECT_EQ(store::last_event(learned_.history()), events + 1);
    EXPECT_EQ(learned_.generation(), generation);
    EXPECT_FALSE(is_good());
  }

  LearnedState learned_;
  Values good_;
  std::string snapshot_;
  Problem problem_;
};

TEST_F(ActiveFileTest, NoFileIsNoNews) {
  EXPECT_FALSE(restores());
  EXPECT_FALSE(is_good());
}

TEST_F(ActiveFileTest, AFileRenamedIntoPlaceIsRestoredOnce) {
  std::filesystem::rename(learned_.folder().file(snapshot_), active());
  date("active.rsnap", kSomeTime);
  EXPECT_TRUE(restores());
  EXPECT_TRUE(is_good());
  spoil();
  EXPECT_FALSE(restores());
  EXPECT_FALSE(is_good());
}

TEST_F(ActiveFileTest, AFileCopiedIntoPlaceIsRestored) {
  write_active("something that was refused");
  bool restored = false;
  EXPECT_NE(poll(&restored), Code::kOk);
  write_active(bytes(), kSomeTime + 1);
  EXPECT_TRUE(restores());
  EXPECT_TRUE(is_good());
}

TEST_F(ActiveFileTest, TheSameContentCopiedAgainIsRestoredAgain) {
  write_active(bytes());
  EXPECT_TRUE(restores());
  spoil();
  write_active(bytes(), kSomeTime + 1);
  EXPECT_TRUE(restores());
  EXPECT_TRUE(is_good());
}

TEST_F(ActiveFileTest, TheSameFileRemovedAndPutBackIsRestoredAgain) {
  write_active(bytes());
  EXPECT_TRUE(restores());
  spoil();
  std::filesystem::rename(active(), learned_.folder().file("aside"));
  EXPECT_FALSE(restores());
  std::filesystem::rename(learned_.folder().file("aside"), active());
  EXPECT_TRUE(restores());
  EXPECT_TRUE(is_good());
}

TEST_F(ActiveFileTest, AFileThatCannotBeReadForNowIsTakenWhenItCan) {
  write_active(bytes());
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{0, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  bool restored = true;
  const Code code = poll(&restored);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(code, Code::kIo);
  EXPECT_FALSE(restored);
  EXPECT_TRUE(restores());
  EXPECT_TRUE(is_good());
}

TEST_F(ActiveFileTest, AFileJustWrittenIsLeftUntilItRests) {
  write_active(bytes(), kSomeTime);
  EXPECT_FALSE(restores(kSomeTime));
  EXPECT_FALSE(restores(kSomeTime + 99 * base::kNanosPerMillisecond));
  EXPECT_TRUE(restores(kSomeTime + 100 * base::kNanosPerMillisecond));
}

TEST_F(ActiveFileTest, AFileOfTomorrowIsNotWaitedFor) {
  write_active(bytes(), kSomeTime + base::kNanosPerDay);
  EXPECT_TRUE(restores(kSomeTime));
}

TEST_F(ActiveFileTest, ACopyUnderWayIsNoMistake) {
  const std::string all = bytes();
  const uint64_t events = store::last_event(learned_.history());
  int64_t now = kSomeTime;
  for (size_t size = 0; size < all.size(); size += 100) {
    write_active(all.substr(0, size), now);
    now += 300 * base::kNanosPerMillisecond;
    EXPECT_FALSE(restores(now)) << size;
  }
  // Space reserved first, filled in place.
  for (size_t size = 0; size < all.size(); size += 100) {
    std::string partial = all.substr(0, size);
    partial.resize(all.size());
    write_active(partial, now);
    now += 300 * base::kNanosPerMillisecond;
    EXPECT_FALSE(restores(now)) << size;
  }
  EXPECT_EQ(store::last_event(learned_.history()), events);
  write_active(all, now);
  EXPECT_TRUE(restores(now + base::kNanosPerSecond));
  EXPECT_TRUE(is_good());
}

TEST_F(ActiveFileTest, HalfAFileThatStaysHalfIsRefusedOnceAndTakenWhenItIsWhole) {
  write_active(bytes().substr(0, bytes().size() / 2));
  expect_refused_once(Code::kDamaged);
  write_active(bytes(), kSomeTime + 1);
  EXPECT_TRUE(restores());
  EXPECT_TRUE(is_good());
}

TEST_F(ActiveFileTest, GarbageIsRefusedOnce) {
  write_active(std::string(5'000, 'x'));
  expect_refused_once(Code::kFormat);
}

TEST_F(ActiveFileTest, AnEmptyFileIsRefusedOnce) {
  write_active("");
  expect_refused_once(Code::kDamaged);
}

TEST_F(ActiveFileTest, AWrongByteIsRefusedOnce) {
  std::string damaged = bytes();
  damaged[damaged.size() / 2] ^= 1;
  write_active(damaged);
  expect_refused_once(Code::kDamaged);
}

TEST_F(ActiveFileTest, ASnapshotOfStrangersIsRefusedOnce) {
  LearnedState other;
  add_agent(other.state(), "stranger", {"x"});
  write_active(other.folder().read(LearnedState::path_of(other.take())));
  expect_refused_once(Code::kNotFound);
}

TEST_F(ActiveFileTest, ASymbolicLinkIsRefusedOnce) {
  std::filesystem::create_symlink(learned_.folder().file(snapshot_), active());
  date("active.rsnap", kSomeTime);
  expect_refused_once(Code::kPermission);
}

TEST_F(ActiveFileTest, APipeIsRefusedOnceAndWaitsForNobody) {
  ASSERT_EQ(mkfifo(active().c_str(), 0600), 0);
  date("active.rsnap", kSomeTime);
  expect_refused_once(Code::kPermission);
}

TEST_F(ActiveFileTest, AFolderIsRefusedOnce) {
  std::filesystem::create_directory(active());
  date("active.rsnap", kSomeTime);
  expect_refused_once(Code::kPermission);
}

TEST_F(ActiveFileTest, AFileThatAnybodyMayWriteIsRefusedOnce) {
  write_active(bytes());
  chmod(active().c_str(), 0666);
  date("active.rsnap", kSomeTime);
  expect_refused_once(Code::kPermission);
}

TEST_F(ActiveFileTest, AReaderLeavesItToOthers) {
  write_active(bytes());
  store::OpenRules rules;
  rules.read_only = true;
  std::unique_ptr<store::State> reader;
  ASSERT_TRUE(is_ok(store::State::open(learned_.folder().path(), rules, &reader, problem_), problem_));
  bool restored = true;
  EXPECT_TRUE(is_ok(snapshot::poll_active_file(*reader, kLater, &restored, problem_), problem_));
  EXPECT_FALSE(restored);
  EXPECT_TRUE(restores());
}

TEST_F(ActiveFileTest, WhoDoesNotAskIsNotTold) {
  EXPECT_EQ(poll(nullptr), Code::kOk);
  write_active(bytes());
  EXPECT_EQ(poll(nullptr), Code::kOk);
  EXPECT_TRUE(is_good());
}

TEST_F(ActiveFileTest, ABusyLockPutsItOff) {
  write_active(bytes());
  const auto other = open_state(learned_.folder().path());
  base::ByteLock lock;
  ASSERT_TRUE(is_ok(lock.try_lock(other->locks(), store::kSnapshotLock, problem_), problem_));
  EXPECT_FALSE(restores());
  lock.unlock();
  EXPECT_TRUE(restores());
}

TEST_F(ActiveFileTest, OneProcessRestoresAndAllFollow) {
  write_active(bytes());
  const auto other = open_state(learned_.folder().path());
  EXPECT_TRUE(restores());
  bool again = true;
  EXPECT_TRUE(is_ok(snapshot::poll_active_file(*other, kLater, &again, problem_), problem_));
  EXPECT_FALSE(again);
  EXPECT_EQ(values_of(*other), good_);
}

TEST_F(ActiveFileTest, IsNeverWrittenByTheLibrary) {
  write_active(bytes());
  const std::string before = bytes();
  EXPECT_TRUE(restores());
  learned_.take();
  EXPECT_EQ(learned_.folder().read("active.rsnap"), before);
}

// A process that dies between noting the file and switching leaves the note; whoever comes next does it
// again. One that dies behind the switch has done it.
TEST_F(ActiveFileTest, ADeathBeforeTheSwitchLosesNothingAndOneBehindItRepeatsNothing) {
  write_active(bytes());
  EXPECT_TRUE(restores());
  store::Word& word = learned_.history().control->active_identity;
  const uint64_t done = word.load();
  EXPECT_EQ(done & 0xFFFFFF, learned_.generation());
  spoil();
  EXPECT_FALSE(restores());
  word.store(done + 1);  // as for a generation that never came
  EXPECT_TRUE(restores());
  EXPECT_TRUE(is_good());
}

TEST(ActiveWordTest, TellsWhatWasDealtWith) {
  constexpr uint64_t kFile = 0x123456789abcdef0;
  constexpr uint64_t kOther = 0x923456789abcdef0;
  EXPECT_TRUE(ActiveWord::dealt_with(ActiveWord::pack(kFile, 0), kFile, 7));  // refused
  EXPECT_FALSE(ActiveWord::dealt_with(ActiveWord::pack(kFile, 0), kOther, 7));
  EXPECT_TRUE(ActiveWord::dealt_with(ActiveWord::pack(kFile, 8), kFile, 8));
  EXPECT_TRUE(ActiveWord::dealt_with(ActiveWord::pack(kFile, 8), kFile, 9));
  EXPECT_FALSE(ActiveWord::dealt_with(ActiveWord::pack(kFile, 8), kFile, 7));
  EXPECT_FALSE(ActiveWord::dealt_with(0, kFile, 7));
  EXPECT_FALSE(ActiveWord::dealt_with(0, 0, 7));
  EXPECT_NE(ActiveWord::pack(0, 0), 0u);
  // Numbers beyond 24 bits.
  EXPECT_FALSE(ActiveWord::dealt_with(ActiveWord::pack(kFile, 0x1000001), kFile, 0x1000000));
  EXPECT_TRUE(ActiveWord::dealt_with(ActiveWord::pack(kFile, 0xFFFFFF), kFile, 0x1000002));
}

}  // namespace
}  // namespace remora::test
