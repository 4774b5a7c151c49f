#include "engine/outcome_image.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;
using store::Kind;

Code metric_indices(const Call& call, const remora_outcome& o, uint16_t (&indices)[store::kMaxMetrics],
                    Problem& problem) {
  for (uint32_t i = 0; i < o.metric_count; ++i) {
    uint32_t index = 0;
    if (const Code code =
            index_of(call.history, o.metric_ids[i], Kind::kMetric, "metric_ids", &index, problem);
        !ok(code)) {
      return code;
    }
    indices[i] = static_cast<uint16_t>(index);
  }
  return Code::kOk;
}

}  // namespace remora::engine
