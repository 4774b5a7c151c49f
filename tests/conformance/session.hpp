// What the steps of one transcript share: the loaded plugin, the folder, open states, gathered log lines.
#pragma once

#include <remora/remora_loader.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/structs.hpp"
#include "conformance/words.hpp"
#include "support/temp_dir.hpp"

namespace remora::conformance {

// A process that keeps a lock file (hold_lock.py); ends with its owner.
class LockHolder {
 public:
  explicit LockHolder(const std::string& file);
  LockHolder(const LockHolder&) = delete;
  LockHolder& operator=(const LockHolder&) = delete;
  ~LockHolder();

 private:
  int child_ = -1;
  int child_input_ = -1;
};

struct Session {
  Session(const remora_api& api_of_plugin, const Structs& layouts) : api(api_of_plugin), structs(layouts) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const remora_api& api;
  const Structs& structs;
  test::TempDir folder;
  std::map<std::string, uint64_t> states;
  std::vector<std::string> log;
  std::unique_ptr<LockHolder> lock_holder;
};

// What a call gave.
struct Answer {
  int32_t code = REMORA_OK;
  Json value = Json::object();
  remora_error error = REMORA_ERROR_INIT;
  bool explained = true;  // the function takes a remora_error
};

// One call of a transcript: the function's name, its input with all words resolved, and the whole step.
struct Question {
  std::string call;
  Json with;
  Json step;
  uint64_t handle = 0;
};

// Carries out a call. Throws on a function or input that is not known.
Answer ask(Session& session, const Question& question);

// Carries out a `do`; gives an answer where README.md says so. Throws when it cannot be done.
Json act(Session& session, const Json& step);

}  // namespace remora::conformance
