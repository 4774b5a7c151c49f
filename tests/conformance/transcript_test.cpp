// Replays every transcript through the C functions, as remora_loader.h finds them, and through the C++
// wrapper.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "conformance/match.hpp"
#include "conformance/session.hpp"
#include "conformance/wrapped.hpp"

namespace remora::conformance {
namespace {

const std::string kFolder = std::string(REMORA_SOURCE_FOLDER) + "/tests/conformance";

std::vector<std::string> all_transcripts() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder + "/transcripts")) {
    if (entry.path().extension() == ".json") {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// "route/ties are broken by the draw" as a name that GoogleTest takes.
std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name =
      std::filesystem::path(info.param).lexically_relative(kFolder + "/transcripts").replace_extension();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

const remora_api& plugin() {
  static const remora_api api = [] {
    for (const char* name : {"REMORA_ENABLED", "REMORA_LEARNING", "REMORA_MODE"}) {
      unsetenv(name);
    }
    remora_api loaded;
    char why[1024];
    if (remora_load(&loaded, REMORA_LIBRARY_PATH, why, sizeof why) != REMORA_OK) {
      throw std::runtime_error(why);
    }
    return loaded;
  }();
  return api;
}

class Transcripts : public testing::TestWithParam<std::string> {
 protected:
  explicit Transcripts(const remora_api& api = plugin()) : session_{api, structs_} {}

  void play(const Json& transcript) {
    const Json preludes = transcript.value("before", Json::array());
    for (const Json& prelude : preludes) {
      play(read_json(kFolder + "/preludes/" + prelude.get<std::string>() + ".json"));
    }
    int number = 0;
    for (const Json& step : transcript.at("steps")) {
      ++number;
      for (int i = 0; i < step.value("repeat", 1) && !HasFailure(); ++i) {
        words_.keep("i", i);
        SCOPED_TRACE("step " + std::to_string(number) + ": " + step.dump());
        play_step(step);
      }
    }
  }

 private:
  void play_step(const Json& step) {
    try {
      const Json resolved = words_.resolve(without_keep(step));
      Json answer;
      if (step.contains("do")) {
        answer = act(session_, resolved);
      } else {
        answer = called(resolved);
      }
      EXPECT_EQ(difference(resolved.value("expect", Json::object()), answer), "");
      const Json keep = step.value("keep", Json::object());
      for (const auto& [name, path] : keep.items()) {
        words_.keep(name, at_path(answer, path.get<std::string>()));
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

  // A step without the part whose texts are names and paths.
  static Json without_keep(Json step) {
    static const std::set<std::string> known = {"call",     "do",     "on",   "code", "with", "expect",
                                                "capacity", "repeat", "keep", "path", "text", "from",
                                                "to",       "at",     "xor",  "mode", "is"};
    for (const auto& [key, value] : step.items()) {
      if (!known.contains(key)) {
        throw std::runtime_error("a key of a step that is not known: " + key);
      }
    }
    step.erase("keep");
    return step;
  }

  Json called(const Json& step) {
    Question question{step.at("call"), step.value("with", Json::object()), step, 0};
    const auto state = session_.states.find(step.value("on", "state"));
    question.handle = state == session_.states.end() ? 0 : state->second;
    Answer answer = ask(session_, question);
    const int64_t expected = step.value("code", int64_t{REMORA_OK});
    EXPECT_EQ(answer.code, expected) << answer.error.text;
    if (answer.explained) {
      EXPECT_EQ(answer.error.code, answer.code);
      EXPECT_EQ(answer.error.text[0] == '\0', answer.code == REMORA_OK) << answer.error.text;
    }
    return std::move(answer.value);
  }

  const Json baseline_ = read_json(std::string(REMORA_SOURCE_FOLDER) + "/abi/baseline/v1.json");
  const Structs structs_{baseline_.at("structs")};
  Words words_{baseline_.at("constants")};
  Session session_;
};

class TranscriptsInCpp : public Transcripts {
 protected:
  TranscriptsInCpp() : Transcripts(wrapped_plugin(REMORA_LIBRARY_PATH)) {}
};

TEST_P(Transcripts, GiveTheRecordedAnswers) { play(read_json(GetParam())); }

INSTANTIATE_TEST_SUITE_P(All, Transcripts, testing::ValuesIn(all_transcripts()), test_name);

TEST_P(TranscriptsInCpp, GiveTheRecordedAnswers) { play(read_json(GetParam())); }

INSTANTIATE_TEST_SUITE_P(All, TranscriptsInCpp, testing::ValuesIn(all_transcripts()), test_name);

}  // namespace
}  // namespace remora::conformance
