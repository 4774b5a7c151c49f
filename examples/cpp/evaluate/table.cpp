#include "table.hpp"

#include <cstdio>

namespace evaluate {
namespace {

void row(const char* name, const Estimate& estimate) {
  std::printf("  %-34s %10.6f   %10.6f .. %.6f\n", name, estimate.value, estimate.low, estimate.high);
}

}  // namespace

void print(const Answer& a) {
  std::printf("%llu decisions weighed, worth %.0f; largest weight %.2f, mean weight %.3f",
              static_cast<unsigned long long>(a.decisions), a.effective, a.largest_weight, a.mean_weight);
  if (a.left_out != 0) {
    std::printf("; %llu left out that no policy drew", static_cast<unsigned long long>(a.left_out));
  }
  if (a.verdict == Verdict::kRefused) {
    std::printf("\n%s\n", a.reason.c_str());
    return;
  }
  std::printf("\n\n  %-34s %10s   %s\n", "reward a decision", "estimate", "95 % interval");
  row("what the log brought", a.logged);
  row("inverse propensity (IPS)", a.ips);
  row("self-normalised (SNIPS)", a.snips);
  row("direct method (DM)", a.direct);
  row("doubly robust (DR)", a.doubly_robust);
}

}  // namespace evaluate
