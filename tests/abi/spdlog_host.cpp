// A host that logs through the distribution's shared spdlog and fmt, which the plugin also uses inside:
// neither may notice the other.
//
//   spdlog_host MODE LIBRARY FOLDER   MODE: local, global or deepbind, the scope the plugin is loaded into
//
// Exits with 0, or with 1 after a line on standard error for each finding.
#include <dlfcn.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "abi/session.h"

namespace {

int findings = 0;

void find(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  ++findings;
}

// The host's registry of loggers, by name.
std::vector<std::string> registered() {
  std::vector<std::string> names;
  spdlog::apply_all([&](const std::shared_ptr<spdlog::logger>& logger) { names.push_back(logger->name()); });
  return names;
}

// A session with the plugin's log sent to the host's logger, so that both libraries format in one call stack.
void log_from_within(const remora_api& api, const char* folder) {
  remora_options options = session_options();
  uint64_t state = 0;
  remora_error error = REMORA_ERROR_INIT;
  remora_control control{};
  control.struct_size = sizeof control;
  control.enabled = control.learning = 1;
  control.mode = REMORA_MODE_MONITOR;
  const auto into_host = [](void*, int32_t level, const char* text, uint64_t size) {
    spdlog::info("plugin {} {}", level, std::string_view(text, size));
  };
  if (api.open(folder, std::strlen(folder), &options, &state, &error) != REMORA_OK ||
      api.log_callback(state, into_host, nullptr, 0, &error) != REMORA_OK ||
      api.control_set(state, &control, &error) != REMORA_OK || api.close(state, &error) != REMORA_OK) {
    find(error.text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    find("usage: spdlog_host local|global|deepbind LIBRARY FOLDER");
    return 1;
  }
  std::ostringstream output;
  // "remora" is the name that the plugin would use, were there only one registry.
  auto logger =
      std::make_shared<spdlog::logger>("remora", std::make_shared<spdlog::sinks::ostream_sink_mt>(output));
  spdlog::set_default_logger(logger);
  spdlog::set_pattern("host %v");
  spdlog::set_level(spdlog::level::warn);
  spdlog::warn("before {}", 1);
  const std::vector<std::string> names_before = registered();

  char why[1024] = "";
  remora_api api;
  session_failure failure;
  if (dlopen(argv[2], session_scope(argv[1])) == nullptr ||
      remora_load(&api, argv[2], why, sizeof why) != REMORA_OK) {
    find(std::string("cannot load: ") + why);
    return 1;
  }
  if (session_run(&api, argv[3], 0, &failure) == 0) {
    find(std::string(failure.call) + ": " + failure.error.text);
  }
  if (spdlog::get_level() != spdlog::level::warn || spdlog::default_logger() != logger) {
    find("the host's default logger or its level changed");
  }
  if (registered() != names_before) {
    find("the plugin registered a logger in the host's registry");
  }
  spdlog::warn("after {}", 2);
  if (output.str() != "host before 1\nhost after 2\n") {
    find("the host's log is not what the host wrote: " + output.str());
  }
  spdlog::set_level(spdlog::level::info);
  log_from_within(api, argv[3]);
  if (output.str().find("host plugin ") == std::string::npos) {
    find("no line of the plugin's log reached the host's logger");
  }
  remora_unload(&api);
  return findings == 0 ? 0 : 1;
}
