#include "benchmark/subjects/plugin.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace remora::bench {

const remora_api& plugin_api() {
  static const remora_api api = [] {
    remora_api loaded{};
    char message[1024] = {};
    const char* path = std::getenv("REMORA_LIBRARY");
    if (remora_load(&loaded, path != nullptr ? path : REMORA_LIBRARY_PATH, message, sizeof message) !=
        REMORA_OK) {
      throw std::runtime_error(message);
    }
    return loaded;
  }();
  return api;
}

void check_plugin(std::int32_t code, const remora_error& error, const char* what) {
  if (code == REMORA_OK) return;
  throw std::runtime_error(std::string(what) + ": code " + std::to_string(code) + ", " + error.text);
}

Plugin::Plugin(Scale scale, PluginSettings settings, bool filled)
    : scale_(scale), settings_(std::move(settings)), folder_("remora"), directory_(settings_.directory) {
  if (directory_.empty()) directory_ = (folder_.path() / "state").string();
  open();
  if (!settings_.empty) register_names();
  if (filled) fill();
}

Plugin::~Plugin() {
  close();
  if (settings_.durability == REMORA_DURABILITY_MEMORY) remove_live_files();
}

// Memory-backed files lie outside the state directory and outlive it: docs/state-file.md names their folder.
void Plugin::remove_live_files() const {
  struct stat status {};
  if (stat(directory_.c_str(), &status) != 0) return;
  char path[64];
  std::snprintf(path, sizeof path, "/dev/shm/remora-%llx-%llx",
                static_cast<unsigned long long>(status.st_dev),
                static_cast<unsigned long long>(status.st_ino));
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

void Plugin::open() {
  remora_options options{};
  options.struct_size = sizeof options;
  options.abi_version = REMORA_ABI_VERSION;
  options.flags = settings_.flags;
  options.durability = settings_.durability;
  options.sync_interval_ns = settings_.sync_interval_ns;
  if (!settings_.default_capacity) {
    // Sized by need, as the floor is: the states, a row for each agent's own values, and a little to spare.
    options.states = std::uint64_t{scale_.states()} + 2 * scale_.agents + scale_.states() / 200;
    options.names = std::max<std::uint32_t>(8'192, scale_.task_types + 1'024);
  }
  remora_error error = REMORA_ERROR_INIT;
  check_plugin(plugin_api().open(directory_.data(), directory_.size(), &options, &handle_, &error), error,
               "open");
  if (!settings_.config.empty()) {
    check_plugin(plugin_api().configure(handle_, settings_.config.data(), settings_.config.size(), &error),
                 error, "configure");
  }
}

void Plugin::close() {
  if (handle_ != 0) plugin_api().close(handle_, nullptr);
  handle_ = 0;
}

remora_stats Plugin::stats() const {
  remora_stats stats{};
  stats.struct_size = sizeof stats;
  remora_error error = REMORA_ERROR_INIT;
  check_plugin(plugin_api().stats_get(handle_, &stats, &error), error, "stats_get");
  return stats;
}

void Plugin::tick() {
  remora_error error = REMORA_ERROR_INIT;
  check_plugin(plugin_api().tick(handle_, 0, 0, nullptr, &error), error, "tick");
}

double Plugin::metric(const std::string& name) const {
  std::string text(std::size_t{1} << 20, '\0');
  remora_error error = REMORA_ERROR_INIT;
  std::uint64_t needed = 0;
  check_plugin(plugin_api().metrics_text(handle_, text.data(), text.size(), &needed, &error), error,
               "metrics_text");
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::atof(text.c_str() + at + name.size() + 2);
}

void Plugin::register_names() {
  const remora_api& api = plugin_api();
  remora_error error = REMORA_ERROR_INIT;
  std::string variants = "baseline";
  for (std::uint32_t index = 1; index < settings_.variants; ++index) {
    variants += ",variant-" + std::to_string(index);
  }
  for (std::uint32_t index = 0; index < scale_.agents; ++index) {
    remora_id id = 0;
    check_plugin(api.agent_define(handle_, agent_name(index).c_str(), variants.c_str(), &id, &error), error,
                 "agent_define");
    agents_.push_back(id);
  }
  for (std::uint32_t index = 0; index < scale_.task_types; ++index) {
    const std::string name = task_type_name(index);
    remora_id id = 0;
    check_plugin(api.intern(handle_, REMORA_KIND_TASK_TYPE, name.data(), name.size(), &id, &error), error,
                 "intern");
    task_types_.push_back(id);
  }
}

// One outcome for every variant of every state, by names, in batches.
void Plugin::fill() {
  constexpr std::uint32_t kBatch = 512;
  Random random(3);
  std::vector<remora_outcome> outcomes;
  outcomes.reserve(kBatch);
  remora_error error = REMORA_ERROR_INIT;
  const auto flush = [&] {
    remora_batch batch{};
    batch.struct_size = sizeof batch;
    batch.count = outcomes.size();
    check_plugin(plugin_api().record_outcome_batch(handle_, outcomes.data(), nullptr, &batch, &error), error,
                 "fill");
    outcomes.clear();
  };
  for (std::uint32_t index = 0; index < scale_.states(); ++index) {
    const State state = scale_.state(index);
    for (std::uint32_t variant = 0; variant < settings_.variants; ++variant) {
      remora_outcome outcome{};
      outcome.struct_size = sizeof outcome;
      outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
      outcome.agent = agents_[state.agent];
      outcome.task_type = task_types_[state.task_type];
      outcome.variant = variant;
      outcome.success = 1;
      outcome.quality = static_cast<double>(random.reward());
      outcomes.push_back(outcome);
    }
    if (outcomes.size() + settings_.variants > kBatch) flush();
  }
  if (!outcomes.empty()) flush();
}

std::string config_of_policy(std::string_view policy) {
  if (policy == "plain")
    return R"({"learning": {"policy": "epsilon_greedy", "pooling": {"enabled": false}}})";
  return R"({"learning": {"policy": ")" + std::string(policy) + R"("}})";
}

PluginNeverSynced::PluginNeverSynced(Scale scale) : Plugin(scale, {.sync_interval_ns = -1}) {}

PluginOfDefaultSize::PluginOfDefaultSize(Scale scale) : Plugin(scale, {.default_capacity = true}) {}

PluginEpsilonGreedy::PluginEpsilonGreedy(Scale scale)
    : Plugin(scale, {.config = R"({"learning": {"policy": "epsilon_greedy", "epsilon": 0.1,
                                                "learning_rate": 0.1, "pooling": {"enabled": false}}})"}) {}

