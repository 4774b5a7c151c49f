// Engine: from a configuration to the settings in force, and their replacement while others read them.
#include <algorithm>

#include "base/clock.hpp"
#include "config/parse.hpp"
#include "engine/engine.hpp"
#include "engine/event_makers.hpp"
#include "guard/fallback.hpp"
#include "ops/control.hpp"
#include "store/file_names.hpp"
#include "store/roster.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;
using store::Kind;

namespace {

bool has_overrides(const config::Settings& settings) {
  return !settings.categories.empty() || !settings.agents.empty();
}

// Others only override settings of an agent that somebody else registers.
bool is_registered_by(const config::Agent& agent) {
  return !agent.variants.empty() || !agent.category.empty();
}

// A profile for each agent that the configuration names, itself or by its category; all others share the
// fleet's.
void fill_profiles(const store::History& history, Active* active) {
  const config::Settings& settings = active->settings;
  active->profiles.push_back({settings.learning, guard::Thresholds::of(settings.safety)});
  const uint32_t agents = has_overrides(settings) ? store::agent_count(history) : 0;
  active->profile_of_agent.assign(agents, 0);
  for (uint32_t a = 0; a < agents; ++a) {
    const store::AgentRecord* record = store::find_agent(history, a);
    if (record == nullptr) {
      continue;
    }
    const std::string_view category =
        store::name_text(history, Kind::kCategory, store::agent_category(*record));
    const std::string_view name = store::name_text(history, Kind::kAgent, a);
    if (!config::has_settings_of(settings, category, name)) {
      continue;
    }
    const config::AgentSettings own = config::settings_of(settings, category, name);
    active->profile_of_agent[a] = static_cast<uint16_t>(active->profiles.size());
    active->profiles.push_back({own.learning, guard::Thresholds::of(own.safety)});
  }
}

}  // namespace

// All or nothing, as far as can be known before: what is registered stays for good.
Code Engine::check_configured(const config::Settings& settings, Problem& problem) const {
  uint64_t new_agents = 0;
  for (const config::Agent& agent : settings.agents) {
    uint32_t index = 0;
    if (!store::find_name(history(), Kind::kAgent, agent.name, &index)) {
      new_agents += is_registered_by(agent) ? 1 : 0;
      continue;
    }
    const store::AgentRecord* record = store::find_agent(history(), index);
    if (record != nullptr && !agent.category.empty() &&
        agent.category != store::name_text(history(), Kind::kCategory, store::agent_category(*record))) {
      return store::refuse_category(history(), *record, agent.name, problem);
    }
  }
  const uint32_t present = store::agent_count(history());
  if (new_agents > history().capacities.agents - present) {
    return problem.set(Code::kFull,
                       "the configuration names %llu new agents, and there is room for %u; open a new state "
                       "directory with more (state.agents)",
                       static_cast<unsigned long long>(new_agents), history().capacities.agents - present);
  }
  return Code::kOk;
}

// The caller holds the structure lock.
Code Engine::register_one(const config::Agent& agent, Problem& problem) const {
  uint32_t category = store::category_of(history(), agent.name);
  uint32_t index = 0;
  if (!agent.category.empty()) {
    if (const Code code = intern_locked(Kind::kCategory, agent.category, &category, problem); !ok(code)) {
      return code;
    }
  }
  Code code = store::register_agent(history(), agent.name, category, &index, problem);
  for (const config::Variant& variant : agent.variants) {
    uint32_t number = 0;
    code = ok(code)
               ? store::register_variant(history(), index, variant.name, variant.properties, &number, problem)
               : code;
  }
  if (!ok(code)) {
    problem.prefix("agent \"%s\" of the configuration", agent.name.c_str());
  }
  return code;
}

bool Engine::knows_all_of(const config::Settings& settings) const {
  return std::ranges::all_of(settings.agents, [&](const config::Agent& agent) {
    uint32_t index = 0;
    return !is_registered_by(agent) ||
           (store::find_name(history(), Kind::kAgent, agent.name, &index) &&
            std::ranges::all_of(agent.variants, [&](const config::Variant& variant) {
              return store::find_variant(history(), index, variant.name);
            }));
  });
}

Code Engine::register_configured(const config::Settings& settings, Problem& problem) {
  registration_owed_ = false;
  if (std::ranges::none_of(settings.agents, is_registered_by)) {
    return Code::kOk;
  }
  base::ByteLock lock;
  Code code = lock_structure(&lock, problem);
  if (code == Code::kBusy && knows_all_of(settings)) {
    registration_owed_ = true;  // to be gone through when the lock is free: properties may have changed
    problem.clear();
    return Code::kOk;
  }
  code = ok(code) ? check_configured(settings, problem) : code;
  for (const config::Agent& agent : settings.agents) {
    if (ok(code) && is_registered_by(agent)) {
      code = register_one(agent, problem);
    }
  }
  return code;
}

Code Engine::choose_classifier(Active* next, Problem& problem) const {
  const config::ClassifierRules& classifier = next->settings.classifier;
  if (classifier.use_default_rules && classifier.rules.empty() && added_rules_.empty()) {
    return route::ClassifierSource::built_in(classifier.settings, &next->classifier, problem);
  }
  const std::vector<route::TaskRule> built_in =
      classifier.use_default_rules ? route::default_task_rules() : std::vector<route::TaskRule>{};
  const std::span<const route::TaskRule> rules[] = {built_in, classifier.rules, added_rules_};
  return route::ClassifierSource::from_rules(rules, classifier.settings, &next->classifier, problem);
}

