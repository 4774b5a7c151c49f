// Drawing in proportion to weights that change.
#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>

#include <cmath>
#include <random>
#include <vector>

#include "learn/sum_tree.hpp"

namespace remora::learn {
namespace {

constexpr double kBelowOne = 0x1.fffffffffffffp-1;

// Pearson's statistic of how often each place was drawn, and what it stays below in all but one of a million
// runs.
struct Fit {
  double statistic = 0, limit = 0;
};

Fit fit_of(const SumTree& tree, uint32_t places, uint64_t seed, int draws) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> share(0, 1);
  std::vector<int> counts(places, 0);
  for (int i = 0; i < draws; ++i) {
    ++counts.at(tree.draw(std::min(share(random), kBelowOne)));
  }
  Fit fit;
  int classes = 0;
  for (uint32_t i = 0; i < places; ++i) {
    const double expected = draws * tree.weight(i) / tree.total();
    if (expected == 0) {
      EXPECT_EQ(counts[i], 0) << "place " << i << " of weight 0 was drawn, seed " << seed;
      continue;
    }
    EXPECT_GT(expected, 5) << "too few draws for the test to mean anything";
    fit.statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
    ++classes;
  }
  const boost::math::chi_squared distribution(classes - 1);
  fit.limit = boost::math::quantile(boost::math::complement(distribution, 1e-6));
  return fit;
}

TEST(SumTree, DrawsEachPlaceInProportionToItsWeight) {
  constexpr uint32_t kPlaces = 100;
  SumTree tree(kPlaces);
  for (uint32_t i = 0; i < kPlaces; ++i) {
    tree.set(i, i % 7 == 0 ? 0 : std::pow(1 + i % 13, 0.6));
  }
  const Fit fit = fit_of(tree, kPlaces, 20'261'126, 200'000);
  EXPECT_LT(fit.statistic, fit.limit) << "seed 20261126";
}

TEST(SumTree, FollowsWeightsThatChange) {
  constexpr uint32_t kPlaces = 37;
  SumTree tree(kPlaces);
  for (uint32_t i = 0; i < kPlaces; ++i) {
    tree.set(i, 1);
  }
  for (uint32_t i = 0; i < kPlaces; i += 2) {
    tree.set(i, 5);
  }
  tree.set(3, 0);
  EXPECT_DOUBLE_EQ(tree.total(), 19 * 5 + 17);
  const Fit fit = fit_of(tree, kPlaces, 7, 100'000);
  EXPECT_LT(fit.statistic, fit.limit) << "seed 7";
}

TEST(SumTree, TheTestTellsOtherWeightsApart) {
  constexpr uint32_t kPlaces = 10;
  SumTree drawn(kPlaces);
  for (uint32_t i = 0; i < kPlaces; ++i) {
    drawn.set(i, 1 + 0.1 * i);
  }
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> share(0, 1);
  double statistic = 0;
  std::vector<int> counts(kPlaces, 0);
  for (int i = 0; i < 100'000; ++i) {
    ++counts.at(drawn.draw(std::min(share(random), kBelowOne)));
  }
  for (const int count : counts) {
    statistic += (count - 10'000.0) * (count - 10'000.0) / 10'000.0;  // held against equal weights
  }
  const boost::math::chi_squared distribution(kPlaces - 1);
  EXPECT_GT(statistic, boost::math::quantile(boost::math::complement(distribution, 1e-6)));
}

TEST(SumTree, NeverDrawsWhatWeighsNothingAtEitherEnd) {
  for (const uint32_t places : {1U, 2U, 3U, 5U, 64U, 65U}) {
    SumTree tree(places);
    tree.set(places / 2, 0.1);
    EXPECT_EQ(tree.draw(0), places / 2) << places;
    EXPECT_EQ(tree.draw(kBelowOne), places / 2) << places;
  }
}

}  // namespace
}  // namespace remora::learn
