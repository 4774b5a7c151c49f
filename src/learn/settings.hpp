// What learning may be told. Defaults are the production values.
#pragma once

#include <cstdint>

#include "stats/page_hinkley.hpp"

namespace remora::learn {

// Weights of the reward's terms; each term is normalised to 0 .. 1 (success, quality, time, error, cost,
// tokens) first.
struct RewardWeights {
  float success = 1.0F;
  float quality = 0.5F;
  float time = -0.3F;
  float error = -0.5F;
  float cost = 0.0F;
  float tokens = 0.0F;
  int64_t time_scale_ns =
      60'000'000'000;                  // a task of this length costs half of the time weight: d / (d + scale)
  int64_t cost_scale_micros = 50'000;  // likewise for cost
  float error_scale = 3.0F;            // errors / (errors + scale)
  float tokens_scale = 10'000.0F;      // likewise for tokens, in and out together
};

enum class Policy : uint8_t { kEpsilonGreedy, kUcb1, kThompson, kThompsonBeta, kSoftmax };

// How a value leans on those of its parents; hierarchy.hpp says by which formula.
struct Pooling {
  bool enabled = true;
  float weight = 12.0F;          // outcomes of its own at which a value counts as much as its parent's
  float prior = 0.75F;           // what a variant counts as of which nothing is known anywhere
  float prior_weight = 1.0F;     // outcomes that the prior counts as, above 0
  float category_weight = 8.0F;  // outcomes that other agents of the category count as at most, 0 = none
  float fleet_weight = 3.0F;     // likewise those of all other categories
};

enum class ScheduleKind : uint8_t { kConstant, kExponential, kStep, kReward };

// How epsilon falls from its configured value as an agent gathers outcomes; schedule.hpp has the formulas.
struct Schedule {
  ScheduleKind kind = ScheduleKind::kConstant;
  float minimum = 0.01F;            // epsilon falls no lower, [0, 1]
  float decay = 0.999F;             // exponential: factor of each outcome; step: of each step; (0, 1]
  uint32_t step_outcomes = 1'000;   // step: outcomes of one step; reward: of one look at their mean
  float reward_threshold = 0.5F;    // reward: the mean that a look must reach for epsilon to fall
  float reward_increment = 0.05F;   // reward: by which the threshold rises then, [0, 10]
  float epsilon_decrement = 0.01F;  // reward: by which epsilon falls then, [0, 1]
};

// What happens when the mean reward of a variant changes.
struct Alarm {
  bool enabled = true;
  float keep = 1.0F;  // share of the agent's evidence that is left then, [0, 1]: the rest is learned anew
  stats::ChangeRules rules;
};

// How outcomes of the past are learned from again; engine/replay.hpp says what that does.
struct Replay {
  float ratio = 0;           // outcomes replayed for each one recorded, [0, 16]; 0 = none
  bool prioritized = false;  // by how far off their values are, else all alike
  uint32_t batch = 32;       // outcomes of one batch, 1 .. 4,096
  uint32_t pool = 4096;      // newest outcomes to draw from, above 0
  float alpha = 0.6F;        // prioritized: how much the error counts, [0, 1]
  float beta = 1.0F;         // prioritized: how far weights make good for that, [0, 1]
};

// What a variant without an outcome starts from; engine/seeding.hpp says how.
struct Transfer {
  uint32_t minimum_outcomes = 5;  // of an agent, for its value to be handed on, above 0
  float confidence = 0.95F;       // of the lower bound that is handed on, [0.5, 1)
  uint32_t weight = 5;            // outcomes that it counts as at most, above 0
};

// What the state that follows counts as; target.hpp has the formulas.
enum class Target : uint8_t { kQLearning, kExpectedSarsa };

// Tasks that are tried again, by another variant or the same.
struct Cascade {
  bool enabled = false;        // what was tried before is part of the state
  bool exclude_tried = false;  // and is not chosen again while there is another
  float discount = 1.0F;       // weight of the next attempt's value, [0, 1]: the task is the same one still
};

// What becomes of a decision whose outcome never comes.
enum class Overdue : uint8_t { kFailure, kSuccess, kAbandoned };
struct Deadline {
  int64_t after_ns = 0;  // since the decision; 0 = it is waited for
  Overdue counts_as = Overdue::kFailure;
};

// What several reports of one decision make together; join.hpp has the formulas.
enum class Join : uint8_t { kFirst, kLast, kSum, kMean, kMinimum, kMaximum };

struct Settings {
  Policy policy = Policy::kThompson;
  float learning_rate = 0.02F;  // (0, 1]
  float discount = 0.9F;        // gamma, [0, 1): weight of the next state's best value in multi-step tasks
  Target target = Target::kQLearning;
  Cascade cascade;
  Deadline deadline;
  Join join = Join::kFirst;
  int64_t join_window_ns = 0;  // since the decision, in which later reports count; 0 = while it is remembered
  float epsilon = 0.1F;        // exploration rate of epsilon-greedy, [0, 1]; with 0 no policy explores
  float ucb_width = 0.5F;      // alpha of UCB1, [0, 10]
  float spread = 0.4F;         // standard deviation of a reward that Thompson sampling reckons with, (0, 10]
  float temperature = 0.1F;    // of softmax, (0, 100]
  Pooling pooling;
  Schedule schedule;
  RewardWeights reward;
  uint32_t memory = 0;  // outcomes of an agent after which one counts half; 0 = they do not age
  Alarm alarm;
  Replay replay;      // the fleet's alone, as is the next
  Transfer transfer;  // within the groups that the configuration names
};

}  // namespace remora::learn
