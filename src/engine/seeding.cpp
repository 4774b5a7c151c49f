#include "engine/seeding.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <string_view>

#include "base/clock.hpp"
#include "base/heap.hpp"
#include "learn/hierarchy.hpp"
#include "snapshot/writer.hpp"
#include "stats/normal.hpp"
#include "store/event_ring.hpp"
#include "store/names.hpp"
#include "store/pooled.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"
#include "store/words.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;
using store::kRowVariants;
using store::QCell;

struct Seed {
  uint32_t agent, variant;
  QCell cell;
  uint32_t sources;  // agents; 0 = a prior
};

uint64_t outcomes_of(const store::History& history, uint32_t agent, uint32_t variant) {
  const store::VariantRecord* record = history.variant(history.agents[agent], variant);
  return record == nullptr ? 0 : store::variant_outcomes(*record);
}

class Seeds {
 public:
  Seeds(const store::History& history, const store::Generation& generation, const config::Settings& settings)
      : history_(history), generation_(generation), settings_(settings) {}

  // Priors first: they go before what a group hands on.
  void gather() {
    for (const config::Agent& agent : settings_.agents) {
      for (const config::Variant& variant : agent.variants) {
        uint32_t index = 0;
        uint32_t v = 0;
        if (variant.prior && store::find_name(history_, store::Kind::kAgent, agent.name, &index) &&
            store::find_variant(history_, index, variant.name, &v) && is_due(index, v)) {
          seeds_.push_back({index, v, QCell{variant.prior->value, variant.prior->weight}, 0});
        }
      }
    }
    for (const config::TransferGroup& group : settings_.transfer_groups) {
      gather_group(group);
    }
  }

  const base::Vector<Seed>& all() const { return seeds_; }

 private:
  bool is_due(uint32_t agent, uint32_t v) const {
    const store::AgentRecord* record = store::find_agent(history_, agent);
    store::VariantFacts facts;
    return record != nullptr && store::variant_facts(history_, agent, v, &facts) && !facts.retired &&
           !store::was_seeded(*history_.variant(*record, v)) &&
           store::own_cell(agent, v, generation_).visits == 0 && outcomes_of(history_, agent, v) == 0 &&
           has_place(agent, v) && std::none_of(seeds_.begin(), seeds_.end(), [&](const Seed& seed) {
             return seed.agent == agent && seed.variant == v;
           });
  }

  // Without a row to be had, as in a full table, nothing is due: the snapshot before would be for nothing.
  bool has_place(uint32_t agent, uint32_t v) const {
    return store::find_own_row(agent, v / kRowVariants, generation_) != nullptr ||
           store::has_room(agent, generation_);
  }

  void gather_group(const config::TransferGroup& group) {
    base::Vector<uint32_t> members;
    for (const base::String& name : group) {
      uint32_t index = 0;
      if (store::find_name(history_, store::Kind::kAgent, name, &index) &&
          store::find_agent(history_, index) != nullptr) {
        members.push_back(index);
      }
    }
    for (const uint32_t agent : members) {
      store::VariantFacts facts;
      for (uint32_t v = 0; store::variant_facts(history_, agent, v, &facts); ++v) {
        Seed seed{agent, v, {}, 0};
        if (is_due(agent, v) && pool(members, facts.name, &seed)) {
          seeds_.push_back(seed);
        }
      }
    }
  }

  // What the others know of a variant; false when that is too little.
  bool pool(const base::Vector<uint32_t>& members, std::string_view name, Seed* seed) const {
    const learn::Settings& learning = settings_.learning;
    const learn::Transfer& rules = learning.transfer;
    double sum = 0;
    double outcomes = 0;
    for (const uint32_t other : members) {
      uint32_t v = 0;
      if (other == seed->agent || !store::find_variant(history_, other, name, &v)) {
        continue;
      }
      const QCell cell = store::own_cell(other, v, generation_);
      // Its own outcomes: what it was given itself is not handed on.
      if (cell.visits >= rules.minimum_outcomes &&
          outcomes_of(history_, other, v) >= rules.minimum_outcomes) {
        const double worth = std::min<double>(cell.visits, learn::most_evidence(learning.learning_rate));
        sum += worth * double{cell.q};
        outcomes += worth;
        ++seed->sources;
      }
    }
    if (seed->sources == 0) {
      return false;
    }
    const double margin =
        stats::z_one_sided(double{rules.confidence}) * double{learning.spread} / std::sqrt(outcomes);
    seed->cell = {static_cast<float>(sum / outcomes - margin),
                  static_cast<uint32_t>(std::min<double>(rules.weight, std::ceil(outcomes)))};
    return true;
  }

  const store::History& history_;
  const store::Generation& generation_;
  const config::Settings& settings_;
  base::Vector<Seed> seeds_;
};

void tell(const store::History& history, const Seed& seed, int64_t now_ns) {
  store::Event event;
  event.when_ns = now_ns;
  event.kind = store::EventKind::kSeeded;
  event.agent = store::make_id(store::Kind::kAgent, seed.agent);
  event.variant = seed.variant;
  event.value = double{seed.cell.q};
  event.detail[0] = seed.cell.visits;
  event.detail[1] = seed.sources;
  store::publish_event(history, event);
}

// The value before the mark: whoever dies in between leaves a variant that is not due for its value.
bool plant(const store::History& history, const store::Generation& generation, const Seed& seed,
           int64_t now_ns) {
  store::Row* const row = store::own_row_to_fill(seed.agent, seed.variant / kRowVariants, generation);
  uint64_t unlearned = 0;
  if (row == nullptr ||  // a full table, which is told elsewhere
      !row->cells[seed.variant % kRowVariants].compare_exchange_strong(
          unlearned, seed.cell.pack(), std::memory_order_relaxed, std::memory_order_relaxed)) {
    return false;
  }
  row->stamp.store(static_cast<uint64_t>(std::max(now_ns / base::kNanosPerSecond, int64_t{1})),
                   std::memory_order_relaxed);
  store::mark_seeded(*history.variant(history.agents[seed.agent], seed.variant));
  tell(history, seed, now_ns);
  return true;
}

}  // namespace

Code seed_variants(store::State& state, const Active& active, int64_t now_ns, uint32_t* seeded,
                   Problem& problem) try {
  *seeded = 0;
  const store::History& history = state.history();
  const store::Generation& generation = state.generation_in_force();
  Seeds seeds(history, generation, active.settings);
  seeds.gather();
  if (seeds.all().empty()) {
    return Code::kOk;
  }
  // In a new state there is nothing to go back to.
  if (generation.rows_used() != 0) {
    if (const Code code =
            snapshot::write_snapshot(state, generation, snapshot::Kind::kRestore, now_ns, nullptr, problem);
        !ok(code)) {
      problem.prefix("before variants are given a start, keeping the present values");
      return code;
    }
  }
  for (const Seed& seed : seeds.all()) {
    *seeded += plant(history, generation, seed, now_ns) ? 1 : 0;
  }
  return Code::kOk;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for what variants start from");
}

}  // namespace remora::engine
