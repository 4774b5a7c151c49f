// State files that were damaged, cut, made by another version or put where they cannot be: each has its
// message, and a file that is refused stays as it is.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "abi/plugin.hpp"
#include "store/history.hpp"
#include "store/layout.hpp"
#include "support/small_file_system.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

using abi_test::plugin;
using abi_test::sized;

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
}

class DamagedState : public testing::Test {
 protected:
  void SetUp() override {
    state_ = folder_.path() + "/state";
    uint64_t handle = 0;
    ASSERT_EQ(open(&handle), REMORA_OK) << error_.text;
    ASSERT_EQ(plugin().agent_define(handle, "agent", "one,two", &agent_, &error_), REMORA_OK) << error_.text;
    use(handle, 50);
    ASSERT_EQ(plugin().close(handle, &error_), REMORA_OK);
  }

  int32_t open(uint64_t* handle, uint32_t flags = REMORA_OPEN_NO_AUTO_TICK) {
    remora_options options = sized<remora_options>();
    options.flags = flags;
    options.states = 64;
    options.ledger_slots = 1024;
    options.names = 64;
    error_ = REMORA_ERROR_INIT;
    return plugin().open(state_.data(), state_.size(), &options, handle, &error_);
  }

  // Routes and records; whatever the state holds, answers are safe and nothing crashes.
  void use(uint64_t handle, int times) {
    for (int i = 0; i < times; ++i) {
      remora_task task = sized<remora_task>();
      task.agent = agent_;
      remora_decision decision = sized<remora_decision>();
      const int32_t code = plugin().route(handle, &task, &decision, &error_);
      EXPECT_LT(decision.variant, 2U);
      if (code == REMORA_OK) {
        EXPECT_TRUE(decision.q_value > -1e7 && decision.q_value < 1e7);
        static_cast<void>(plugin().record_result(handle, decision.decision_id, 1, 5, &error_));
      }
    }
  }

  // A refusal that says why, or a state that serves.
  void expect_safe(const std::string& damage) {
    SCOPED_TRACE(damage);
    uint64_t handle = 0;
    if (open(&handle) == REMORA_OK) {
      use(handle, 3);
      remora_tick_report report = sized<remora_tick_report>();
      static_cast<void>(plugin().tick(handle, 0, 0, &report, &error_));
      use(handle, 3);
      EXPECT_EQ(plugin().close(handle, &error_), REMORA_OK);
    } else {
      EXPECT_NE(error_.text[0], '\0');
    }
  }

  std::string history() const { return state_ + "/history.rmap"; }
  std::string generation() const { return state_ + "/generation-00000001.rmap"; }

  // Puts other bytes in place of the history's first page, with a right checksum.
  template <class Change>
  void forge(const Change& change) {
    std::string content = read_file(history());
    store::Identity identity;
    std::memcpy(&identity, content.data(), sizeof identity);
    change(identity);
    identity.checksum = store::identity_checksum(identity);
    std::memcpy(content.data(), &identity, sizeof identity);
    write_file(history(), content);
  }

  void expect_refused(int32_t code, const char* word) {
    const std::string before = read_file(history());
    uint64_t handle = 0;
    EXPECT_EQ(open(&handle), code) << error_.text;
    EXPECT_EQ(handle, 0U);
    EXPECT_NE(std::string(error_.text).find(word), std::string::npos) << error_.text;
    EXPECT_EQ(read_file(history()), before) << "a refused file was changed";
  }

  TempDir folder_;
  std::string state_;
  remora_id agent_ = 0;
  remora_error error_ = REMORA_ERROR_INIT;
};

