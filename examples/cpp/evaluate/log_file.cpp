#include "log_file.hpp"

#include <array>
#include <map>
#include <vector>

#include "evaluate/estimators.hpp"
#include "sheet.hpp"

namespace evaluate {
namespace {

using remora::base::Code;
using remora::base::Problem;
using remora::evaluate::Log;

constexpr size_t kPositions = 3;

Answer failed(std::string reason) {
  Answer answer;
  answer.reason = std::move(reason);
  return answer;
}

Answer weigh(const Log& log, const Question& question) {
  remora::evaluate::Options options;
  options.seed = question.seed;
  options.resamples = question.resamples;
  options.least_effective = question.least_effective;
  remora::evaluate::Evaluation e;
  Problem problem;
  const Code code = remora::evaluate::evaluate(log, options, &e, problem);
  Answer answer;
  answer.verdict = code == Code::kOk      ? Verdict::kEstimated
                   : code == Code::kState ? Verdict::kRefused
                                          : Verdict::kFailed;
  answer.reason = problem.text();
  answer.decisions = e.decisions;
  answer.effective = e.effective;
  answer.largest_weight = e.largest_weight;
  answer.mean_weight = e.mean_weight;
  const auto copy = [](const remora::evaluate::Estimate& from) {
    return Estimate{from.value, from.low, from.high};
  };
  answer.logged = copy(e.logged);
  answer.ips = copy(e.ips);
  answer.snips = copy(e.self_normalised);
  answer.direct = copy(e.direct);
  answer.doubly_robust = copy(e.doubly_robust);
  return answer;
}

// Numbers for names, in the order in which they are met.
class Numbering {
 public:
  uint32_t of(const std::string& name) {
    return numbers_.try_emplace(name, static_cast<uint32_t>(numbers_.size())).first->second;
  }
  bool has(const std::string& name) const { return numbers_.contains(name); }

 private:
  std::map<std::string, uint32_t> numbers_;
};

}  // namespace

Answer ask_log(const std::string& path, const Question& question) {
  Sheet sheet(path, {"action", "reward", "propensity"});
  Numbering actions;
  Numbering contexts;
  std::vector<std::string> targets;  // columns, by action
  for (const std::string& column : sheet.columns()) {
    if (column.starts_with("target:")) {
      actions.of(column.substr(7));
      targets.push_back(column);
    }
  }
  Log log;
  std::vector<double> target(targets.size());
  while (sheet.next()) {
    const std::string& action = sheet.text("action");
    if (!actions.has(action)) {
      return failed(sheet.place() + ": there is no column target:" + action);
    }
    for (size_t i = 0; i < targets.size(); ++i) {
      target[i] = sheet.number(targets[i]);
    }
    const uint64_t context = sheet.has("context") ? contexts.of(sheet.text("context")) : 0;
    log.add({context, 0, actions.of(action), sheet.number("reward"), sheet.number("propensity")}, target);
  }
  return sheet.problem().empty() ? weigh(log, question) : failed(sheet.problem());
}

Answer ask_open_bandit(const std::string& log, const std::string& policy, const std::string& target,
                       const Question& question) {
  if (target != "p" && target != "f" && target != "uniform") {
    return failed("--target is " + target + ": p, f or uniform");
  }
  Sheet rules(policy, {"action", "p1", "p2", "p3", "f1", "f2", "f3"});
  Numbering actions;
  std::array<std::vector<double>, kPositions> targets;
  while (rules.next()) {
    actions.of(rules.text("action"));
    for (size_t position = 0; position < kPositions; ++position) {
      targets[position].push_back(target == "uniform" ? 1
                                                      : rules.number(target + std::to_string(position + 1)));
    }
  }
  if (!rules.problem().empty()) {
    return failed(rules.problem());
  }
  if (target == "uniform") {
    targets.fill(std::vector<double>(targets[0].size(), 1.0 / static_cast<double>(targets[0].size())));
  }
  Sheet sheet(log, {"action", "position", "reward", "propensity"});
  Log decisions;
  while (sheet.next()) {
    const double position = sheet.number("position");
    if (!actions.has(sheet.text("action")) || !(position >= 1 && position <= kPositions)) {
      return failed(sheet.place() + ": the action is not in " + policy + ", or the position not 1, 2 or 3");
    }
    decisions.add(
        {0, 0, actions.of(sheet.text("action")), sheet.number("reward"), sheet.number("propensity")},
        targets[static_cast<size_t>(position) - 1]);
  }
  return sheet.problem().empty() ? weigh(decisions, question) : failed(sheet.problem());
}

}  // namespace evaluate
