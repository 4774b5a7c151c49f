#include "engine/replay.hpp"

#include <algorithm>
#include <cmath>

#include "base/clock.hpp"
#include "base/heap.hpp"
#include "base/thread_context.hpp"
#include "engine/time_budget.hpp"
#include "learn/drawing.hpp"
#include "learn/sum_tree.hpp"
#include "store/outcome_lanes.hpp"
#include "store/q_table.hpp"
#include "store/words.hpp"

namespace remora::engine {
namespace {

// Added to an error, so that an outcome is drawn now and then whose value is right.
constexpr double kSmallestError = 0.001;
constexpr uint64_t kLooksApart = 256;  // outcomes between two looks at the clock

// An outcome and the value that it belongs to.
struct Lesson {
  store::Word* cell;
  float target;
  float step;
  bool drawn = false;

  double error() const {
    const uint64_t word = cell->load(std::memory_order_relaxed);
    return store::QCell::usable(word) ? std::abs(double{target} - double{store::QCell::unpack(word).q}) : 0;
  }
};

using Lessons = base::Vector<Lesson>;

bool over(int64_t deadline_ns) { return deadline_ns != INT64_MAX && base::monotonic_ns() >= deadline_ns; }

// Whether to draw another batch. One always, else looking through the history was in vain.
bool goes_on(const ReplayPlan& plan, uint32_t done) {
  return done < plan.batches && (done == 0 || !over(plan.deadline_ns));
}

store::Word* cell_of(const store::OutcomeRecord& outcome, const store::Generation& generation) {
  const uint32_t segment = outcome.variant / store::kRowVariants;
  store::Row* row = store::find_row(store::StateKey::with_segment(outcome.key, segment), generation);
  store::Word* cell = row == nullptr ? nullptr : &row->cells[outcome.variant % store::kRowVariants];
  return cell != nullptr && store::QCell::usable(cell->load(std::memory_order_relaxed)) ? cell : nullptr;
}

// The newest outcomes, in at most half of the time.
Lessons gather(const ExperienceScope& scope, const ReplayPlan& plan, ExperienceSkipped* skipped) {
  Lessons lessons;
  const int64_t deadline_ns = half_way_to(plan.deadline_ns);
  const LaterReports later(scope.history);
  uint64_t seen = 0;
  const uint64_t unreadable =
      store::visit_outcomes(scope.history, [&](const store::OutcomeRecord& outcome, uint32_t, uint64_t) {
        if (++seen % kLooksApart == 0 && over(deadline_ns)) {
          return false;
        }
        if (!is_experience(scope, outcome, skipped)) {
          return true;
        }
        store::Word* const cell = cell_of(outcome, scope.generation);
        if (cell == nullptr) {
          ++skipped->no_value;
          return true;
        }
        const uint32_t agent = store::StateKey::unpack(outcome.key).agent;
        lessons.push_back(
            {cell, target_today(scope, later, outcome), scope.active.profile(agent).learning.learning_rate});
        return lessons.size() < plan.rules.pool;
      });
  skipped->unreadable += unreadable;
  return lessons;
}

double mean_error(const Lessons& lessons) {
  double sum = 0;
  for (const Lesson& lesson : lessons) {
    sum += lesson.error();
  }
  return lessons.empty() ? 0 : sum / static_cast<double>(lessons.size());
}

void learn_again(Lesson& lesson, double weight, ReplayReport& report) {
  store::move_cell(*lesson.cell, lesson.target, lesson.step * static_cast<float>(weight));
  ++report.sampled;
  report.distinct += lesson.drawn ? 0 : 1;
  lesson.drawn = true;
}

void replay_uniform(Lessons& lessons, const ReplayPlan& plan, ReplayReport& report) {
  base::ThreadContext random{plan.seed};
  const auto count = static_cast<uint32_t>(lessons.size());
  for (uint32_t b = 0; goes_on(plan, b); ++b) {
    for (uint32_t i = 0; i < plan.rules.batch; ++i) {
      const auto draw = static_cast<uint32_t>(base::next_random(random) >> 32);
      learn_again(lessons[learn::scale(draw, count)], 1, report);
    }
  }
}

// Proportional prioritization (Schaul et al. 2016, "Prioritized experience replay"): P(i) = p_i / sum of all,
// p = (|error| + a little)^alpha; a batch is drawn, then each of it counts (N P(i))^-beta as a part of the
// largest of these in the batch.
class Prioritized {
 public:
  Prioritized(Lessons& lessons, const ReplayPlan& plan)
      : lessons_(lessons), plan_(plan), tree_(static_cast<uint32_t>(lessons.size())), random_{plan.seed} {
    for (uint32_t i = 0; i < lessons_.size(); ++i) {
      tree_.set(i, priority(lessons_[i]));
    }
    drawn_.resize(plan.rules.batch);
    weights_.resize(plan.rules.batch);
  }

  void run_batch(ReplayReport& report) {
    double largest = 0;
    for (size_t i = 0; i < drawn_.size(); ++i) {
      drawn_[i] = tree_.draw(static_cast<double>(base::next_random(random_) >> 11) * 0x1p-53);
      const double scaled = static_cast<double>(lessons_.size()) * tree_.weight(drawn_[i]) / tree_.total();
      weights_[i] = std::pow(scaled, -double{plan_.rules.beta});
      largest = std::max(largest, weights_[i]);
    }
    for (size_t i = 0; i < drawn_.size(); ++i) {
      learn_again(lessons_[drawn_[i]], weights_[i] / largest, report);
    }
    for (const uint32_t place : drawn_) {
      tree_.set(place, priority(lessons_[place]));
    }
  }

 private:
  double priority(const Lesson& lesson) const {
    return std::pow(lesson.error() + kSmallestError, double{plan_.rules.alpha});
  }

  Lessons& lessons_;
  const ReplayPlan& plan_;
  learn::SumTree tree_;
  base::ThreadContext random_;
  base::Vector<uint32_t> drawn_;
  base::Vector<double> weights_;
};

}  // namespace

ReplayReport replay(const ExperienceScope& scope, const ReplayPlan& plan) {
  ReplayReport report;
  Lessons lessons = gather(scope, plan, &report.skipped);
  report.outcomes = lessons.size();
  report.error_before = plan.errors ? mean_error(lessons) : 0;
  if (!lessons.empty() && plan.rules.prioritized) {
    Prioritized batches(lessons, plan);
    for (uint32_t b = 0; goes_on(plan, b); ++b) {
      batches.run_batch(report);
    }
  } else if (!lessons.empty()) {
    replay_uniform(lessons, plan, report);
  }
  report.error_after = plan.errors ? mean_error(lessons) : 0;
  return report;
}

}  // namespace remora::engine
