// The types of the exported functions are those of functions.def, so that a loader built from the list calls
// what the headers declare.
#include <gtest/gtest.h>
#include <remora/remora_loader.h>

#include <set>
#include <string>
#include <type_traits>

namespace {

#define F(name, since, tag, parameters)                                                        \
  static_assert(std::is_same_v<decltype(remora_##name), int32_t parameters>,                   \
                "the header of remora_" #name " declares something else");                     \
  static_assert(std::is_same_v<decltype(remora_api::name), int32_t(REMORA_CALL*) parameters>); \
  static_assert((since) <= REMORA_ABI_MINOR, "remora_" #name " belongs to a later ABI version");
#include <remora/functions.def>
#undef F

TEST(FunctionList, NamesNoFunctionTwice) {
  std::multiset<std::string> names;
#define F(name, since, tag, parameters) names.insert(#name);
#include <remora/functions.def>
#undef F
  for (const std::string& name : names) {
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}

TEST(FunctionList, IsTheLoadersStructWithNothingBetween) {
  size_t count = 0;
#define F(name, since, tag, parameters) ++count;
#include <remora/functions.def>
#undef F
  EXPECT_EQ(sizeof(remora_api), (count + 1) * sizeof(void*)) << "the functions and `library`";
}

}  // namespace
