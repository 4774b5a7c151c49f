#include "config/settings.hpp"

namespace remora::config {
namespace {

template <typename Named>
const Named* find(const base::Vector<Named>& all, std::string_view name) {
  for (const Named& one : all) {
    if (std::string_view(one.name) == name) {
      return &one;
    }
  }
  return nullptr;
}

}  // namespace

AgentSettings settings_of(const Settings& settings, std::string_view category, std::string_view agent) {
  AgentSettings result{settings.learning, settings.safety};
  if (const Category* found = find(settings.categories, category)) {
    apply(found->overrides, &result.learning, &result.safety);
  }
  if (const Agent* found = find(settings.agents, agent)) {
    apply(found->overrides, &result.learning, &result.safety);
  }
  return result;
}

bool has_settings_of(const Settings& settings, std::string_view category, std::string_view agent) {
  return find(settings.categories, category) != nullptr || find(settings.agents, agent) != nullptr;
}

}  // namespace remora::config
