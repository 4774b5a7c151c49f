// Taking a generation away while threads are inside: whoever may still hold it is waited for. The threads'
// side and the waiting are the library's; the switch between them is that of State::follow and
// retire_generations, without the files.
#include <gtest/gtest.h>

#include "base/asymmetric_fence.hpp"
#include "model/small_state.hpp"
#include "store/stripe.hpp"

namespace remora::model {
namespace {

using store::Seat;
using store::Stripe;

// A generation as far as the protocol goes: what is there, and whether it is still mapped.
struct Mapped {
  std::atomic<uint64_t> value{0};
  uint64_t unmapped = 0;  // plain: reading it while it is written is the reader's fault to find
};

class GenerationModel : public testing::Test {
 protected:
  GenerationModel() {
    world_.watch(stripes_, sizeof stripes_);
    world_.name("inside", stripes_, store::kStripes, &Stripe::inside);
    world_.watch(mapped_, sizeof mapped_);
    world_.name("value", mapped_, 2, &Mapped::value);
    world_.name("unmapped", mapped_, 2, &Mapped::unmapped);
    world_.watch(&present_, sizeof present_);
    world_.name({"present", reinterpret_cast<uintptr_t>(&present_), 8, 1, 8});
    explorer_ = std::make_unique<Explorer>(world_);
  }

  // A call: enters, follows the pointer, uses what it points to, leaves.
  Actor caller(std::string name, uint32_t thread, bool writes) {
    return {std::move(name), [this, thread, writes] {
              const Seat seat(stripes_, thread);
              seat.enter();
              Mapped& generation = mapped_[present_.load(std::memory_order_seq_cst)];
              require(generation.unmapped == 0, "a generation is used that is gone");
              if (writes) {
                generation.value.fetch_add(1, std::memory_order_relaxed);
              } else {
                generation.value.load(std::memory_order_relaxed);
              }
              seat.leave();
            }};
  }
  Actor restorer() {
    return {"restorer", [this] {
              present_.store(1, std::memory_order_seq_cst);
              if (store::all_left(stripes_, 0)) {
                mapped_[0].unmapped = 1;
              }
            }};
  }
  Model model(uint32_t first, uint32_t second) {
    return {"generation switch",
            {},
            {caller("reader", first, false), caller("recorder", second, true), restorer()},
            {}};
  }
  Model pair(uint32_t thread) {
    return {"generation switch, one caller", {}, {caller("recorder", thread, true), restorer()}, {}};
  }
  bool found(const Model& model, const Mutation& mutation) {
    Options options{.order = Order::kRelaxed, .heavy_fences = true};
    options.mutation = mutation;
    const Result result = explorer_->explore(model, options);
    EXPECT_GT(result.broken_here, 0U) << mutation.title;
    std::printf("%s, %s: %s\n", model.name.c_str(), mutation.title.c_str(),
                result.violation.empty() ? "NOT FOUND" : "found");
    return !result.violation.empty();
  }
  void expect_none(const Model& model, const Options& options) {
    const Result result = explorer_->explore(model, options);
    std::printf("%s: %s\n", model.name.c_str(), result.text().c_str());
    EXPECT_EQ(result.violation, "");
  }

  static constexpr uint32_t kOwn = 0;                      // a thread with a stripe of its own
  static constexpr uint32_t kShared = store::kOwnStripes;  // one that shares
  World world_;
  std::unique_ptr<Explorer> explorer_;
  Stripe stripes_[store::kStripes];
  Mapped mapped_[2];
  std::atomic<uint64_t> present_{0};
};

TEST_F(GenerationModel, KeepsWhatACallMayHold) {
  const Options relaxed{.order = Order::kRelaxed, .heavy_fences = true};
  expect_none(pair(kOwn), relaxed);
  expect_none(pair(kShared), relaxed);
  expect_none(model(kOwn, kShared),
              {.order = Order::kRelaxed, .heavy_fences = true, .preemptions = bound(2)});
  expect_none(model(kShared, kShared), {.crash = true});
}

TEST_F(GenerationModel, BreaksWithoutItsOrder) {
  EXPECT_TRUE(found(
      pair(kOwn),
      {"no fence reaches the threads", Break::kWeaken, {}, Kind::kHeavyFence, std::memory_order_seq_cst}));
  EXPECT_TRUE(found(pair(kOwn), {"a thread leaves without release", Break::kWeaken, "inside", Kind::kStore,
                                 std::memory_order_release}));
  EXPECT_TRUE(found(pair(kShared), {"a thread that shares leaves without release", Break::kWeaken, "inside",
                                    Kind::kUpdate, std::memory_order_release}));
  EXPECT_TRUE(found(pair(kOwn), {"nobody says that it is inside", Break::kSkip, "inside", Kind::kStore,
                                 std::memory_order_relaxed}));
}

}  // namespace
}  // namespace remora::model