PluginWithRollouts::PluginWithRollouts(Scale scale) : Plugin(scale) {
  remora_rollout_plan plan{};
  plan.struct_size = sizeof plan;
  plan.treatment = 1;
  plan.stage_count = 1;
  plan.stages[0].mode = REMORA_MODE_CANARY;
  plan.stages[0].share_basis_points = 1'000;
  plan.stages[0].minimum_samples = 100'000'000;  // the stage stays as long as anybody measures
  plan.stages[0].minimum_ns = std::int64_t{3'600} * 24 * 1'000'000'000;
  plan.stages[0].margin = 0.05;
  plan.stages[0].maximum_drop = 1;
  for (std::uint32_t index = 0; index < scale.agents; ++index) {
    plan.agent = agent(index);
    const std::string name = "rollout-of-" + agent_name(index);
    remora_id id = 0;
    remora_error error = REMORA_ERROR_INIT;
    check_plugin(plugin_api().rollout_start(handle(), name.data(), name.size(), &plan, &id, &error), error,
                 "rollout_start");
  }
}

Plugin::Session::Session(Plugin& plugin, std::uint64_t seed)
    : plugin_(plugin), api_(plugin_api()), handle_(plugin.handle()) {
  static_cast<void>(seed);  // the library draws for itself
  task_.struct_size = sizeof task_;
  decision_.struct_size = sizeof decision_;
  outcome_.struct_size = sizeof outcome_;
  // What a host usually knows of an outcome.
  outcome_.flags = REMORA_OUTCOME_HAS_QUALITY;
  outcome_.duration_ns = 2'000'000'000;
  outcome_.cost_micros = 1'500;
  outcome_.tokens_in = 3'000;
  outcome_.tokens_out = 700;
}

}  // namespace remora::bench
