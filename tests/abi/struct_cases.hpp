// Every struct of the ABI in every function that takes it, for tests of the sizes that hosts announce.
#pragma once

#include <gmock/gmock.h>
#include <remora/remora_loader.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "abi/guarded.hpp"
#include "abi/plugin.hpp"

namespace remora::abi_test {

// Bytes of a struct in the first version that had it.
template <class Struct>
inline constexpr size_t kFirstSize = sizeof(Struct);
template <>
inline constexpr size_t kFirstSize<remora_task> = offsetof(remora_task, previous_decision);
template <>
inline constexpr size_t kFirstSize<remora_outcome> = offsetof(remora_outcome, next_decision);
template <>
inline constexpr size_t kFirstSize<remora_reward> = offsetof(remora_reward, tokens_term);
template <>
inline constexpr size_t kFirstSize<remora_q_cell> = offsetof(remora_q_cell, attempts);
template <>
inline constexpr size_t kFirstSize<remora_options> = offsetof(remora_options, snapshot_key);
template <>
inline constexpr size_t kFirstSize<remora_snapshot_info> = offsetof(remora_snapshot_info, key_id);

// One struct in one function that takes it.
struct Case {
  std::string name;
  size_t first_size;
  std::vector<std::byte> valid;  // the struct as a host of this ABI version passes it
  bool input;                    // the library reads more of it than struct_size
  std::function<int32_t(void*)> call;
};

// An array's stride for a struct of any announced size: aligned, as the sizeof of a real struct is.
template <class Struct>
uint64_t stride_of(const Struct& first) {
  return (uint64_t{first.struct_size} + 7) / 8 * 8;
}

class StructSizes : public OpenPlugin {
 protected:
  void SetUp() override {
    OpenPlugin::SetUp();
    remora_task task = sized<remora_task>();
    task.agent = agent;
    remora_decision decision = sized<remora_decision>();
    ASSERT_EQ(plugin().route(handle, &task, &decision, &error), REMORA_OK) << error.text;
    ASSERT_EQ(plugin().snapshot(handle, nullptr, &error), REMORA_OK) << error.text;
    ASSERT_EQ(plugin().record_result(handle, decision.decision_id, 1, 1000, &error), REMORA_OK) << error.text;
    uint64_t cursor = 0;
    uint32_t count = 0;
    event = sized<remora_event>();
    ASSERT_EQ(plugin().events(handle, &cursor, &event, sizeof event, 1, &count), REMORA_OK);
    ASSERT_EQ(count, 1u) << "a state that was opened and snapshotted has events";
    remora_rollout_plan plan = sized<remora_rollout_plan>();
    plan.agent = agent;
    plan.treatment = 1;
    ASSERT_EQ(plugin().rollout_start(handle, "rollout", 7, &plan, &rollout, &error), REMORA_OK) << error.text;
    add_inputs();
    add_outputs();
  }

  template <class Struct>
  void input(const std::string& name, const Struct& valid, std::function<int32_t(const Struct*)> call) {
    add(name, valid, true, [call](void* place) { return call(static_cast<const Struct*>(place)); });
  }
  template <class Struct>
  void output(const std::string& name, std::function<int32_t(Struct*)> call) {
    add(name, sized<Struct>(), false, [call](void* place) { return call(static_cast<Struct*>(place)); });
  }
  // Read for what is asked, then filled.
  template <class Struct>
  void question(const std::string& name, const Struct& valid, std::function<int32_t(Struct*)> call) {
    add(name, valid, true, [call](void* place) { return call(static_cast<Struct*>(place)); });
  }

  void add_inputs();
  void add_outputs();

  // Calls with `size` bytes announced and given.
  static int32_t call_with(const Case& c, size_t size) {
    Guarded memory(c.valid, size, static_cast<uint32_t>(size));
    const int32_t code = c.call(memory.place());
    EXPECT_TRUE(memory.intact()) << c.name << " wrote past the " << size << " bytes of its host's struct";
    return code;
  }

  std::vector<Case> cases;
  remora_event event{};
  remora_id rollout = 0;

 private:
  template <class Struct>
  void add(const std::string& name, const Struct& valid, bool input, std::function<int32_t(void*)> call) {
    std::vector<std::byte> bytes(sizeof valid);
    std::memcpy(bytes.data(), &valid, sizeof valid);
    cases.push_back({name, kFirstSize<Struct>, bytes, input, std::move(call)});
  }
};

}  // namespace remora::abi_test
