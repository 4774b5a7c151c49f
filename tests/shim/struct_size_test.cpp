// Sizes of structs that have grown since their first version: no struct of the ABI has yet, so these are made
// up.
#include "shim/struct_size.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace remora::shim {
namespace {

using base::Code;
using base::Problem;

// As this library knows it: `later` came with a newer version.
struct Grown {
  uint32_t struct_size;
  uint32_t first;
  uint64_t later;
};
// As hosts of the first version know it.
struct Short {
  uint32_t struct_size;
  uint32_t first;
};
// As hosts know it that are newer than this library.
struct Long {
  uint32_t struct_size;
  uint32_t first;
  uint64_t later;
  uint64_t unknown;
};

}  // namespace

template <>
inline constexpr uint32_t kFirstSize<Grown> = sizeof(Short);

namespace {

Grown* as_grown(void* theirs) { return static_cast<Grown*>(theirs); }

TEST(InputStruct, OfTheSameSizeIsReadInPlace) {
  const Grown theirs{sizeof(Grown), 5, 6};
  Input<Grown> input;
  Problem problem;
  ASSERT_EQ(input.read(&theirs, "grown", problem), Code::kOk);
  EXPECT_EQ(input.value, &theirs);
}

TEST(InputStruct, OfAnOlderHostReadsZeroBehindItsEnd) {
  Short theirs[2] = {{sizeof(Short), 5}, {0xAAAAAAAA, 0xAAAAAAAA}};
  Input<Grown> input;
  Problem problem;
  ASSERT_EQ(input.read(as_grown(theirs), "grown", problem), Code::kOk);
  EXPECT_EQ(input.value->first, 5U);
  EXPECT_EQ(input.value->later, 0U);
  EXPECT_EQ(input.value->struct_size, sizeof(Grown));
}

TEST(InputStruct, OfANewerHostIsReadWhenItsNewFieldIsZero) {
  Long theirs{sizeof(Long), 5, 6, 0};
  Input<Grown> input;
  Problem problem;
  ASSERT_EQ(input.read(as_grown(&theirs), "grown", problem), Code::kOk);
  EXPECT_EQ(input.value->later, 6U);
  theirs.unknown = uint64_t{1} << 56;
  EXPECT_EQ(input.read(as_grown(&theirs), "grown", problem), Code::kUnsupported);
  EXPECT_NE(std::string(problem.text()).find("byte 23"), std::string::npos) << problem.text();
}

TEST(InputStruct, IsRefusedWithoutASizeThatCanBe) {
  Input<Grown> input;
  Problem problem;
  EXPECT_EQ(input.read(nullptr, "grown", problem), Code::kInvalid);
  for (const uint32_t size : {0U, static_cast<uint32_t>(sizeof(Short)) - 1, kLargestSize + 1, UINT32_MAX}) {
    const Grown theirs{size, 5, 6};
    EXPECT_EQ(input.read(&theirs, "grown", problem), Code::kInvalid) << size;
    EXPECT_NE(std::string(problem.text()).find("grown.struct_size is " + std::to_string(size)),
              std::string::npos)
        << problem.text();
  }
}

TEST(OutputStruct, OfTheSameSizeIsFilledInPlace) {
  Grown theirs{sizeof(Grown), 5, 6};
  Output<Grown> output;
  Problem problem;
  ASSERT_EQ(output.begin(&theirs, "grown", problem), Code::kOk);
  EXPECT_EQ(output.value, &theirs);
}

TEST(OutputStruct, OfAnOlderHostIsFilledToItsEndAndNoFurther) {
  Short theirs[2] = {{sizeof(Short), 0}, {0xAAAAAAAA, 0xAAAAAAAA}};
  Output<Grown> output;
  Problem problem;
  ASSERT_EQ(output.begin(as_grown(theirs), "grown", problem), Code::kOk);
  output.value->first = 7;
  output.value->later = 8;
  output.finish();
  EXPECT_EQ(theirs[0].first, 7U);
  EXPECT_EQ(theirs[0].struct_size, sizeof(Short));
  EXPECT_EQ(theirs[1].struct_size, 0xAAAAAAAAU);
  EXPECT_EQ(theirs[1].first, 0xAAAAAAAAU);
}

TEST(OutputStruct, OfANewerHostKeepsItsSizeAndItsUnknownField) {
  Long theirs{sizeof(Long), 0, 0, 9};
  Output<Grown> output;
  Problem problem;
  ASSERT_EQ(output.begin(as_grown(&theirs), "grown", problem), Code::kOk);
  output.value->first = 7;
  output.value->later = 8;
  output.finish();
  EXPECT_EQ(theirs.struct_size, sizeof(Long));
  EXPECT_EQ(theirs.first, 7U);
  EXPECT_EQ(theirs.later, 8U);
  EXPECT_EQ(theirs.unknown, 9U);
}

TEST(QuestionStruct, IsReadAsAnInputAndFilledAsAnOutput) {
  Short theirs{sizeof(Short), 5};
  Question<Grown> question;
  Problem problem;
  ASSERT_EQ(question.begin(as_grown(&theirs), "grown", problem), Code::kOk);
  EXPECT_EQ(question.value->first, 5U);
  EXPECT_EQ(question.value->later, 0U);
  question.value->first = 6;
  question.finish();
  EXPECT_EQ(theirs.first, 6U);
  Long newer{sizeof(Long), 5, 6, 1};
  Question<Grown> other;
  EXPECT_EQ(other.begin(as_grown(&newer), "grown", problem), Code::kUnsupported);
}

TEST(StructArray, IsWalkedByTheHostsStride) {
  std::vector<Long> theirs(3);
  for (uint32_t i = 0; i < 3; ++i) {
    theirs[i] = {sizeof(Long), i, 0, 0};
  }
  for (const uint64_t stride : {uint64_t{0}, uint64_t{sizeof(Long)}}) {
    for (uint32_t i = 0; i < 3; ++i) {
      EXPECT_EQ(element(as_grown(theirs.data()), stride, i)->first, i);
    }
  }
}

TEST(StructArray, NeedsAStrideThatHoldsAndAlignsItsStructs) {
  const Grown first{sizeof(Grown), 0, 0};
  Problem problem;
  for (const uint64_t good : {uint64_t{0}, uint64_t{sizeof(Grown)}, uint64_t{sizeof(Grown) + 8}}) {
    EXPECT_EQ(check_stride(&first, good, "grown", problem), Code::kOk) << good;
  }
  for (const uint64_t bad : {uint64_t{8}, uint64_t{sizeof(Grown) + 4}, uint64_t{sizeof(Grown) - 8}}) {
    EXPECT_EQ(check_stride(&first, bad, "grown", problem), Code::kInvalid) << bad;
    EXPECT_NE(std::string(problem.text()).find("stride of grown is " + std::to_string(bad)),
              std::string::npos)
        << problem.text();
  }
  EXPECT_EQ(check_stride<Grown>(nullptr, 0, "grown", problem), Code::kInvalid);
}

}  // namespace
}  // namespace remora::shim
