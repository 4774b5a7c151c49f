// What a task says stays in the call: no piece of it is found in any file, metric, event or line of the log.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <unordered_set>

#include "engine/host.hpp"
#include "support/environment.hpp"

namespace remora::test {
namespace {

constexpr size_t kPiece = 8;

// Unique words, and all their pieces.
class Tokens {
 public:
  explicit Tokens(uint64_t seed) : random_(seed) {}

  std::string next() {
    std::string token(32, 'a');
    for (char& letter : token) {
      letter = static_cast<char>('a' + random_() % 26);
    }
    for (size_t at = 0; at + kPiece <= token.size(); ++at) {
      pieces_.insert(piece_at(token, at));
    }
    return token;
  }

  uint64_t hits_in(const std::string& text) const {
    uint64_t hits = 0;
    for (size_t at = 0; at + kPiece <= text.size(); ++at) {
      hits += pieces_.count(piece_at(text, at));
    }
    return hits;
  }

 private:
  static uint64_t piece_at(const std::string& text, size_t at) {
    uint64_t piece = 0;
    std::memcpy(&piece, text.data() + at, sizeof piece);
    return piece;
  }

  std::mt19937_64 random_;
  std::unordered_set<uint64_t> pieces_;
};

using Privacy = Host;

TEST_F(Privacy, NothingOfATaskIsKept) {
  Tokens tokens(printed_seed());
  configure(R"({"log": {"level": "trace", "file": true}})");
  for (int i = 0; i < 10'000; ++i) {
    const std::string words = "Design the endpoint " + tokens.next();
    const std::string arena = words + "\nsrc/" + tokens.next() + ".proto";
    remora_text text = sized<remora_text>();
    text.text_size = words.size();
    text.files_size = arena.size() - words.size();
    remora_classification found = sized<remora_classification>();
    ASSERT_EQ(plugin().classify(handle, arena.data(), arena.size(), &text, &found, &error), REMORA_OK)
        << error.text;
    remora_task asked = task();
    asked.task_type = found.task_type;
    const remora_decision decision = route(asked);
    ASSERT_EQ(record(decision.decision_id, i % 3 != 0), REMORA_OK) << error.text;
  }
  tick();
  ASSERT_EQ(plugin().snapshot(handle, nullptr, &error), REMORA_OK) << error.text;
  tick();
  std::string told(1U << 20, '\0');
  uint64_t needed = 0;
  ASSERT_EQ(plugin().metrics_text(handle, told.data(), told.size(), &needed, &error), REMORA_OK)
      << error.text;
  EXPECT_EQ(tokens.hits_in(told), 0U) << "in the metrics";
  ASSERT_EQ(plugin().log_drain(handle, told.data(), told.size(), &needed, &error), REMORA_OK) << error.text;
  EXPECT_EQ(tokens.hits_in(told), 0U) << "in the log";
  uint64_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (entry.is_regular_file()) {
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::string content{std::istreambuf_iterator<char>(stream), {}};
      EXPECT_EQ(tokens.hits_in(content), 0U) << entry.path();
      ++files;
    }
  }
  EXPECT_GE(files, 5U) << "history, generation, snapshot, events and log";
  EXPECT_GT(tokens.hits_in(tokens.next()), 0U) << "the search itself finds a token";
}

}  // namespace
}  // namespace remora::test