TEST_F(DamagedState, AnyByteOfTheFirstPageThatMattersIsNoticed) {
  const std::string whole = read_file(history());
  const int file = ::open(history().c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(file, 0);
  for (size_t at = 0; at < sizeof(store::Identity); ++at) {
    for (int flip = 1; flip < 256; ++flip) {
      const char changed = static_cast<char>(whole[at] ^ flip);
      ASSERT_EQ(pwrite(file, &changed, 1, static_cast<off_t>(at)), 1);
      uint64_t handle = 0;
      const int32_t code = open(&handle);
      ASSERT_TRUE(code == REMORA_E_DAMAGED || code == REMORA_E_FORMAT)
          << "byte " << at << " changed by " << flip << ": " << code;
      ASSERT_NE(error_.text[0], '\0');
    }
    ASSERT_EQ(pwrite(file, &whole[at], 1, static_cast<off_t>(at)), 1);
  }
  close(file);
}

TEST_F(DamagedState, AnyDamageBehindTheFirstPageLeavesCallsSafe) {
  const std::string whole = read_file(history());
  const size_t step = whole.size() / 300;
  for (size_t at = store::kPage; at < whole.size(); at += step) {
    std::string damaged = whole;
    for (size_t i = at; i < std::min(at + 64, damaged.size()); ++i) {
      damaged[i] = static_cast<char>(0xFF);
    }
    write_file(history(), damaged);
    expect_safe("bytes from " + std::to_string(at));
  }
}

// Blocks as a disk writes them, that were lost or came to lie elsewhere.
TEST_F(DamagedState, BlocksThatAreLostDoubledOrSwappedLeaveCallsSafe) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string whole[] = {read_file(history()), read_file(generation())};
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds * 12; ++round) {
    const bool of_history = round % 2 == 0;
    const size_t size = round / 2 % 2 == 0 ? 512 : 4'096;
    std::string damaged = whole[of_history ? 0 : 1];
    const size_t blocks = damaged.size() / size;
    const size_t a = random() % blocks * size;
    const size_t b = random() % blocks * size;
    switch (round / 4 % 3) {
      case 0:
        std::fill_n(damaged.begin() + static_cast<ptrdiff_t>(a), size, '\0');
        break;
      case 1:
        std::copy_n(whole[of_history ? 0 : 1].begin() + static_cast<ptrdiff_t>(a), size,
                    damaged.begin() + static_cast<ptrdiff_t>(b));
        break;
      default:
        if (a != b) {
          std::swap_ranges(damaged.begin() + static_cast<ptrdiff_t>(a),
                           damaged.begin() + static_cast<ptrdiff_t>(a + size),
                           damaged.begin() + static_cast<ptrdiff_t>(b));
        }
    }
    write_file(history(), of_history ? damaged : whole[0]);
    write_file(generation(), of_history ? whole[1] : damaged);
    expect_safe("blocks at " + std::to_string(a) + " and " + std::to_string(b));
  }
}

TEST_F(DamagedState, ValuesThatCannotBeAreLearnedAnew) {
  std::string content = read_file(generation());
  for (size_t at = 2 * store::kPage; at + 8 <= content.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, content.data() + at, 8);
    if (word >> 32 != 0 && word >> 32 < 1000) {                              // a cell with visits
      const uint64_t broken = (word & 0xFFFFFFFF00000000ULL) | 0x7FC00000U;  // NaN
      std::memcpy(content.data() + at, &broken, 8);
    }
  }
  write_file(generation(), content);
  uint64_t handle = 0;
  ASSERT_EQ(open(&handle), REMORA_OK) << error_.text;
  use(handle, 50);
  EXPECT_EQ(plugin().close(handle, &error_), REMORA_OK);
}

TEST_F(DamagedState, AHistoryCutAnywhereIsRefused) {
  const std::string whole = read_file(history());
  for (size_t size = 0; size < whole.size(); size += std::max<size_t>(store::kPage, whole.size() / 100)) {
    write_file(history(), whole.substr(0, size));
    expect_refused(REMORA_E_DAMAGED, "bytes");
  }
}

TEST_F(DamagedState, AMissingOrCutGenerationIsReplacedByAnEmptyOneAndHistoryStays) {
  for (const bool cut : {true, false}) {
    const std::string whole = read_file(generation());
    if (cut) {
      write_file(generation(), whole.substr(0, whole.size() / 2));
    } else {
      for (int number = 1; number < 9; ++number) {
        unlink((state_ + "/generation-0000000" + std::to_string(number) + ".rmap").c_str());
      }
    }
    uint64_t handle = 0;
    ASSERT_EQ(open(&handle), REMORA_OK) << error_.text;
    remora_stats stats = sized<remora_stats>();
    ASSERT_EQ(plugin().stats_get(handle, &stats, &error_), REMORA_OK);
    EXPECT_EQ(stats.visits, 0U);
    EXPECT_EQ(stats.outcomes, 50U);
    use(handle, 1);
    ASSERT_EQ(plugin().close(handle, &error_), REMORA_OK);
    if (cut) {
      write_file(generation(), whole);
      TearDown();
      std::filesystem::remove_all(state_);
      SetUp();
    }
  }
}

TEST_F(DamagedState, AnotherLayoutVersionIsLeftUntouched) {
  forge([](store::Identity& identity) { identity.layout_version = 99; });
  expect_refused(REMORA_E_FORMAT, "layout version 99");
}

