// A generation file that is not what its name says: refused with a reason, left as it is, and passed over for
// the one before it, or an empty one.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "store/generation.hpp"
#include "store/history.hpp"
#include "store/q_table.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;
using test::is_ok;

constexpr const char* kFirst = "generation-00000001.rmap";

struct Foreign {
  const char* what;
  std::function<void(Identity&)> change;
  Code code;
  bool sealed = true;  // with a checksum that fits
};

std::string forged(std::string bytes, const Foreign& how) {
  Identity identity;
  std::memcpy(&identity, bytes.data(), sizeof identity);
  how.change(identity);
  if (how.sealed) {
    identity.checksum = identity_checksum(identity);
  }
  std::memcpy(bytes.data(), &identity, sizeof identity);
  if (identity.file_size < 1ULL << 24) {
    bytes.resize(std::max<size_t>(bytes.size(), identity.file_size));  // as long as is stated, at least
  }
  return bytes;
}

class ForeignGeneration : public testing::TestWithParam<Foreign> {
 protected:
  void SetUp() override {
    rules_.capacities = test::small_capacities();
    ASSERT_TRUE(is_ok(State::open(folder_.path(), rules_, &state_, problem_), problem_));
    bytes_ = forged(folder_.read(kFirst), GetParam());
  }

  test::TempDir folder_;
  OpenRules rules_;
  std::unique_ptr<State> state_;
  std::string bytes_;
  Problem problem_;
};

TEST_P(ForeignGeneration, IsRefusedAndLeftAsItIs) {
  folder_.write(kFirst, bytes_);
  std::unique_ptr<Generation> generation;
  EXPECT_EQ(Generation::open(state_->directory(), state_->history(), 1, false, &generation, problem_),
            GetParam().code);
  EXPECT_EQ(generation, nullptr);
  EXPECT_NE(problem_.text()[0], '\0');
  EXPECT_EQ(folder_.read(kFirst), bytes_);
}

TEST_P(ForeignGeneration, IsPassedOverAtTheNextOpening) {
  state_.reset();
  folder_.write(kFirst, bytes_);
  ASSERT_TRUE(is_ok(State::open(folder_.path(), rules_, &state_, problem_), problem_));
  EXPECT_EQ(state_->generation_in_force().number(), 2U);
  EXPECT_EQ(folder_.read(kFirst), bytes_);
}

INSTANTIATE_TEST_SUITE_P(
    All, ForeignGeneration,
    testing::Values(Foreign{"Magic", [](Identity& i) { i.magic ^= 1; }, Code::kFormat},
                    Foreign{"ByteOrder", [](Identity& i) { i.endian_tag = __builtin_bswap32(i.endian_tag); },
                            Code::kFormat},
                    Foreign{"Version", [](Identity& i) { ++i.layout_version; }, Code::kFormat},
                    Foreign{"Layout", [](Identity& i) { i.layout_hash ^= 1; }, Code::kFormat},
                    Foreign{"Features", [](Identity& i) { i.incompatible = 1; }, Code::kFormat},
                    Foreign{"Checksum", [](Identity& i) { i.created_ns ^= 1; }, Code::kDamaged, false},
                    Foreign{"Directory", [](Identity& i) { i.directory_id ^= 1; }, Code::kDamaged},
                    Foreign{"Number", [](Identity& i) { i.generation = 2; }, Code::kDamaged},
                    Foreign{"OddRows", [](Identity& i) { --i.rows; }, Code::kDamaged},
                    Foreign{"FewRows", [](Identity& i) { i.rows = 64; }, Code::kDamaged},
                    Foreign{"MoreStatesThanRows", [](Identity& i) { i.states = i.rows + 1; }, Code::kDamaged},
                    Foreign{"Size", [](Identity& i) { i.file_size += 4'096; }, Code::kDamaged},
                    Foreign{"RowsWhoseSizeInBytesOverflows",
                            [](Identity& i) {
                              i.file_size -= (front_rows_of(i.rows) + i.rows) * sizeof(Row);
                              i.file_size += kMostFrontRows * sizeof(Row);
                              i.rows = 1ULL << 58;  // of 64 bytes: nothing
                            },
                            Code::kDamaged},
                    Foreign{"MoreRowsThanTheFileHas", [](Identity& i) { i.rows *= 2; }, Code::kDamaged}),
    [](const auto& instance) { return instance.param.what; });

// The same for all that can befall one byte, without a checksum that fits and with one.
class DamagedGeneration : public testing::Test {
 protected:
  void SetUp() override {
    OpenRules rules;
    rules.capacities = test::small_capacities();
    ASSERT_TRUE(is_ok(State::open(folder_.path(), rules, &state_, problem_), problem_));
    const std::string bytes = folder_.read(kFirst);
    std::memcpy(&identity_, bytes.data(), sizeof identity_);
    file_ = open((folder_.path() + "/" + kFirst).c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(file_, 0);
  }
  void TearDown() override { close(file_); }

  Code open_with(const Identity& identity, std::unique_ptr<Generation>* generation) {
    EXPECT_EQ(pwrite(file_, &identity, sizeof identity, 0), static_cast<ssize_t>(sizeof identity));
    problem_.clear();
    return Generation::open(state_->directory(), state_->history(), 1, false, generation, problem_);
  }

  // Every byte with every other value.
  template <class Visit>
  void for_each_change(size_t end, const Visit& visit) {
    for (size_t at = 0; at < end; ++at) {
      for (unsigned change = 1; change < 256; ++change) {
        Identity changed = identity_;
        reinterpret_cast<unsigned char*>(&changed)[at] ^= static_cast<unsigned char>(change);
        ASSERT_NO_FATAL_FAILURE(visit(changed, at, change));
      }
    }
  }

  test::TempDir folder_;
  std::unique_ptr<State> state_;
  Identity identity_{};
  int file_ = -1;
  Problem problem_;
};

TEST_F(DamagedGeneration, IsRefusedWithAnyByteOfItsIdentityChanged) {
  for_each_change(sizeof identity_, [this](const Identity& changed, size_t at, unsigned change) {
    std::unique_ptr<Generation> generation;
    const Code code = open_with(changed, &generation);
    ASSERT_TRUE(code == Code::kDamaged || code == Code::kFormat) << "byte " << at << " changed by " << change;
    ASSERT_EQ(generation, nullptr);
    ASSERT_NE(problem_.text()[0], '\0');
  });
}

TEST_F(DamagedGeneration, IsNoLargerThanItsFileWhateverAForgerWrites) {
  uint64_t accepted = 0;
  for_each_change(offsetof(Identity, checksum), [&](Identity changed, size_t at, unsigned change) {
    changed.checksum = identity_checksum(changed);
    std::unique_ptr<Generation> generation;
    if (open_with(changed, &generation) != Code::kOk) {
      ASSERT_EQ(generation, nullptr);
      return;
    }
    ++accepted;
    ASSERT_EQ(generation->number(), 1U);
    ASSERT_LE(generation->row_count() * sizeof(Row), identity_.file_size) << at << " changed by " << change;
    Insert how{};
    static_cast<void>(insert_row(StateKey{1, 2, 0, 0}.pack(), *generation, &how));
  });
  EXPECT_GT(accepted, 0U);  // a date, and features that may be ignored
}

}  // namespace
}  // namespace remora::store
