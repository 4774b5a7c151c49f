#include "config/check.hpp"

#include <initializer_list>
#include <unordered_set>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "route/glob.hpp"

namespace remora::config {
namespace {

using base::Code;

// Number of a mode in a plan, as remora_mode.
enum StageMode : uint32_t { kMonitor = 1, kShadow = 2, kCanary = 3 };

base::String join(std::initializer_list<std::string_view> parts) {
  base::String text;
  for (const std::string_view part : parts) {
    text += part;
  }
  return text;
}

base::String place(std::string_view list, size_t index) {
  char digits[24];
  base::Text text(digits, sizeof digits);
  text.append_unsigned(index);
  return join({list, "[", text.view(), "]"});
}

// As JSON would write it, cut if long.
base::String quoted(std::string_view name) {
  char buffer[120];
  base::Text text(buffer, sizeof buffer);
  text.append_json_string(name.substr(0, 60));
  return join({text.view(), name.size() > 60 ? "..." : ""});
}

base::String number(double value) {
  char digits[32];
  base::Text text(digits, sizeof digits);
  text.append_number(value);
  return base::String(text.view());
}
base::String percent(uint32_t basis_points) { return number(basis_points / 100.0); }

Code complain(Complaint* complaint, base::String path, base::String text) {
  complaint->path.swap(path);
  complaint->text.swap(text);
  return Code::kConfig;
}

Code check_name(std::string_view name, base::String path, Complaint* complaint) {
  if (base::is_printable_name(name, store::kMaxNameBytes)) {
    return Code::kOk;
  }
  return complain(complaint, std::move(path),
                  join({"is ", quoted(name), ": must be 1 .. 96 bytes without control characters"}));
}

// Names seen so far within one list.
class Names {
 public:
  Code add(const base::String& name, const base::String& path, Complaint* complaint) {
    if (const Code code = check_name(name, path + ".name", complaint); !ok(code)) {
      return code;
    }
    if (!seen_.insert(std::string_view(name)).second) {
      return complain(complaint, path + ".name", join({"is ", quoted(name), ", which is there already"}));
    }
    return Code::kOk;
  }

