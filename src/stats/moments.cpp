#include "stats/moments.hpp"

#include <cmath>

namespace remora::stats {

Moments Moments::of_binary(uint64_t successes, uint64_t failures) {
  Moments moments;
  moments.count = successes + failures;
  if (moments.count != 0) {
    const auto count = static_cast<double>(moments.count);
    const double ones = static_cast<double>(successes);
    moments.mean = ones / count;
    moments.m2 = ones * (static_cast<double>(failures) / count);
  }
  return moments;
}

void Moments::add(double value) {
  if (!std::isfinite(value)) {
    return;
  }
  ++count;
  const double before = value - mean;
  mean += before / static_cast<double>(count);
  m2 += before * (value - mean);
}

void Moments::merge(const Moments& other) {
  if (other.count == 0) {
    return;
  }
  if (count == 0) {
    *this = other;
    return;
  }
  const auto mine = static_cast<double>(count);
  const auto theirs = static_cast<double>(other.count);
  const double share = theirs / (mine + theirs);
  const double difference = other.mean - mean;
  count += other.count;
  mean += difference * share;
  m2 += other.m2 + difference * difference * mine * share;
}

double Moments::variance() const { return count < 2 ? 0 : m2 / static_cast<double>(count - 1); }

double Moments::standard_deviation() const { return std::sqrt(variance()); }

}  // namespace remora::stats
