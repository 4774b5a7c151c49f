// Cost of route and record through remora.hpp. See README.md.
#include <array>
#include <cstdlib>
#include <iostream>
#include <remora/remora.hpp>
#include <string>
#include <vector>

#include "bench.h"

namespace {

class Bench {
 public:
  Bench(remora::State state, remora::AgentId agent) : state_(std::move(state)) {
    for (int i = 0; i < kTypes; ++i) {
      remora::Task& task = tasks_.at(static_cast<size_t>(i));
      task.agent = agent;
      task.task_type = *state_.intern<remora::TaskTypeId>("type-" + std::to_string(i));
    }
  }

  void block(double* route, double* record) {
    std::array<uint64_t, kBlock> ids{};
    const int64_t begin = now_ns();
    for (size_t i = 0; i < kBlock; ++i) {
      const auto decision = state_.route(tasks_[i]);
      must(decision);
      ids[i] = decision->decision_id;
    }
    const int64_t middle = now_ns();
    for (const uint64_t id : ids) {
      must(state_.record_result(id, true, 1'000'000));
    }
    *record = each(middle, now_ns(), kBlock);
    *route = each(begin, middle, kBlock);
  }

  void batch(double* route, double* record) {
    int64_t begin = now_ns();
    must(state_.route_batch(tasks_, decisions_));
    *route = each(begin, now_ns(), kBatch);
    for (size_t i = 0; i < kBatch; ++i) {
      outcomes_[i].decision_id = decisions_[i].decision_id;
      outcomes_[i].success = 1;
      outcomes_[i].duration_ns = 1'000'000;
    }
    begin = now_ns();
    must(state_.record_outcome_batch(outcomes_, rewards_));
    *record = each(begin, now_ns(), kBatch);
  }

  void tick() { must(state_.tick()); }

 private:
  template <class Value>
  static void must(const remora::Result<Value>& result) {
    if (!result) {
      std::cerr << result.error().text() << '\n';
      std::abort();
    }
  }

  remora::State state_;
  std::array<remora::Task, kBatch> tasks_;
  std::array<remora::Decision, kBatch> decisions_;
  std::array<remora::Outcome, kBatch> outcomes_;
  std::array<remora::Reward, kBatch> rewards_;
};

// Calls measure(route, record) for so many samples, after a warm-up, with housekeeping between.
template <class Measure>
void sample(Bench& bench, std::vector<double>& route, std::vector<double>& record, size_t tick_every,
            Measure&& measure) {
  double unused = 0;
  for (size_t i = 0; i < route.size() / kWarmUp; ++i) {
    measure(&unused, &unused);
  }
  for (size_t i = 0; i < route.size(); ++i) {
    measure(&route[i], &record[i]);
    if (i % tick_every == 0) {
      bench.tick();
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto library = remora::Library::load();
  remora::Options options;
  options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_EXISTING;
  auto state = library ? library->open(argc == 2 ? argv[1] : "", options) : remora::Result<remora::State>{};
  if (!library || !state) {
    std::cerr << (library ? state.error() : library.error()).text() << '\n';
    return 1;
  }
  const auto agent = state->find<remora::AgentId>("backend-architect");
  Bench bench(std::move(state).value(), *agent);
  std::vector<double> route(kBlocks);
  std::vector<double> record(kBlocks);
  std::vector<double> route_batch(kBatches);
  std::vector<double> record_batch(kBatches);
  sample(bench, route, record, kTickEvery, [&](double* a, double* b) { bench.block(a, b); });
  sample(bench, route_batch, record_batch, kTickEvery / 4, [&](double* a, double* b) { bench.batch(a, b); });
  print_line("C++", route.data(), record.data(), route.size(), route_batch.data(), record_batch.data(),
             route_batch.size());
  return 0;
}
