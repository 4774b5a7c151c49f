#include "campaign/survival.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "base/clock.hpp"
#include "store/fold.hpp"
#include "store/outcome_lanes.hpp"
#include "store/roster.hpp"
#include "store/state.hpp"
#include "store/statistics.hpp"
#include "store/words.hpp"

namespace remora::campaign {
namespace {

void demand(bool holds, const std::string& what) {
  if (!holds) {
    throw std::runtime_error(what);
  }
}

uint64_t visits_of(const Cells& cells) {
  uint64_t sum = 0;
  for (const auto& [name, value] : cells) {
    sum += value.visits;
  }
  return sum;
}

// Outcomes in the statistics of all variants.
uint64_t outcomes_of(Host& host) {
  uint64_t sum = 0;
  for (const remora_id id : host.ids(REMORA_KIND_AGENT)) {
    auto agent = sized<remora_agent>();
    agent.agent = id;
    if (plugin().agent_info(host.handle(), &agent, host.error()) != REMORA_OK) {
      continue;  // its writer died between name and record
    }
    for (uint32_t v = 0; v < agent.variant_count; ++v) {
      auto variant = sized<remora_variant>();
      variant.agent = id;
      variant.variant = v;
      host.need(plugin().variant_info(host.handle(), &variant, host.error()), "variant_info");
      sum += variant.outcomes;
    }
  }
  return sum;
}

}  // namespace

void Survivor::check_names(Host& host) const {
  std::set<std::pair<uint32_t, std::string>> present;
  for (uint32_t kind = REMORA_KIND_CATEGORY; kind <= REMORA_KIND_ROLLOUT; ++kind) {
    for (const remora_id id : host.ids(kind)) {
      const std::string text = host.name_of(id);
      remora_id found = 0;
      demand(!text.empty(), "a name is empty");
      demand(present.emplace(kind, text).second, "the name " + text + " is there twice");
      host.need(plugin().find(host.handle(), kind, text.data(), text.size(), &found, host.error()),
                "find " + text);
      demand(found == id, "the name " + text + " is found under another id");
    }
  }
  for (const auto& name : promise_.names) {
    demand(present.contains(name), "the name " + name.second + " is missing");
  }
}

void Survivor::check_agents(Host& host) const {
  for (const remora_id id : host.ids(REMORA_KIND_AGENT)) {
    auto agent = sized<remora_agent>();
    agent.agent = id;
    const int32_t code = plugin().agent_info(host.handle(), &agent, host.error());
    const bool promised = !promise_.variants.empty() && host.name_of(id) == kAgent;
    demand(code == REMORA_OK || (code == REMORA_E_NOT_FOUND && !promised), "an agent cannot be read");
    std::vector<std::string> names;
    for (uint32_t v = 0; code == REMORA_OK && v < agent.variant_count; ++v) {
      char text[128] = "";
      host.need(plugin().variant_name(host.handle(), id, v, text, sizeof text, nullptr), "variant_name");
      demand(text[0] != '\0', "a variant has no name");
      names.emplace_back(text);
    }
    demand(std::set(names.begin(), names.end()).size() == names.size(), "a variant is there twice");
    demand(names.empty() || (agent.baseline_variant < names.size() && agent.safe_variant < names.size()),
           "baseline or safe variant is none of the agent's");
    if (promised) {
      demand(names.size() >= promise_.variants.size() &&
                 std::equal(promise_.variants.begin(), promise_.variants.end(), names.begin()),
             "a variant is missing or has another number");
    }
  }
  for (const auto& [name, value] : cells_) {
    demand(std::isfinite(value.q) && std::fabs(value.q) <= 2, "a learned value cannot be");
  }
}

void Survivor::check_snapshots(Host& host) const {
  std::vector<remora_snapshot_info> infos(64, sized<remora_snapshot_info>());
  uint32_t count = 0;
  host.need(plugin().snapshot_list(host.handle(), infos.data(), 0, 64, &count, host.error()),
            "snapshot_list");
  std::set<uint64_t> present;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string path = host.snapshot_path(infos[i].sequence);
    host.need(plugin().snapshot_verify(host.handle(), path.data(), path.size(), nullptr, host.error()),
              "verify " + path);
    present.insert(infos[i].sequence);
  }
  for (const uint64_t sequence : promise_.snapshots) {
    demand(present.contains(sequence), "an acknowledged snapshot is missing");
  }
}