TEST_F(DamagedState, AnotherByteOrderIsLeftUntouched) {
  forge([](store::Identity& identity) { identity.endian_tag = 0x04030201; });
  expect_refused(REMORA_E_FORMAT, "byte order");
}

TEST_F(DamagedState, AnUnknownFeatureIsLeftUntouched) {
  forge([](store::Identity& identity) { identity.incompatible = 1; });
  expect_refused(REMORA_E_FORMAT, "features");
}

TEST_F(DamagedState, CapacitiesThatCannotBeAreRefused) {
  forge([](store::Identity& identity) { identity.ledger_slots = 3; });
  expect_refused(REMORA_E_DAMAGED, "capacities");
}

TEST_F(DamagedState, AMissingParentFolderIsNamed) {
  state_ = folder_.path() + "/nowhere/state";
  uint64_t handle = 0;
  EXPECT_EQ(open(&handle), REMORA_E_NOT_FOUND);
  EXPECT_NE(std::string(error_.text).find("nowhere"), std::string::npos) << error_.text;
}

TEST_F(DamagedState, ASymbolicLinkInPlaceOfFolderOrFileIsRefused) {
  const std::string real = state_;
  state_ = folder_.path() + "/link";
  ASSERT_EQ(symlink(real.c_str(), state_.c_str()), 0);
  uint64_t handle = 0;
  EXPECT_EQ(open(&handle), REMORA_E_PERMISSION) << error_.text;
  state_ = real;
  ASSERT_EQ(rename(history().c_str(), (state_ + "/elsewhere").c_str()), 0);
  ASSERT_EQ(symlink((state_ + "/elsewhere").c_str(), history().c_str()), 0);
  EXPECT_EQ(open(&handle), REMORA_E_PERMISSION) << error_.text;
}

TEST_F(DamagedState, AFolderThatOthersMayWriteIsRefusedUnlessAllowed) {
  ASSERT_EQ(chmod(state_.c_str(), 0777), 0);
  uint64_t handle = 0;
  EXPECT_EQ(open(&handle), REMORA_E_PERMISSION) << error_.text;
  ASSERT_EQ(open(&handle, REMORA_OPEN_ALLOW_SHARED), REMORA_OK) << error_.text;
  EXPECT_EQ(plugin().close(handle, &error_), REMORA_OK);
}

TEST_F(DamagedState, AReadOnlyHandleLooksAndChangesNothing) {
  const std::string before = read_file(history());
  uint64_t handle = 0;
  ASSERT_EQ(open(&handle, REMORA_OPEN_READ_ONLY), REMORA_OK) << error_.text;
  remora_stats stats = sized<remora_stats>();
  ASSERT_EQ(plugin().stats_get(handle, &stats, &error_), REMORA_OK) << error_.text;
  EXPECT_EQ(stats.outcomes, 50U);
  remora_task task = sized<remora_task>();
  task.agent = agent_;
  remora_decision decision = sized<remora_decision>();
  EXPECT_EQ(plugin().route(handle, &task, &decision, &error_), REMORA_E_PERMISSION);
  EXPECT_EQ(decision.variant, 0U);
  EXPECT_EQ(plugin().agent_define(handle, "other", "x", nullptr, &error_), REMORA_E_PERMISSION);
  remora_tick_report report = sized<remora_tick_report>();
  EXPECT_EQ(plugin().tick(handle, 0, 0, &report, &error_), REMORA_OK) << error_.text;
  EXPECT_EQ(plugin().close(handle, &error_), REMORA_OK);
  EXPECT_EQ(read_file(history()), before);
}

TEST_F(DamagedState, AFullDiskIsAnErrorAtOpenAndLeavesNothingBehind) {
  if (!SmallFileSystem::is_possible()) {
    GTEST_SKIP() << "needs root to mount a small file system";
  }
  const SmallFileSystem disk(1 << 20);
  state_ = disk.path() + "/state";
  uint64_t handle = 0;
  EXPECT_EQ(open(&handle), REMORA_E_NO_SPACE) << error_.text;
  EXPECT_NE(std::string(error_.text).find("history.rmap"), std::string::npos) << error_.text;
  size_t left = 0;
  for (const auto& entry : std::filesystem::directory_iterator(state_)) {
    left += entry.path().filename() == "lock" ? 0U : 1U;
  }
  EXPECT_EQ(left, 0U);
}

}  // namespace
}  // namespace remora::test
