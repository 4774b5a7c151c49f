#include "evaluate/reward_model.hpp"

namespace remora::evaluate {

RewardModel::RewardModel(const Log& log) {
  for (size_t i = 0; i < log.size(); ++i) {
    const Logged& row = log[i];
    for (Sum* sum :
         {&of_context_[{row.context, row.pool, row.action}], &of_pool_[{0, row.pool, row.action}]}) {
      sum->count += 1;
      sum->reward += row.reward;
    }
  }
}

double RewardModel::expected(uint64_t context, uint64_t pool, uint32_t action) const {
  constexpr double kPoolWeight = 12;
  const auto parent = of_pool_.find({0, pool, action});
  if (parent == of_pool_.end()) {
    return 0;
  }
  const auto own = of_context_.find({context, pool, action});
  const Sum sum = own == of_context_.end() ? Sum{} : own->second;
  return (sum.reward + kPoolWeight * parent->second.mean()) / (sum.count + kPoolWeight);
}

}  // namespace remora::evaluate
