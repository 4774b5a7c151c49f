// A state directory with something learned in it, and what is learned in one, by names.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_context.hpp"
#include "snapshot/info.hpp"
#include "snapshot/writer.hpp"
#include "store/contexts.hpp"
#include "store/event_ring.hpp"
#include "store/names.hpp"
#include "store/q_table.hpp"
#include "store/roster.hpp"
#include "store/state.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {

inline constexpr int64_t kSomeTime = 1'700'000'000'000'000'000;

// Small, so that a generation has 512 rows.
inline store::Capacities small_capacities() {
  store::Capacities capacities;
  capacities.states = 256;
  capacities.ledger_slots = 1'024;
  capacities.names = 256;
  capacities.contexts = 64;
  capacities.agents = 16;
  capacities.variant_chunks = 32;
  capacities.rollouts = 8;
  capacities.events = 64;
  capacities.lanes = 2;
  capacities.lane_slots = 256;
  return capacities;
}

inline std::unique_ptr<store::State> open_state(const std::string& path,
                                                const store::Capacities& capacities = small_capacities(),
                                                const store::SnapshotTrust& trust = {}) {
  store::OpenRules rules;
  rules.capacities = capacities;
  rules.snapshot_trust = trust;
  std::unique_ptr<store::State> state;
  base::Problem problem;
  EXPECT_TRUE(is_ok(store::State::open(path, rules, &state, problem), problem));
  return state;
}

// Finds or adds a name of any kind but agents.
inline uint32_t name(store::State& state, store::Kind kind, std::string_view text) {
  uint32_t index = 0;
  base::Problem problem;
  if (!store::find_name(state.history(), kind, text, &index)) {
    EXPECT_TRUE(is_ok(store::add_name(state.history(), kind, text, &index, problem), problem));
  }
  return index;
}

inline uint32_t add_agent(store::State& state, std::string_view text,
                          const std::vector<std::string>& variants) {
  uint32_t agent = 0;
  base::Problem problem;
  const uint32_t category = name(state, store::Kind::kCategory, "testing");
  EXPECT_TRUE(is_ok(store::register_agent(state.history(), text, category, &agent, problem), problem));
  for (const std::string& variant : variants) {
    uint32_t index = 0;
    EXPECT_TRUE(
        is_ok(store::register_variant(state.history(), agent, variant, {}, &index, problem), problem));
  }
  return agent;
}

struct Learned {
  float q = 0;
  uint32_t visits = 0;
  uint64_t updated_s = 0;
  friend bool operator==(const Learned&, const Learned&) = default;
};

// Writes a learned value as record would leave it.
inline void learn(store::State& state, const store::Generation& generation, store::StateKey key,
                  uint32_t variant, Learned value) {
  key.segment = variant / store::kRowVariants;
  store::Insert result{};
  store::Row* row = store::insert_row(key.pack(), generation, &result);
  ASSERT_NE(row, nullptr);
  row->cells[variant % store::kRowVariants].store(store::QCell{value.q, value.visits}.pack());
  row->stamp.store(value.updated_s);
  static_cast<void>(state);
}

inline uint32_t label_set(store::State& state, const std::vector<std::string>& labels,
                          const store::Tries& tries = {}) {
  std::vector<uint32_t> indices;
  for (const std::string& label : labels) {
    indices.push_back(name(state, store::Kind::kLabel, label));
  }
  return store::context_of(state.history(), indices, tries);
}

// "agent/task[labels]/variant" -> value, for every value with a visit.
using Values = std::map<std::string, Learned>;

inline std::string name_of_state(const store::History& history, const store::StateKey& key) {
  std::string text(store::name_text(history, store::Kind::kAgent, key.agent));
  text += '/';
  text += key.task_type == store::StateKey::kParentTask
              ? "*"
              : std::string(store::name_text(history, store::Kind::kTaskType, key.task_type));
  uint32_t labels[store::kMaxLabels];
  const uint32_t size = store::context_labels(history, key.context, labels);
  std::vector<std::string> names;
  for (uint32_t i = 0; i < size; ++i) {
    names.emplace_back(store::name_text(history, store::Kind::kLabel, labels[i]));
  }
  std::sort(names.begin(), names.end());
  for (const std::string& label : names) {
    text += "[" + label + "]";
  }
  const store::Tries tries = store::context_tries(history, key.context);
  if (tries.attempts != 0) {
    std::vector<std::string> tried;  // by name: directories number their variants differently
    store::VariantFacts facts;
    for (uint32_t v = 0; store::variant_facts(history, key.agent, v, &facts); ++v) {
      if ((tries.tried >> v & 1) != 0) {
        tried.emplace_back(facts.name);
      }
    }
    std::sort(tried.begin(), tried.end());
    text += "(" + std::to_string(tries.attempts) + ":";
    for (const std::string& variant : tried) {
      text += " " + variant;
    }
    text += ")";
  }
  return text;
}

