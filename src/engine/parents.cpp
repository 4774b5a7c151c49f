#include "engine/parents.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "base/heap.hpp"
#include "engine/parent_sum.hpp"
#include "store/pooled.hpp"
#include "store/roster.hpp"

namespace remora::engine {
namespace {

struct Member {
  std::string_view name;  // in the mapped file: write-once
  uint32_t tier, category, agent, variant;
  store::QCell own;
  learn::Parents parents;
};

using Members = base::Vector<Member>;

auto group_of(const Member& m) { return std::tie(m.name, m.tier); }
auto category_of(const Member& m) { return std::tie(m.name, m.tier, m.category); }

// Every variant of every agent, or those alone that are the same as one.
Members collect(const store::History& history, const store::Generation& generation,
                const store::VariantFacts* wanted) {
  Members members;
  for (uint32_t a = 0; a < store::agent_count(history); ++a) {
    const store::AgentRecord* record = store::find_agent(history, a);
    store::VariantFacts facts;
    for (uint32_t v = 0; record != nullptr && store::variant_facts(history, a, v, &facts); ++v) {
      if (wanted == nullptr || (facts.name == wanted->name && facts.tier == wanted->tier)) {
        members.push_back({facts.name,
                           facts.tier,
                           store::agent_category(*record),
                           a,
                           v,
                           store::own_cell(a, v, generation),
                           {}});
      }
    }
  }
  return members;
}

template <typename Iterator, typename Key>
Iterator end_of(Iterator first, Iterator last, Key key) {
  return std::find_if(first, last, [&](const Member& m) { return key(m) != key(*first); });
}

template <typename Iterator>
ParentSum sum_of(Iterator first, Iterator last, float most) {
  ParentSum sum;
  std::for_each(first, last, [&](const Member& m) { sum += ParentSum::of(m.own, most); });
  return sum;
}

void find_parents(Members* members, float most) {
  std::sort(members->begin(), members->end(), [](const Member& a, const Member& b) {
    return std::tie(a.name, a.tier, a.category, a.agent) < std::tie(b.name, b.tier, b.category, b.agent);
  });
  for (auto group = members->begin(); group != members->end();) {
    const auto group_end = end_of(group, members->end(), group_of);
    const ParentSum fleet = sum_of(group, group_end, most);
    while (group != group_end) {
      const auto category_end = end_of(group, group_end, category_of);
      const ParentSum category = sum_of(group, category_end, most);
      for (; group != category_end; ++group) {
        group->parents = {category.without(sum_of(group, group + 1, most)), fleet.without(category)};
      }
    }
  }
}

}  // namespace

learn::Parents parents_of(const store::History& history, const store::Generation& generation, uint32_t agent,
                          uint32_t variant, const Active& active) {
  store::VariantFacts facts;
  if (!store::variant_facts(history, agent, variant, &facts)) {
    return {};
  }
  Members members = collect(history, generation, &facts);
  find_parents(&members, learn::most_evidence(active.settings.learning.learning_rate));
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& m) { return m.agent == agent && m.variant == variant; });
  return found == members.end() ? learn::Parents{} : found->parents;
}

void pool_agents(const store::History& history, const store::Generation& generation, const Active& active) {
  Members members = collect(history, generation, nullptr);
  find_parents(&members, learn::most_evidence(active.settings.learning.learning_rate));
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return std::tie(a.agent, a.variant) < std::tie(b.agent, b.variant);
  });
  // Variants of an agent are numbered without gaps: six members stand for one row.
  for (auto m = members.begin(); m != members.end();) {
    store::QCell cells[store::kRowVariants] = {};
    const uint32_t agent = m->agent;
    const uint32_t segment = m->variant / store::kRowVariants;
    uint32_t count = 0;
    for (; m != members.end() && m->agent == agent && m->variant / store::kRowVariants == segment; ++m) {
      cells[count++] = learn::pool(m->own, m->parents, active.profile(agent).learning).cell;
    }
    store::set_pooled(agent, segment, {cells, count}, generation);
  }
}

}  // namespace remora::engine
