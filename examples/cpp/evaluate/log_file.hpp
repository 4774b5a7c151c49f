// Logs in files: read here, and weighed by the library's own estimators (src/evaluate), which are linked in.
#pragma once

#include <string>

#include "answer.hpp"

namespace evaluate {

// Columns action, reward, propensity, target:ACTION for each action, and context when it is wanted; in any
// order.
Answer ask_log(const std::string& path, const Question& question);

// The Open Bandit data's log (action, position, reward, propensity) and policy (action, p1 .. p3, f1 .. f3),
// as tab-separated files. `target` is "p", "f" or "uniform".
Answer ask_open_bandit(const std::string& log, const std::string& policy, const std::string& target,
                       const Question& question);

}  // namespace evaluate
