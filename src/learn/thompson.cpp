// Thompson sampling draws a value for each variant from its posterior and takes the highest. What it does can
// as well be done the other way round: work out with which probability each variant is the highest, and draw
// one by that. So the propensity is known, and one draw a decision is enough.
//
// For two normal posteriors that probability is Phi(z), z = (m - n) / sqrt(v + w). With more of them there is
// no closed form: here each variant's odds against the one of the highest mean, Phi(z) / (1 - Phi(z)), are
// taken as its weight. That is exact for two variants and for any number of equals. Elsewhere a variant of
// which little is known is drawn less than Thompson would when several others are about as good: the
// probabilities of 3 to 8 random posteriors are 0.03 away on average, 0.2 at most
// (tests/learn/thompson_test.cpp). No odds are taken below 1.8e-5, those of z = -4: no variant is ever given
// up, and no propensity is so small that an estimate weighted by it would be lost.
#include "learn/drawing.hpp"
#include "learn/weights.hpp"

namespace remora::learn {
namespace {

constexpr float kLowestZ = -4.0F;
constexpr float kPi = 3.14159265F;

// Phi(z) / (1 - Phi(z)) = e^(1.5976 z + 0.07056 z^3), Phi within 1.4e-4 (Bowling et al. 2009, "A logistic
// approximation to the cumulative normal distribution").
base::Floats4 normal_odds(base::Floats4 z) { return exponential(z * (1.5976F + 0.07056F * z * z)); }

// The square root, and 0 of 0.
base::Floats4 root(base::Floats4 x) { return x * inverse_root(base::larger(x, base::all_lanes(1e-20F))); }

// 2 arcsin(sqrt(share)) for a share from 0 to 1, nearly (Abramowitz and Stegun 1964, 4.4.45).
base::Floats4 angle(base::Floats4 share) {
  const base::Floats4 cosine = 1.0F - 2.0F * share;
  const base::Floats4 size = base::larger(cosine, -cosine);
  const base::Floats4 arc =
      root(1.0F - size) * (1.5707288F + size * (-0.2121144F + size * (0.0742610F - 0.0187293F * size)));
  return base::select(base::Bits4(cosine < 0.0F), kPi - arc, arc);
}

// Each variant's odds against the leader, who has the highest of the posterior means. A variance counts
// `unit` times. Returns that mean, in every lane.
template <typename Count>
base::Floats4 weigh_by_odds(const float* mean, const float* variance, float unit, Count count,
                            uint64_t eligible, float* odds) {
  const base::Floats4 best = highest(mean, count, eligible);
  base::Floats4 leader = {};  // variance of the one with the highest mean; of several, the largest
  for (uint32_t first = 0; first < count; first += kLanes) {
    const base::Bits4 leads = base::lanes_of(eligible >> first) & base::Bits4(load(mean + first) == best);
    leader = base::larger(leader, base::select(leads, load(variance + first), base::Floats4{}));
  }
  leader = base::largest(leader);
  for (uint32_t first = 0; first < count; first += kLanes) {
    const base::Floats4 z =
        (load(mean + first) - best) * inverse_root((load(variance + first) + leader) * unit);
    store(base::select(base::lanes_of(eligible >> first),
                       normal_odds(base::larger(z, base::all_lanes(kLowestZ))), base::Floats4{}),
          odds + first);
  }
  return best;
}

template <typename Count>
PolicyChoice draw_by_odds(const float* mean, const float* variance, float unit, Count count,
                          uint64_t eligible, uint64_t draw) {
  alignas(16) float odds[store::kMaxVariants];
  const base::Floats4 best = weigh_by_odds(mean, variance, unit, count, eligible, odds);
  PolicyChoice choice = draw_by_weight(odds, count, draw);
  choice.explored = mean[choice.variant] < best[0];
  return choice;
}

// On the scale of the angle a share of successes has about the variance 1 / n whatever it is (Anscombe 1948),
// so that a Beta posterior, skew as it may be, is nearly normal there. The variance is taken a fifth smaller:
// that regrets least (tests/learn/regret_test.cpp).
constexpr float kAngleVariance = 0.81F;

template <typename Count>
void angles_of(const Beliefs& beliefs, Count count, float* mean) {
  for (uint32_t first = 0; first < count; first += kLanes) {
    const base::Floats4 share = smaller(load(beliefs.mean + first), base::all_lanes(1.0F));
    store(angle(base::larger(share, base::Floats4{})), mean + first);
  }
}

}  // namespace

PolicyChoice choose_thompson(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                             uint64_t draw) {
  return by_width(beliefs.count, [&](auto count) {
    return draw_by_odds(beliefs.mean, beliefs.variance, settings.spread * settings.spread, count, eligible,
                        draw);
  });
}

void weigh_thompson(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights) {
  weigh_by_odds(beliefs.mean, beliefs.variance, settings.spread * settings.spread, beliefs.count, eligible,
                weights);
}

PolicyChoice choose_thompson_beta(const Settings&, const Beliefs& beliefs, uint64_t eligible, uint64_t draw) {
  return by_width(beliefs.count, [&](auto count) {
    alignas(16) float mean[store::kMaxVariants];
    angles_of(beliefs, count, mean);
    return draw_by_odds(mean, beliefs.variance, kAngleVariance, count, eligible, draw);
  });
}

void weigh_thompson_beta(const Settings&, const Beliefs& beliefs, uint64_t eligible, float* weights) {
  alignas(16) float mean[store::kMaxVariants];
  angles_of(beliefs, beliefs.count, mean);
  weigh_by_odds(mean, beliefs.variance, kAngleVariance, beliefs.count, eligible, weights);
}

}  // namespace remora::learn
