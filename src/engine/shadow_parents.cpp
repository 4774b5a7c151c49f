#include "engine/shadow_parents.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "store/roster.hpp"

namespace remora::engine {
namespace {

struct Member {
  std::string_view name;  // in the mapped file: write-once
  uint32_t tier, category, place;

  auto group() const { return std::tie(name, tier); }
  bool operator<(const Member& other) const {
    return std::tie(name, tier, category) < std::tie(other.name, other.tier, other.category);
  }
};

}  // namespace

ShadowParents::ShadowParents(const store::History& history, float most) : most_(most) {
  base::Vector<Member> members;
  for (uint32_t a = 0; a < store::agent_count(history); ++a) {
    first_.push_back(static_cast<uint32_t>(members.size()));
    const store::AgentRecord* record = store::find_agent(history, a);
    store::VariantFacts facts;
    for (uint32_t v = 0; record != nullptr && store::variant_facts(history, a, v, &facts); ++v) {
      members.push_back(
          {facts.name, facts.tier, store::agent_category(*record), static_cast<uint32_t>(members.size())});
    }
  }
  first_.push_back(static_cast<uint32_t>(members.size()));
  variants_.resize(members.size());
  std::sort(members.begin(), members.end());
  const Member* before = nullptr;
  Sums sums;
  for (const Member& m : members) {
    if (before == nullptr || before->group() != m.group()) {
      sums.fleet = static_cast<uint32_t>(sums_.size());
      sums_.emplace_back();
    }
    if (before == nullptr || *before < m) {
      sums.category = static_cast<uint32_t>(sums_.size());
      sums_.emplace_back();
    }
    variants_[m.place] = sums;
    before = &m;
  }
}

const ShadowParents::Sums* ShadowParents::find(uint32_t agent, uint32_t variant) const {
  return size_t{agent} + 1 < first_.size() && variant < first_[agent + 1] - first_[agent]
             ? &variants_[first_[agent] + variant]
             : nullptr;
}

void ShadowParents::change(uint32_t agent, uint32_t variant, store::QCell before, store::QCell after) {
  const Sums* const sums = find(agent, variant);
  if (sums == nullptr) {
    return;
  }
  const ParentSum old = ParentSum::of(before, most_);
  const ParentSum now = ParentSum::of(after, most_);
  for (const uint32_t place : {sums->category, sums->fleet}) {
    sums_[place] += {now.outcomes - old.outcomes, now.value - old.value};
  }
}

learn::Parents ShadowParents::of(uint32_t agent, uint32_t variant, store::QCell own) const {
  const Sums* const sums = find(agent, variant);
  if (sums == nullptr) {
    return {};
  }
  const ParentSum& category = sums_[sums->category];
  return {category.without(ParentSum::of(own, most_)), sums_[sums->fleet].without(category)};
}

}  // namespace remora::engine
