#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <remora/remora.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "conformance/session.hpp"

namespace remora::conformance {
namespace {

std::string path_in(const Session& s, const Json& step, const char* key = "path") {
  return s.folder.file(step.at(key).get<std::string>());
}

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error("cannot " + what); }

Json make_folder(Session& s, const Json& step) {
  if (mkdir(path_in(s, step).c_str(), 0700) != 0) {
    fail("make " + path_in(s, step));
  }
  return {};
}

Json write_file(Session& s, const Json& step) {
  s.folder.write(step.at("path").get<std::string>(), step.at("text").get<std::string>());
  return {};
}

Json copy_file(Session& s, const Json& step) {
  const std::string to = path_in(s, step, "to");
  std::filesystem::copy_file(path_in(s, step, "from"), to + ".new");
  chmod((to + ".new").c_str(), 0600);
  std::filesystem::rename(to + ".new", to);
  return {};
}

Json damage(Session& s, const Json& step) {
  std::fstream file(path_in(s, step), std::ios::in | std::ios::out | std::ios::binary);
  const auto at = step.at("at").get<int64_t>();
  const auto seek = [&] { file.seekg(at, at < 0 ? std::ios::end : std::ios::beg); };
  seek();
  const int byte = file.get();
  seek();
  file.put(static_cast<char>(byte ^ step.at("xor").get<int>()));
  if (byte < 0 || !file.flush()) {
    fail("damage " + path_in(s, step));
  }
  return {};
}

Json link(Session& s, const Json& step) {
  std::filesystem::create_symlink(path_in(s, step, "to"), path_in(s, step));
  return {};
}

Json permit(Session& s, const Json& step) {
  const std::string digits = step.at("mode").get<std::string>();
  if (chmod(path_in(s, step).c_str(), static_cast<mode_t>(std::stoul(digits, nullptr, 8))) != 0) {
    fail("change the mode of " + path_in(s, step));
  }
  return {};
}

Json exists(Session& s, const Json& step) {
  if (std::filesystem::exists(path_in(s, step)) != step.at("is").get<bool>()) {
    throw std::runtime_error(path_in(s, step) + (step.at("is").get<bool>() ? " does not exist" : " exists"));
  }
  return {};
}

Json hold_lock(Session& s, const Json& step) {
  s.lock_holder = std::make_unique<LockHolder>(path_in(s, step));
  return {};
}

Json release_lock(Session& s, const Json&) {
  s.lock_holder.reset();
  return {};
}

Json unit_key(Session&, const Json& step) {
  const std::string name = step.at("text").get<std::string>();
  const uint64_t key = remora_unit_key(name.data(), name.size());
  if (remora::unit_key(name) != key) {
    fail("have one key of " + name + " in C and C++");
  }
  return {{"key", key}};
}

Json gathered_log(Session& s, const Json&) {
  Json answer = {{"count", s.log.size()}, {"text", ""}};
  for (const std::string& line : s.log) {
    answer["text"] = answer["text"].get<std::string>() + line + "\n";
  }
  s.log.clear();
  return answer;
}

}  // namespace

LockHolder::LockHolder(const std::string& file) {
  const std::string program = std::string(REMORA_SOURCE_FOLDER) + "/tests/conformance/hold_lock.py";
  int input[2];
  int output[2];
  if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) {
    fail("make a pipe");
  }
  child_ = fork();
  if (child_ == 0) {
    dup2(input[0], 0);
    dup2(output[1], 1);
    execlp("python3", "python3", program.c_str(), file.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(input[0]);
  close(output[1]);
  child_input_ = input[1];
  char said = 0;
  while (read(output[0], &said, 1) == 1 && said != '\n') {
  }
  const bool held = said == '\n';
  close(output[0]);
  if (!held) {
    fail("hold " + file);
  }
}

LockHolder::~LockHolder() {
  close(child_input_);
  waitpid(child_, nullptr, 0);
}

Session::~Session() {
  for (const auto& [name, handle] : states) {
    api.close(handle, nullptr);
  }
}

Json act(Session& session, const Json& step) {
  using Action = Json (*)(Session&, const Json&);
  static const std::map<std::string, Action> actions = {
      {"make_folder", make_folder},
      {"write_file", write_file},
      {"copy_file", copy_file},
      {"damage", damage},
      {"link", link},
      {"permit", permit},
      {"exists", exists},
      {"hold_lock", hold_lock},
      {"release_lock", release_lock},
      {"gathered_log", gathered_log},
      {"unit_key", unit_key},
  };
  const auto found = actions.find(step.at("do").get<std::string>());
  if (found == actions.end()) {
    throw std::runtime_error("no such action: " + step.at("do").dump());
  }
  return found->second(session, step);
}

}  // namespace remora::conformance