Code Engine::rebuild(config::Settings settings, Problem& problem) {
  auto next = std::make_unique<Active>();
  next->number = all_active_.empty() ? 1 : all_active_.back()->number + 1;
  next->settings = std::move(settings);
  if (sync_interval_option_ns_ != 0) {
    next->settings.state.sync_interval_ns = std::max<int64_t>(sync_interval_option_ns_, 0);
  }
  next->held_down = ops::held_down(next->settings.control, environment_);
  next->rollout = rollout::Rules::of(next->settings.rollout);
  const uint64_t roster = history().control->line.roster.load(std::memory_order_relaxed);
  fill_profiles(history(), next.get());
  if (const Code code = choose_classifier(next.get(), problem); !ok(code)) {
    return code;
  }
  for (const std::string& name : next->classifier->type_names()) {
    uint32_t id = 0;
    uint32_t index = 0;
    if (store::find_name(history(), Kind::kTaskType, name, &index)) {
      id = store::make_id(Kind::kTaskType, index);
    } else if (!read_only()) {
      if (const Code code = intern(Kind::kTaskType, name, &id, problem); !ok(code)) {
        return code;
      }
    }
    next->classified_ids.push_back(id);
  }
  seen_roster_ = roster;
  all_active_.push_back(std::move(next));
  // Sequentially consistent, as in active(): a reader is seen inside by retire_settings, or sees these
  // settings.
  active_.store(all_active_.back().get(), std::memory_order_seq_cst);
  return Code::kOk;
}

Code Engine::apply(config::Settings settings, Problem& problem) {
  if (!read_only()) {
    if (const Code code = register_configured(settings, problem); !ok(code)) {
      return code;
    }
  }
  if (const Code code = rebuild(std::move(settings), problem); !ok(code)) {
    return code;
  }
  if (!read_only()) {
    for (uint32_t agent = 0; agent < store::agent_count(history()); ++agent) {
      guard::refresh_safe_variant(history(), agent, active().profile(agent).safety);
    }
  }
  log_->configure(active().settings.log);
  return Code::kOk;
}

Code Engine::configure(std::string_view text, Problem& problem) {
  const std::lock_guard guard(settings_mutex_);
  config::Settings settings;
  if (text.empty()) {
    if (watch_.read(state_->directory(), &settings, problem) == config::Change::kRefused) {
      return problem.code();
    }
  } else if (const Code code = config::parse(text, "configuration", &settings, problem); !ok(code)) {
    return code;
  }
  return apply(std::move(settings), problem);
}

Code Engine::follow_config(int64_t now_ns, remora_tick_report* report, Problem& problem) {
  const std::lock_guard guard(settings_mutex_);
  if (registration_owed_) {
    if (const Code code = register_configured(active().settings, problem); !ok(code)) {
      return code;
    }
  }
  if (!follows_config_) {
    return Code::kOk;
  }
  config::Settings settings;
  const config::Change change = watch_.poll(state_->directory(), &settings, problem);
  if (change == config::Change::kNone) {
    return Code::kOk;
  }
  if (change == config::Change::kMissing) {
    log_->write(ops::Level::kWarning, "%s", problem.text());
    problem.clear();
    return Code::kOk;
  }
  const Code code =
      change == config::Change::kReloaded ? apply(std::move(settings), problem) : problem.code();
  if (code == Code::kBusy) {
    watch_.forget();  // nothing is wrong with the file: the next tick reads it again
    return code;
  }
  if (ok(code)) {
    ++report->config_reloads;
    log_->write(ops::Level::kInfo, "%s was read again and is in force", store::kConfigFile);
  } else {
    log_->write(ops::Level::kError, "%s was refused, the settings before stay in force: %s",
                store::kConfigFile, problem.text());
  }
  if (!read_only()) {
    tell(history(), ok(code) ? store::EventKind::kConfigReloaded : store::EventKind::kConfigRefused,
         ok(code) ? store::Severity::kInfo : store::Severity::kWarning, now_ns, state_->process_slot());
  }
  return code;
}

Code Engine::add_task_rule(route::TaskRule rule, uint32_t* task_type, Problem& problem) {
  const std::lock_guard guard(settings_mutex_);
  const std::string name = rule.task_type;
  if (const Code code = route::check_task_rule(rule, added_rules_.size(), problem); !ok(code)) {
    return code;
  }
  added_rules_.push_back(std::move(rule));
  if (const Code code = rebuild(active().settings, problem); !ok(code)) {
    added_rules_.pop_back();
    return code;
  }
  return intern(Kind::kTaskType, name, task_type, problem);
}

Code Engine::follow_roster(Problem& problem) {
  const std::lock_guard guard(settings_mutex_);
  if (!has_overrides(active().settings) ||
      history().control->line.roster.load(std::memory_order_relaxed) == seen_roster_) {
    return Code::kOk;
  }
  return rebuild(active().settings, problem);
}

void Engine::retire_settings(const store::Stripe& own) {
  const std::lock_guard guard(settings_mutex_);
  if (all_active_.size() > 1 && state_->drained(base::kNanosPerMillisecond, &own)) {
    all_active_.erase(all_active_.begin(), all_active_.end() - 1);
  }
}

}  // namespace remora::engine
