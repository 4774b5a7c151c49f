// remora_evaluate: what another policy would have brought, by what was recorded. Start it with --help.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "log_file.hpp"
#include "recorded.hpp"
#include "table.hpp"

namespace {

constexpr const char* kHelp =
    R"(remora_evaluate: what another policy would have brought, by what was recorded.

  remora_evaluate --state DIRECTORY [--config TEXT | --config-file FILE] [--agent NAME] [--warm-up S]
      By the outcomes of a state directory: what this configuration's learning would have brought (without one: the
      directory's own). Its learner is taught by the share S of them, the oldest, before it is judged (0.25).

  remora_evaluate --log FILE
      By a log: a line a decision, fields separated by tabs; docs/evaluation.md describes it.

  remora_evaluate --open-bandit LOG --policy FILE [--target p | f | uniform]
      By a log of the Open Bandit data: the policy of columns p1..p3 (p) or f1..f3 (f) of FILE, or the uniform one.

  With all of them:
      --seed N       of the bootstrap (1)
      --resamples N  of the bootstrap, 10 to 100000 (1000)
      --least N      effective decisions below which nothing is estimated (100)

Exit code 1 when the estimate is refused. The plugin is looked for as REMORA_LIBRARY says, then where it was built, then in
the system's search.
)";

struct Arguments {
  evaluate::Question question;
  std::string state, agent, configuration, log, open_bandit, policy, target = "p";
  bool help = false;
};

bool read_number(const char* text, double low, double high, double* number) {
  char* end = nullptr;
  *number = std::strtod(text, &end);
  return end != text && *end == '\0' && *number >= low && *number <= high;
}

bool read_file(const char* path, std::string* content) {
  std::ifstream file(path);
  content->assign(std::istreambuf_iterator<char>(file), {});
  return file.good();
}

// Takes one option that has a value; false when it is none, or the value is not good.
bool take_value(std::string_view option, const char* value, Arguments* a) {
  double number = 0;
  std::string* const texts[] = {&a->state,       &a->agent,  &a->configuration, &a->log,
                                &a->open_bandit, &a->policy, &a->target};
  const std::string_view names[] = {"--state",       "--agent",  "--config", "--log",
                                    "--open-bandit", "--policy", "--target"};
  for (size_t i = 0; i < std::size(names); ++i) {
    if (option == names[i]) {
      *texts[i] = value;
      return true;
    }
  }
  if (option == "--config-file") {
    return read_file(value, &a->configuration);
  }
  if (option == "--seed" && read_number(value, 1, 9e15, &number)) {
    a->question.seed = static_cast<uint64_t>(number);
  } else if (option == "--resamples" && read_number(value, 10, 100'000, &number)) {
    a->question.resamples = static_cast<uint32_t>(number);
  } else if (option == "--warm-up" && read_number(value, 0, 0.99, &number)) {
    a->question.warm_up = number;
  } else if (option == "--least" && read_number(value, 1, 1e9, &number)) {
    a->question.least_effective = number;
  } else {
    return false;
  }
  return true;
}

bool read_arguments(int count, char** values, Arguments* arguments) {
  for (int i = 1; i < count; i += 2) {
    if (std::string_view(values[i]) == "--help") {
      arguments->help = true;
      return true;
    }
    if (i + 1 >= count || !take_value(values[i], values[i + 1], arguments)) {
      std::fprintf(stderr, "%s is not understood, or its value is not; see --help\n", values[i]);
      return false;
    }
  }
  const int sources = (arguments->state.empty() ? 0 : 1) + (arguments->log.empty() ? 0 : 1) +
                      (arguments->open_bandit.empty() ? 0 : 1);
  if (sources != 1) {
    std::fputs("give one of --state, --log and --open-bandit; see --help\n", stderr);
    return false;
  }
  return true;
}

evaluate::Answer answer(const Arguments& a) {
  if (!a.state.empty()) {
    return evaluate::ask_state(a.state, a.configuration, a.agent, a.question);
  }
  return a.log.empty() ? evaluate::ask_open_bandit(a.open_bandit, a.policy, a.target, a.question)
                       : evaluate::ask_log(a.log, a.question);
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments;
  if (!read_arguments(count, values, &arguments)) {
    return 2;
  }
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  const evaluate::Answer given = answer(arguments);
  if (given.verdict == evaluate::Verdict::kFailed) {
    std::fprintf(stderr, "%s\n", given.reason.c_str());
    return 2;
  }
  evaluate::print(given);
  return given.verdict == evaluate::Verdict::kRefused ? 1 : 0;
}
