#include "config/convert.hpp"

#include "base/clock.hpp"
#include "config_generated.h"

namespace remora::config {
namespace {

constexpr int64_t kMebi = 1 << 20;
constexpr int64_t kMostKept = 10'000;

void convert_state(const json::State& state, Reader& reader, StateSettings* out) {
  const Reader::Inside inside(reader, "state");
  store::Capacities* sizes = &out->capacities;
  reader.whole("states", state.states(), 64, 256 * kMebi, &sizes->states);
  reader.power_of_two("ledger_slots", state.ledger_slots(), 1'024, kMebi, &sizes->ledger_slots);
  reader.whole("names", state.names(), 64, kMebi, &sizes->names);
  reader.power_of_two("label_sets", state.label_sets(), 64, kMebi, &sizes->contexts);
  reader.whole("agents", state.agents(), 1, 1'024, &sizes->agents);
  reader.whole("variant_groups", state.variant_groups(), 1, 65'535, &sizes->variant_chunks);
  reader.whole("rollouts", state.rollouts(), 1, 255, &sizes->rollouts);
  reader.power_of_two("events", state.events(), 64, 65'536, &sizes->events);
  reader.power_of_two("outcome_lanes", state.outcome_lanes(), 1, 16, &sizes->lanes);
  reader.power_of_two("outcome_lane_slots", state.outcome_lane_slots(), 256, kMebi, &sizes->lane_slots);
  if (const auto durability = state.durability()) {
    out->memory_backed = *durability == json::Durability::memory;
  }
  if (const auto interval = state.sync_interval_ms(); interval && *interval == 0) {
    out->sync_interval_ns = 0;
  } else {
    int64_t milliseconds = out->sync_interval_ns / base::kNanosPerMillisecond;
    reader.whole("sync_interval_ms", interval, 10, 3'600'000, &milliseconds);
    out->sync_interval_ns = milliseconds * base::kNanosPerMillisecond;
  }
}

void convert_snapshots(const json::Snapshots& snapshots, Reader& reader, snapshot::Settings* out) {
  const Reader::Inside inside(reader, "snapshots");
  if (const auto interval = snapshots.interval_minutes(); interval && *interval == 0) {
    out->interval_ns = 0;
  } else {
    reader.duration("interval_minutes", interval, base::kNanosPerMinute, {1, 43'200}, &out->interval_ns);
  }
  reader.whole("keep_hourly", snapshots.keep_hourly(), 1, kMostKept, &out->keep_hourly);
  reader.whole("keep_daily", snapshots.keep_daily(), 0, 3'650, &out->keep_daily);
  reader.whole("keep_manual", snapshots.keep_manual(), 1, kMostKept, &out->keep_manual);
  reader.whole("keep_stage", snapshots.keep_stage(), 1, kMostKept, &out->keep_stage);
  reader.whole("keep_restore", snapshots.keep_restore(), 1, kMostKept, &out->keep_restore);
}

void append_texts(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* from,
                  std::vector<std::string>* to) {
  for (uint32_t i = 0; from != nullptr && i < from->size(); ++i) {
    to->push_back(from->Get(i)->str());
  }
}

void convert_classifier(const json::Classifier& classifier, Reader& reader, ClassifierRules* out) {
  const Reader::Inside inside(reader, "classifier");
  reader.flag(classifier.use_default_rules(), &out->use_default_rules);
  reader.number("minimum_score", classifier.minimum_score(), {0, 1'000}, &out->settings.minimum_score);
  const auto* rules = classifier.rules();
  for (uint32_t i = 0; rules != nullptr && i < rules->size(); ++i) {
    const Reader::Inside place(reader, "rules", i);
    const json::TaskRule& rule = *rules->Get(i);
    route::TaskRule& to = out->rules.emplace_back();
    if (rule.task_type() == nullptr) {
      reader.refuse("task_type", "not given", "must be the name of a task type");
    } else {
      to.task_type = rule.task_type()->str();
    }
    append_texts(rule.keywords(), &to.keywords);
    append_texts(rule.file_patterns(), &to.file_patterns);
    reader.number("weight", rule.weight(), {0, static_cast<double>(route::kMaxRuleWeight), true, false},
                  &to.weight);
  }
}

template <typename Table>
void convert_file(const Table& table, Reader& reader, FileSettings* out) {
  reader.flag(table.file(), &out->enabled);
  reader.whole("max_bytes", table.max_bytes(), 4'096, 1'024 * kMebi, &out->max_bytes);
  reader.whole("files", table.files(), 1, 100, &out->files);
}

void convert_logs(const json::Config& config, Reader& reader, Settings* settings) {
  if (const json::Log* log = config.log()) {
    const Reader::Inside inside(reader, "log");
    if (const auto level = log->level()) {
      settings->log.level = static_cast<LogLevel>(*level);
    }
    convert_file(*log, reader, &settings->log.file);
  }
  if (const json::EventLog* events = config.event_log()) {
    const Reader::Inside inside(reader, "event_log");
    convert_file(*events, reader, &settings->event_log);
  }
}

}  // namespace

void convert(const json::Config& config, Reader& reader, Settings* settings) {
  reader.flag(config.enabled(), &settings->control.enabled);
  if (const auto mode = config.mode()) {
    settings->control.monitor = *mode == json::Mode::monitor;
  }
  convert_learning(config, reader, settings);
  convert_safety(config, reader, settings);
  if (const json::Rollout* rollout = config.rollout()) {
    convert_rollout(*rollout, reader, &settings->rollout);
  }
  if (const json::Snapshots* snapshots = config.snapshots()) {
    convert_snapshots(*snapshots, reader, &settings->snapshots);
  }
  if (const json::State* state = config.state()) {
    convert_state(*state, reader, &settings->state);
  }
  if (const json::Classifier* classifier = config.classifier()) {
    convert_classifier(*classifier, reader, &settings->classifier);
  }
  convert_agents(config, reader, settings);
  convert_logs(config, reader, settings);
}

}  // namespace remora::config
