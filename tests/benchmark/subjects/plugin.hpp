// Remora as a host meets it: loaded with dlopen, called through the loader's pointers, by ids.
#pragma once

#include <remora/remora_loader.h>

#include <string>
#include <string_view>
#include <vector>

#include "benchmark/harness/folder.hpp"
#include "benchmark/harness/workload.hpp"

namespace remora::bench {

// The loaded library; the same for the whole program.
const remora_api& plugin_api();

// Throws what the library explained when code is not REMORA_OK.
void check_plugin(std::int32_t code, const remora_error& error, const char* what);

// How the state directory is made, where it is not the default.
struct PluginSettings {
  std::uint32_t flags = 0;
  std::uint32_t durability = REMORA_DURABILITY_DISK;
  std::int64_t sync_interval_ns = 0;
  bool default_capacity = false;       // as a host that says nothing about capacity
  bool empty = false;                  // without names either
  std::string config{};                // put in force when it is open
  std::uint32_t variants = kVariants;  // of each agent
  std::string directory{};             // empty = one of its own, gone with it
};

// A state directory with agents, task types and, once filled, every state of the scale with its variants.
class Plugin {
 public:
  explicit Plugin(Scale scale, PluginSettings settings = {}, bool filled = true);
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  ~Plugin();

  void open();
  void close();

  const Scale& scale() const { return scale_; }
  std::uint64_t handle() const { return handle_; }
  const std::string& directory() const { return directory_; }
  remora_id agent(std::uint32_t index) const { return agents_[index]; }
  remora_id task_type(std::uint32_t index) const { return task_types_[index]; }
  remora_stats stats() const;
  void tick();  // so that what was recorded reaches the agents' values
  // A figure of the metrics text by its name, such as "remora_statistics_dropped_total"; -1 when it is not
  // there.
  double metric(const std::string& name) const;

  class Session {
   public:
    struct Key {
      remora_id agent;
      remora_id task_type;
    };

    Session(Plugin& plugin, std::uint64_t seed);
    void set_key(Key& key, State state) const {
      key = {plugin_.agent(state.agent), plugin_.task_type(state.task_type)};
    }

    std::uint32_t route(const Key& key) {
      task_.agent = key.agent;
      task_.task_type = key.task_type;
      api_.route(handle_, &task_, &decision_, nullptr);
      return decision_.variant;
    }

    // By names: the host chose by itself.
    void record(const Key& key, std::uint32_t variant, float reward) {
      outcome_.decision_id = 0;
      outcome_.agent = key.agent;
      outcome_.task_type = key.task_type;
      outcome_.variant = variant;
      report(reward);
    }

    // By decision id: the usual way.
    void record_decision(std::uint64_t decision_id, float reward) {
      outcome_.decision_id = decision_id;
      outcome_.agent = 0;
      outcome_.task_type = 0;
      outcome_.variant = 0;
      report(reward);
    }

    const remora_decision& decision() const { return decision_; }
    std::uint64_t failures() const { return failures_; }

   private:
    void report(float reward) {
      outcome_.success = reward > 0.05f ? 1 : 0;
      outcome_.quality = static_cast<double>(reward);
      failures_ += api_.record_outcome(handle_, &outcome_, nullptr, nullptr) != REMORA_OK ? 1 : 0;
    }

    Plugin& plugin_;
    const remora_api& api_;
    std::uint64_t handle_;
    remora_task task_{};
    remora_decision decision_{};
    remora_outcome outcome_{};
    std::uint64_t failures_ = 0;
  };

 private:
  void remove_live_files() const;
  void register_names();
  void fill();

  Scale scale_;
  PluginSettings settings_;
  Folder folder_;
  std::string directory_;
  std::uint64_t handle_ = 0;
  std::vector<remora_id> agents_;
  std::vector<remora_id> task_types_;
};

// A configuration with that learning.policy; "plain" is epsilon-greedy without pooling.
std::string config_of_policy(std::string_view policy);

// The same with the capacity of a host that says nothing: rows lie further apart in a table larger than
// needed.
class PluginOfDefaultSize : public Plugin {
 public:
  explicit PluginOfDefaultSize(Scale scale);
};

// The same without the sync: what the calls cost where no page is made read-only behind their back.
class PluginNeverSynced : public Plugin {
 public:
  explicit PluginNeverSynced(Scale scale);
};

// The same with the plainest policy: the highest value of the state itself, at times any.
class PluginEpsilonGreedy : public Plugin {
 public:
  explicit PluginEpsilonGreedy(Scale scale);
};

// The same with a rollout in its canary stage for every agent: a tenth of the units get the second variant.
class PluginWithRollouts : public Plugin {
 public:
  explicit PluginWithRollouts(Scale scale);
};

}  // namespace remora::bench
