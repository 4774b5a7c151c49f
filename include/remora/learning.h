/* What is believed of a variant, and where that comes from. */
#ifndef REMORA_LEARNING_H
#define REMORA_LEARNING_H

#include <remora/types.h>

/* Asks for one variant in one state, and is filled with the answer. mean is the sum of weight x value over
 * the five levels; the weights add up to one. Levels above the state are as housekeeping left them last. */
typedef struct remora_belief {
  uint32_t struct_size;
  uint32_t flags;        /* 0 */
  remora_id agent;       /* in */
  remora_id task_type;   /* in: 0 = "general" */
  uint32_t variant;      /* in */
  uint32_t label_count;  /* in: 0 .. REMORA_MAX_LABELS */
  remora_id labels[8];   /* in */
  uint32_t state_visits; /* outcomes of this state */
  uint32_t agent_visits; /* outcomes of the agent over all its tasks, as far as folded, and what its start counts as */
  double mean;           /* what policies go by */
  double deviation;      /* standard deviation of the mean that Thompson sampling reckons with */
  double state_value;    /* the Q-value of this very state; 0 when it has none */
  double state_weight;
  double agent_value;
  double agent_weight;
  double prior_value;
  double prior_weight;
  double category_value; /* mean of the same variant (name and tier) over the category's other agents */
  double category_weight;
  double fleet_value; /* likewise over the agents of other categories */
  double fleet_weight;
  uint32_t category_visits; /* outcomes behind category_value, at most 99 of each agent (see docs/learning.md) */
  uint32_t fleet_visits;
  uint32_t attempts; /* in: attempts at the task before, 0 .. 15, as remora_q_cell shows them */
  uint32_t reserved;
  uint64_t tried_variants; /* in: bit i: variant i was among them; 0 with attempts = 0 */
} remora_belief;

enum remora_replay_mode {
  REMORA_REPLAY_UNIFORM = 0,     /* each outcome is drawn as often as any other */
  REMORA_REPLAY_PRIORITIZED = 1, /* those more often whose values are far off */
  REMORA_REPLAY_RELEARN = 2      /* all of them once, in their order, into a new generation */
};

/* What is to be learned again. Zero everything but struct_size and what is known. */
typedef struct remora_replay_request {
  uint32_t struct_size;
  uint32_t mode;       /* remora_replay_mode */
  remora_id agent;     /* 0 = all of them */
  uint32_t batches;    /* 1 .. 1,000,000; 0 = 1. Not looked at by REMORA_REPLAY_RELEARN, as all below */
  uint32_t batch_size; /* 1 .. 4,096; 0 = 32 */
  uint32_t pool;       /* newest outcomes to draw from, up to 1,048,576; 0 = as many */
  uint64_t seed;       /* of the draws: the same one draws alike; 0 = the library's own */
  double alpha;        /* prioritized: how much the error counts, 0 (not at all) .. 1 */
  double beta;         /* prioritized: how far weights make good for that, 0 (not at all) .. 1 (fully) */
} remora_replay_request;

/* What was learned again. */
typedef struct remora_replay_report {
  uint32_t struct_size;
  uint32_t flags;              /* 0 */
  uint64_t outcomes;           /* that could be drawn; relearn: that were learned again */
  uint64_t sampled;            /* drawn, the same one counted each time */
  uint64_t distinct;           /* of these, different ones */
  uint64_t skipped_unlearned;  /* recorded while learning was off, or decided in another generation */
  uint64_t skipped_superseded; /* learned by values that a restore has replaced */
  uint64_t skipped_no_value;   /* the table had no room for their state */
  uint64_t skipped_unreadable; /* never finished, or just being written over */
  uint64_t missing;            /* relearn: outcomes behind the values that the history does not hold any more */
  uint64_t values_changed;     /* relearn: values of states */
  uint64_t generation;         /* in force now */
  uint64_t snapshot;           /* relearn: sequence of the one that keeps what was replaced */
  double error_before;         /* mean distance of an outcome's target from its value */
  double error_after;
} remora_replay_report;

enum remora_verdict {
  REMORA_VERDICT_STARVED = 1, /* too few outcomes of the agent, or of a variant that may run, to say anything */
  REMORA_VERDICT_LEARNING = 2,
  REMORA_VERDICT_DRIFTING = 3, /* the rewards of a variant changed within the last 100 outcomes */
  REMORA_VERDICT_CONVERGED = 4 /* every figure is met */
};

/* Figures that are as they are where learning has settled, as bits of remora_convergence.met. */
enum remora_settled {
  REMORA_SETTLED_CHANGE = 1,
  REMORA_SETTLED_WINNING = 2,
  REMORA_SETTLED_SEPARATION = 4,
  REMORA_SETTLED_EXPLORED = 8,
  REMORA_SETTLED_VARIANCE = 16
};

/* Asks how far learning is: of the fleet (agent 0), of an agent over all its tasks (variant REMORA_NONE), or of one
 * variant in one state. Each figure has its interval at 95 %; those that a question does not have are zero. */
