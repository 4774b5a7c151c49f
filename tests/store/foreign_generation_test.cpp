// A generation file that is not what its name says: refused with a reason, left as it is, and passed over for
// the one before it, or an empty one.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "store/generation.hpp"
#include "store/history.hpp"
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
                    Foreign{"MoreRowsThanTheFileHas", [](Identity& i) { i.rows *= 2; }, Code::kDamaged}),
    [](const auto& instance) { return instance.param.what; });

}  // namespace
}  // namespace remora::store