// The host reports again what it has no answer for. Counted once either way.
void Survivor::retry(Host& host) {
  outcomes_ = promise_.outcomes;
  if (promise_.decision == 0) {
    return;
  }
  const uint64_t before = visits_of(cells_);
  const int32_t code = host.record(promise_.decision);
  demand(code == REMORA_OK || code == REMORA_E_ALREADY_RECORDED,
         "reporting again gives " + std::to_string(code));
  const uint64_t learned = visits_of(host.cells());
  kept_ = acknowledged_ || code == REMORA_E_ALREADY_RECORDED;
  if (acknowledged_) {
    demand(code == REMORA_E_ALREADY_RECORDED, "an acknowledged outcome is taken a second time");
    demand(before == promise_.outcomes + 1, "an acknowledged outcome was not learned");
  }
  if (code == REMORA_OK) {
    demand(before == promise_.outcomes, "an outcome was learned that is not recorded");
    demand(learned == before + 1, "reporting again was not learned once");
  } else {
    demand(learned == before, "a refused report was learned");
    // One step is lost when the process dies between the record and the value.
    demand(before == promise_.outcomes || before == promise_.outcomes + 1, "an outcome was learned twice");
  }
  ++outcomes_;
}

void Survivor::use(Host& host) {
  host.tick();
  demand(outcomes_of(host) <= outcomes_, "an outcome is in the statistics twice");
  waited_ = outcomes_of(host) < outcomes_;
  host.define(kAgent, "one,two,three");
  const uint64_t visits = visits_of(host.cells());
  const remora_decision decision = host.route(kAgent, kTask);
  demand(decision.variant < 3, "route answers a variant that is not there");
  host.need(host.record(decision.decision_id), "record");
  demand(host.record(decision.decision_id) == REMORA_E_ALREADY_RECORDED, "a second report is taken");
  demand(visits_of(host.cells()) == visits + 1, "an outcome was not learned once");
  ++outcomes_;
  host.tick();
  host.tick();
  demand(waited_ ? outcomes_of(host) <= outcomes_ : outcomes_of(host) == outcomes_,
         "an outcome is not in the statistics once");
}

// What the dead process left unfinished is given up at once when its number is free, else after five seconds:
// they are over here, and everything must be settled.
void Survivor::check_settled(const std::string& folder) const {
  std::unique_ptr<store::State> state;
  store::OpenRules rules;
  rules.must_exist = true;
  base::Problem problem;
  demand(base::ok(store::State::open(folder, rules, &state, problem)), problem.text());
  const store::History& history = state->history();
  const auto alive = [](void* context, uint32_t owner) {
    return static_cast<store::State*>(context)->owner_alive(owner);
  };
  store::FoldMemory memory;
  store::FoldReport report;
  for (const int64_t second : {1, 7}) {
    demand(base::ok(store::fold_outcomes(history, nullptr, {0.1F}, base::now_ns(), second * 1'000'000'000,
                                         1'000, alive, state.get(), memory, &report, problem)),
           problem.text());
  }
  uint64_t counted = 0;
  for (uint32_t agent = 0; agent < store::agent_count(history); ++agent) {
    for (uint32_t v = 0; v < store::kMaxVariants; ++v) {
      store::VariantFacts facts;
      if (store::variant_facts(history, agent, v, &facts)) {
        store::VariantStatistics statistics;
        store::variant_statistics(*history.variant(history.agents[agent], v), &statistics);
        counted += statistics.outcomes;
      }
    }
  }
  demand(counted == outcomes_,
         "the statistics end with " + std::to_string(counted) + " outcomes of " + std::to_string(outcomes_));
  for (uint32_t i = 0; i < history.capacities.ledger_slots; ++i) {
    const auto word = store::SlotWord::unpack(history.ledger[i].word.load());
    demand(word.state == store::SlotState::kFree || word.state == store::SlotState::kPending ||
               word.state == store::SlotState::kDone || word.state == store::SlotState::kAbandoned,
           "a ledger slot is stuck");
    demand(word.state == store::SlotState::kFree || word.tag != 0, "a ledger slot in use has no tag");
  }
  for (uint32_t i = 0; i < history.capacities.lane_slots; ++i) {
    const auto commit = store::CommitWord::unpack(history.outcome(0, i).commit.load());
    demand(commit.state != store::CommitState::kFilling, "an outcome record is stuck");
  }
}

}  // namespace remora::campaign