typedef struct remora_convergence {
  uint32_t struct_size;
  uint32_t flags;       /* 0 */
  remora_id agent;      /* in: 0 = the fleet */
  remora_id task_type;  /* in, with a variant: 0 = "general" */
  uint32_t variant;     /* in: REMORA_NONE = the agent */
  uint32_t label_count; /* in, with a variant: 0 .. REMORA_MAX_LABELS */
  remora_id labels[8];  /* in */
  uint32_t verdict;     /* remora_verdict */
  uint32_t winner;      /* of an agent: the variant of the highest value, or REMORA_NONE */
  uint64_t outcomes;    /* behind the answer */
  double change;        /* how far one more outcome moves the value; settled: the interval is below 0.1 */
  double change_low;
  double change_high;
  double winning; /* the winner's value; settled: above 0.7 */
  double winning_low;
  double winning_high;
  double separation; /* the winner's value less the next best's; settled: the interval is above 0 */
  double separation_low;
  double separation_high;
  double explored; /* share of the latest decisions that explored; settled: not above that of more of them */
  double explored_low;
  double explored_high;
  double variance; /* of the latest rewards, by that of more of them; settled: 1 is in the interval */
  double variance_low;
  double variance_high;
  uint32_t met;              /* remora_settled */
  uint32_t converged_agents; /* of the fleet, as the three below */
  uint32_t learning_agents;
  uint32_t drifting_agents;
  uint32_t starved_agents;
  uint32_t reserved;
} remora_convergence;

/* Asks what a configuration would have brought, and is filled with the answer. Estimates are mean rewards a decision,
 * each with the ends of its 95 % interval. */
typedef struct remora_evaluation {
  uint32_t struct_size;
  uint32_t flags;         /* out: 1 = refused */
  remora_id agent;        /* in: 0 = all agents */
  uint32_t resamples;     /* in: of the bootstrap, at most 100000; 0 = 1000; times outcomes at most a billion */
  uint64_t seed;          /* in: of the bootstrap; 0 = 1 */
  double least_effective; /* in: fewer effective outcomes are refused; 0 = 100 */
  double warm_up;         /* in: share of the outcomes, the oldest, that teach alone and are not weighed; below 1 */
  uint64_t outcomes;      /* that were weighed */
  uint64_t left_out;      /* behind the warm-up, whose variant no policy drew: fixed arms, monitor mode, by names */
  double effective;       /* outcomes that the weighted ones are worth */
  double largest_weight;
  double mean_weight; /* about 1 when the history shows what the configuration would do */
  double logged;      /* what was really had of them */
  double logged_low;
  double logged_high;
  double ips; /* by inverse propensity scores */
  double ips_low;
  double ips_high;
  double snips; /* the same, self-normalised */
  double snips_low;
  double snips_high;
  double direct; /* by a model of the rewards alone */
  double direct_low;
  double direct_high;
  double doubly_robust; /* by model and propensities: the one to go by */
  double doubly_robust_low;
  double doubly_robust_high;
} remora_evaluation;

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Explains what route would go by for belief->variant in this state, whether or not it may run now. Changes
 * nothing. Errors: REMORA_E_HANDLE, _INVALID (id of another kind, too many labels), _NOT_FOUND (unknown id or
 * variant), _UNSUPPORTED. Since 1.1. */
REMORA_API int32_t remora_explain(uint64_t handle, remora_belief* belief, remora_error* error);

/* [any] Learns once more from outcomes that the history still holds, by today's reward weights; counts of outcomes stay.
 *
 * Uniform and prioritized replay move the values of states in place, each drawn outcome by the learning rate. Relearn
 * takes a snapshot (kind REMORA_SNAPSHOT_RESTORE, the way back), then puts a new generation in force in which each value
 * has learned all its outcomes again, so that a change of weights takes effect on what is known already; as with a
 * restore, decisions that are open at that moment report into history alone.
 * report may be NULL. Errors: REMORA_E_INVALID (which field, which value), _NOT_FOUND (unknown agent), _STATE (learning
 * is switched off), _PERMISSION (opened read-only), _MEMORY; relearn also _BUSY, _NO_SPACE, _IO: the values are then as
 * they were. Since 1.1. */
REMORA_API int32_t remora_replay(uint64_t handle, const remora_replay_request* request, remora_replay_report* report,
                                 remora_error* error);

/* [any] Says whether learning has settled, by what housekeeping saw last. Changes nothing. Errors: REMORA_E_HANDLE,
 * _INVALID (id of another kind, too many labels), _NOT_FOUND (unknown id or variant), _UNSUPPORTED. Since 1.1. */
REMORA_API int32_t remora_convergence_get(uint64_t handle, remora_convergence* convergence, remora_error* error);

/* [any] Estimates from the recorded outcomes what another configuration's learning would have brought: `configuration`
 * is a JSON text as for remora_configure (size 0: the configuration in force), of which "learning" counts, with what
 * categories and agents override. It is judged as if it had begun with nothing at the oldest outcome that is still
 * held, and had learned from the same outcomes; those of the warm-up teach it before it is judged. Changes nothing.
 * Takes some 30 microseconds an outcome, and 5 nanoseconds a draw of the bootstrap (outcomes x resamples).
 * Errors: REMORA_E_STATE when the outcomes cannot bear an estimate (flags is 1, and everything up to mean_weight
 * filled; all zero when the configuration has cascades and the outcomes do not tell attempts apart), REMORA_E_CONFIG,
 * _HANDLE, _INVALID, _MEMORY, _NOT_FOUND, _UNSUPPORTED.
 * Since 1.1. */
REMORA_API int32_t remora_evaluate(uint64_t handle, const char* configuration, uint64_t size,
                                   remora_evaluation* evaluation, remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_LEARNING_H */