 private:
  std::unordered_set<std::string_view> seen_;
};

Code check_variants(const Agent& agent, const base::String& path, Complaint* complaint) {
  Names names;
  const Variant* baseline = nullptr;
  bool live = agent.variants.empty();
  for (size_t i = 0; i < agent.variants.size(); ++i) {
    const Variant& variant = agent.variants[i];
    const base::String here = join({path, ".", place("variants", i)});
    if (const Code code = names.add(variant.name, here, complaint); !ok(code)) {
      return code;
    }
    if (variant.properties.baseline && variant.properties.retired) {
      return complain(complaint, here, "is baseline and retired: a baseline must be able to run");
    }
    if (variant.properties.baseline && baseline != nullptr) {
      return complain(
          complaint, here + ".baseline",
          join({"is true, but ", quoted(baseline->name), " is the baseline already: an agent has one"}));
    }
    baseline = variant.properties.baseline ? &variant : baseline;
    live = live || !variant.properties.retired;
  }
  if (!live) {
    return complain(complaint, path + ".variants", "are all retired: one must be able to run");
  }
  return Code::kOk;
}

Code check_agents(const Settings& settings, Complaint* complaint) {
  Names names;
  for (size_t i = 0; i < settings.agents.size(); ++i) {
    const Agent& agent = settings.agents[i];
    const base::String path = place("agents", i);
    if (const Code code = names.add(agent.name, path, complaint); !ok(code)) {
      return code;
    }
    Code code =
        agent.category.empty() ? Code::kOk : check_name(agent.category, path + ".category", complaint);
    code = ok(code) ? check_variants(agent, path, complaint) : code;
    if (!ok(code)) {
      return code;
    }
  }
  Names categories;
  for (size_t i = 0; i < settings.categories.size(); ++i) {
    if (const Code code = categories.add(settings.categories[i].name, place("categories", i), complaint);
        !ok(code)) {
      return code;
    }
  }
  return Code::kOk;
}

Code check_groups(const Settings& settings, Complaint* complaint) {
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < settings.transfer_groups.size(); ++i) {
    const TransferGroup& group = settings.transfer_groups[i];
    const base::String path = join({"learning.transfer.", place("groups", i), ".agents"});
    if (group.size() < 2) {
      return complain(complaint, path, "names fewer than two agents: a group has two or more");
    }
    for (size_t j = 0; j < group.size(); ++j) {
      const base::String here = place(path, j);
      if (const Code code = check_name(group[j], here, complaint); !ok(code)) {
        return code;
      }
      if (!seen.insert(std::string_view(group[j])).second) {
        return complain(complaint, here,
                        join({"is ", quoted(group[j]), ", which is in a group already: an agent is in one"}));
      }
    }
  }
  return Code::kOk;
}

// The share that fits the mode; nullptr when it does.
const char* share_objection(const store::StagePlan& stage) {
  const uint32_t share = stage.share_basis_points;
  switch (stage.mode) {
    case kMonitor:
      return share == 0 ? nullptr : "must be 0: a monitor stage gives the treatment no traffic";
    case kShadow:
      return share > 0 ? nullptr : "must be above 0: a shadow stage without shadow runs sees nothing";
    case kCanary:
      return share > 0 && share < 10'000 ? nullptr : "must be above 0 and below 100 in a canary stage";
    default:
      return share == 10'000 ? nullptr : "must be 100 in a full stage";
  }
}

Code check_stages(const rollout::Settings& rollout, Complaint* complaint) {
  uint32_t highest_mode = 0;
  uint32_t highest_share = 0;
  for (uint32_t i = 0; i < rollout.stage_count; ++i) {
    const store::StagePlan& stage = rollout.stages[i];
    const base::String path = join({"rollout.", place("stages", i)});
    const base::String share = percent(stage.share_basis_points);
    if (const char* objection = share_objection(stage)) {
      return complain(complaint, path + ".share_percent", join({"is ", share, ": ", objection}));
    }
    if (stage.mode < highest_mode) {
      return complain(complaint, path + ".mode",
                      "goes back: stages go from monitor over shadow and canary to full, and never back");
    }
    if (stage.mode >= kCanary && stage.share_basis_points < highest_share) {
      return complain(complaint, path + ".share_percent",
                      join({"is ", share, ": must be at least ", percent(highest_share),
                            ", the share of the stage before"}));
    }
    if (stage.margin >= stage.maximum_drop) {
      return complain(complaint, path + ".margin",
                      join({"is ", number(stage.margin), ": must be below maximum_drop, which is ",
                            number(stage.maximum_drop)}));
    }
    highest_mode = stage.mode;
    highest_share = stage.mode >= kCanary ? stage.share_basis_points : 0;
  }
  return Code::kOk;
}

Code check_rules(const ClassifierRules& classifier, Complaint* complaint) {
  for (size_t i = 0; i < classifier.rules.size(); ++i) {
    const route::TaskRule& rule = classifier.rules[i];
    const base::String path = join({"classifier.", place("rules", i)});
    if (const Code code = check_name(rule.task_type, path + ".task_type", complaint); !ok(code)) {
      return code;
    }
    base::Problem problem;
    Code code = route::check_task_rule(rule, i, problem);
    for (const std::string& pattern : rule.file_patterns) {
      route::GlobRegex ignored;
      code = ok(code) ? route::translate_glob(pattern, &ignored, problem) : code;
    }
    if (!ok(code)) {
      return complain(complaint, path, join({"cannot be used: ", problem.text()}));
    }
  }
  return Code::kOk;
}

}  // namespace

base::Code check(const Settings& settings, Complaint* complaint) {
  Code code = check_agents(settings, complaint);
  code = ok(code) ? check_groups(settings, complaint) : code;
  code = ok(code) ? check_stages(settings.rollout, complaint) : code;
  code = ok(code) ? check_rules(settings.classifier, complaint) : code;
  return code;
}

}  // namespace remora::config