inline Values values_of(store::State& state) {
  Values values;
  const store::History& history = state.history();
  const store::State::Inside inside(state, base::thread_context().number);
  const store::Generation& generation = inside.generation();
  for (uint64_t i = 0; i < generation.row_count(); ++i) {
    const store::Row& row = generation.rows()[i];
    const uint64_t packed = row.key.load();
    if (packed == 0) {
      continue;
    }
    const store::StateKey key = store::StateKey::unpack(packed);
    for (uint32_t v = 0; v < store::kRowVariants; ++v) {
      const store::QCell cell = store::QCell::unpack(row.cells[v].load());
      store::VariantFacts facts;
      if (cell.visits != 0 &&
          store::variant_facts(history, key.agent, key.segment * store::kRowVariants + v, &facts)) {
        values[name_of_state(history, key) + "/" + std::string(facts.name)] = {cell.q, cell.visits,
                                                                               row.stamp.load()};
      }
    }
  }
  return values;
}

// A directory where two agents have learned a little, in every form that a row can have.
class LearnedState {
 public:
  explicit LearnedState(const store::Capacities& capacities = small_capacities(),
                        const store::SnapshotTrust& trust = {})
      : state_(open_state(folder_.path(), capacities, trust)) {}

  void fill() {
    alpha_ = add_agent(*state_, "alpha", {"fast", "careful", "cheap"});
    beta_ = add_agent(*state_, "beta", {"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7"});
    const uint32_t review = name(*state_, store::Kind::kTaskType, "code-review");
    const uint32_t design = name(*state_, store::Kind::kTaskType, "api-design");
    const uint32_t python = label_set(*state_, {"lang=python", "size=large"});
    learn_value({alpha_, review, 0, 0}, 0, {0.5F, 12, 1'700'000'000});
    learn_value({alpha_, review, 0, 0}, 2, {-1.25F, 3, 1'700'000'001});
    learn_value({alpha_, design, python, 0}, 1, {0.75F, 40, 1'700'000'002});
    learn_value({beta_, design, python, 0}, 0, {0.25F, 7, 1'700'000'003});
    learn_value({beta_, design, python, 0}, 7, {0.125F, 9, 1'700'000'004});
    learn_value({alpha_, store::StateKey::kParentTask, 0, 0}, 1, {0.6F, 55, 1'700'000'005});
  }

  // Values of tasks that were tried before: with labels, without, and over all tasks.
  void fill_attempts() {
    const uint32_t design = name(*state_, store::Kind::kTaskType, "api-design");
    const store::Tries tries{2, 0b101};
    const uint32_t alone = label_set(*state_, {}, tries);
    learn_value({alpha_, design, label_set(*state_, {"lang=python"}, tries), 0}, 1, {0.5F, 4, 1'700'000'006});
    learn_value({alpha_, design, alone, 0}, 1, {0.25F, 5, 1'700'000'007});
    learn_value({alpha_, store::StateKey::kParentTask, alone, 0}, 1, {0.375F, 9, 1'700'000'008});
  }

  void learn_value(const store::StateKey& key, uint32_t variant, const Learned& value) {
    const store::State::Inside inside(*state_, base::thread_context().number);
    learn(*state_, inside.generation(), key, variant, value);
  }

  // Visits in fill(), those of the parent task not counted.
  static constexpr uint64_t kVisits = 12 + 3 + 40 + 7 + 9;
  static constexpr uint64_t kRows = 5;

  snapshot::Info take(snapshot::Kind kind = snapshot::Kind::kManual, int64_t now_ns = kSomeTime) {
    snapshot::Info info;
    base::Problem problem;
    const store::State::Inside inside(*state_, base::thread_context().number);
    EXPECT_TRUE(
        is_ok(snapshot::write_snapshot(*state_, inside.generation(), kind, now_ns, &info, problem), problem));
    return info;
  }

  // Path of a snapshot relative to the directory.
  static std::string path_of(const snapshot::Info& info) {
    return std::string("snapshots/") +
           store::snapshot_file(info.sequence, static_cast<uint32_t>(info.kind)).text;
  }

  store::State& state() { return *state_; }
  const store::History& history() const { return state_->history(); }
  const TempDir& folder() const { return folder_; }
  uint32_t alpha() const { return alpha_; }
  uint32_t beta() const { return beta_; }
  uint64_t generation() const { return history().control->line.generation.load(); }

 private:
  TempDir folder_;
  std::unique_ptr<store::State> state_;
  uint32_t alpha_ = 0, beta_ = 0;
};

// Newest event of a kind; its sequence is 0 when there is none.
inline store::Event newest_event(const store::History& history, store::EventKind kind) {
  store::Event newest;
  for (uint64_t sequence = store::first_event(history); sequence <= store::last_event(history); ++sequence) {
    store::Event event;
    if (store::read_event(history, sequence, &event) == store::ReadEvent::kRead && event.kind == kind) {
      newest = event;
    }
  }
  return newest;
}

}  // namespace remora::test
