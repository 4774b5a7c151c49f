// Texts and file names of megabytes: what is read of them is bounded, and the answer is that of what is read.
#include <gtest/gtest.h>

#include <string>

#include "abi/plugin.hpp"

namespace remora::abi_test {
namespace {

constexpr size_t kMebibyte = size_t{1} << 20;
constexpr size_t kMostArenaBytes = 64 * kMebibyte;

class LongText : public WatchedPlugin {
 protected:
  int32_t classify(const std::string& text, const std::string& files) {
    const std::string arena = text + files;
    remora_text sizes = sized<remora_text>();
    sizes.text_size = text.size();
    sizes.files_size = files.size();
    found = sized<remora_classification>();
    return plugin().classify(handle, arena.data(), arena.size(), &sizes, &found, &error);
  }
  std::string type_found() {
    char name[128] = "";
    EXPECT_EQ(plugin().name_of(handle, found.task_type, name, sizeof name, nullptr, &error), REMORA_OK)
        << error.text;
    return name;
  }

  remora_classification found{};
};

// `piece`, over and over.
std::string repeated(const std::string& piece, size_t size) {
  std::string text;
  text.reserve(size + piece.size());
  while (text.size() < size) {
    text += piece;
  }
  text.resize(size);
  return text;
}

TEST_F(LongText, IsReadAtItsBeginning) {
  const std::string begin = "Design a REST endpoint for orders. ";
  ASSERT_EQ(classify(begin, ""), REMORA_OK) << error.text;
  ASSERT_EQ(type_found(), "api-design");
  const double score = found.score;
  ASSERT_EQ(classify(begin + repeated("lorem ipsum ", 10 * kMebibyte), ""), REMORA_OK) << error.text;
  EXPECT_EQ(type_found(), "api-design");
  EXPECT_EQ(found.score, score);
  ASSERT_EQ(classify(repeated("lorem ipsum ", 10 * kMebibyte) + begin, ""), REMORA_OK) << error.text;
  EXPECT_EQ(type_found(), "general") << "what stands behind so much is not read";
}

TEST_F(LongText, OfOneWordIsAnswered) {
  for (const char* piece : {"a", "'", "\xC3\xA4", "\xE6\x97\xA5", "\xFF", "\xF0\x9F", " "}) {
    EXPECT_EQ(classify(repeated(piece, 10 * kMebibyte), ""), REMORA_OK) << error.text;
    EXPECT_EQ(type_found(), "general") << piece;
  }
  EXPECT_EQ(classify(std::string(10 * kMebibyte, '\0'), ""), REMORA_OK) << error.text;
}

TEST_F(LongText, OfFileNamesIsReadAtItsBeginning) {
  ASSERT_EQ(classify("", "schema.graphql\n"), REMORA_OK) << error.text;
  const std::string type = type_found();
  ASSERT_NE(type, "general");
  const double score = found.score;
  ASSERT_EQ(classify("", "schema.graphql\n" + repeated("notes/plain\n", 10 * kMebibyte)), REMORA_OK)
      << error.text;
  EXPECT_EQ(type_found(), type);
  EXPECT_EQ(found.score, score);
}

TEST_F(LongText, OfOneFileNameIsPassedOver) {
  for (const char* piece : {"a", "a/", "/", "./", ".\\", "*", "\r", "a.graphql."}) {
    EXPECT_EQ(classify("", repeated(piece, 10 * kMebibyte) + "schema.graphql"), REMORA_OK) << error.text;
    EXPECT_EQ(type_found(), "general") << piece;
  }
  EXPECT_EQ(classify("Design a REST endpoint", repeated("a", 10 * kMebibyte)), REMORA_OK) << error.text;
  EXPECT_EQ(type_found(), "api-design") << "the text is read all the same";
}

TEST_F(LongText, BeyondAllMeasureIsRefused) {
  EXPECT_EQ(classify(std::string(kMostArenaBytes, 'a'), ""), REMORA_OK) << error.text;
  EXPECT_EQ(classify(std::string(kMostArenaBytes, 'a'), "a"), REMORA_E_INVALID);
  EXPECT_NE(error.text[0], '\0');
  EXPECT_EQ(classify("Design a REST endpoint", ""), REMORA_OK) << error.text;
  EXPECT_EQ(type_found(), "api-design");
}

// Names are at most 96 bytes: one of megabytes is refused, and nothing is made.
TEST_F(LongText, IsNoName) {
  const std::string name = std::string(10 * kMebibyte, 'a');
  remora_id id = 0;
  remora_decision decision = sized<remora_decision>();
  EXPECT_EQ(plugin().intern(handle, REMORA_KIND_LABEL, name.data(), name.size(), &id, &error),
            REMORA_E_INVALID);
  EXPECT_NE(plugin().find(handle, REMORA_KIND_LABEL, name.data(), name.size(), &id, &error), REMORA_OK);
  EXPECT_EQ(plugin().agent_register(handle, name.data(), name.size(), 0, &id, &error), REMORA_E_INVALID);
  EXPECT_EQ(plugin().agent_define(handle, "agent", name.c_str(), &id, &error), REMORA_E_INVALID);
  EXPECT_EQ(plugin().agent_define(handle, name.c_str(), "one,two", &id, &error), REMORA_E_INVALID);
  EXPECT_EQ(plugin().route_named(handle, "guest-agent", name.c_str(), 0, &decision, &error),
            REMORA_E_INVALID);
  EXPECT_EQ(decision.reason, REMORA_REASON_ERROR);
  EXPECT_EQ(plugin().route_named(handle, name.c_str(), "testing", 0, &decision, &error), REMORA_E_NOT_FOUND);
  EXPECT_EQ(plugin().configure(handle, name.data(), name.size(), &error), REMORA_E_CONFIG);
  EXPECT_EQ(plugin().snapshot_verify(handle, name.data(), name.size(), nullptr, &error), REMORA_E_INVALID);
  remora_stats stats = sized<remora_stats>();
  ASSERT_EQ(plugin().stats_get(handle, &stats, &error), REMORA_OK) << error.text;
  EXPECT_EQ(stats.decisions, 0U);
}

}  // namespace
}  // namespace remora::abi_test
