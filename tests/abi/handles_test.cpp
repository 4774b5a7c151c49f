// Handles that are not open and pointers that are NULL: every function answers, none crashes.
#include <gmock/gmock.h>
#include <remora/remora_loader.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "abi/any_argument.hpp"
#include "abi/plugin.hpp"

namespace remora::abi_test {
namespace {

// Calls visit(name, function, parameter names) for every function whose first parameter is a handle.
template <class Visit>
void for_each_function_of_a_handle(Visit&& visit) {
#define F(name, since, tag, parameters)                                                   \
  if (const auto names = names_of(#parameters); !names.empty() && names[0] == "handle") { \
    visit("remora_" #name, plugin().name, names);                                         \
  }
#include <remora/functions.def>
#undef F
}

class Handles : public OpenPlugin {
 protected:
  static void expect_refused(uint64_t value) {
    for_each_function_of_a_handle(
        [&](const char* name, auto function, const std::vector<std::string>& names) {
          Arguments arguments(value, names);
          EXPECT_EQ(arguments.call(function), REMORA_E_HANDLE) << name << " with handle " << value;
        });
  }
};

TEST_F(Handles, ZeroIsRefusedByEveryFunction) { expect_refused(0); }

TEST_F(Handles, AClosedOneIsRefusedByEveryFunction) {
  const uint64_t closed = open_state();
  ASSERT_EQ(plugin().close(closed, &error), REMORA_OK) << error.text;
  expect_refused(closed);
  const uint64_t reopened = open_state();
  EXPECT_NE(reopened, closed) << "an old copy of the handle would reach the new one";
  expect_refused(closed);
  EXPECT_EQ(plugin().close(reopened, &error), REMORA_OK) << error.text;
}

TEST_F(Handles, NeighboursOfAnOpenOneAreRefused) {
  for (const uint64_t value :
       {handle - 1, handle + 1, handle ^ 1u, handle << 32, handle | uint64_t{1} << 63, ~handle}) {
    expect_refused(value);
  }
}

TEST_F(Handles, OneCutToThirtyTwoBitsIsRefused) {
  // What a foreign-function interface with undeclared types makes of a handle.
  if ((handle & 0xFFFFFFFFu) != handle) {
    expect_refused(handle & 0xFFFFFFFFu);
    expect_refused(handle >> 32);
  }
}

TEST_F(Handles, StayExactInADouble) { EXPECT_LT(handle, uint64_t{1} << 53); }

TEST_F(Handles, GarbageIsRefused) {
  std::mt19937_64 random(20240611);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t value = random() >> (i % 64);
    if (value != handle) {
      expect_refused(value);
    }
  }
}

TEST_F(Handles, ARefusedRouteStillNamesASafeChoice) {
  remora_task task = sized<remora_task>();
  task.agent = agent;
  remora_decision decision = sized<remora_decision>();
  decision.variant = 77;
  EXPECT_EQ(plugin().route(handle + 1, &task, &decision, &error), REMORA_E_HANDLE);
  EXPECT_EQ(decision.variant, 0u);
  EXPECT_EQ(decision.decision_id, 0u);
  EXPECT_EQ(decision.reason, REMORA_REASON_ERROR);
  EXPECT_EQ(error.code, REMORA_E_HANDLE);
  EXPECT_THAT(error.text, testing::HasSubstr("handle"));
}

TEST_F(Handles, ARefusedSafetyCheckAndGateSayNo) {
  const remora_safety_query query = sized<remora_safety_query>();
  remora_safety_verdict verdict = sized<remora_safety_verdict>();
  verdict.allowed = 1;
  EXPECT_EQ(plugin().safety_check(0, &query, &verdict, nullptr), REMORA_E_HANDLE);
  EXPECT_EQ(verdict.allowed, 0u);
  const remora_gate_query gate_query = sized<remora_gate_query>();
  remora_gate gate = sized<remora_gate>();
  gate.in = 1;
  EXPECT_EQ(plugin().rollout_gate(0, &gate_query, &gate, nullptr), REMORA_E_HANDLE);
  EXPECT_EQ(gate.in, 0u);
}

class NullPointers : public OpenPlugin {
 protected:
  // Parameters that a function takes as NULL, by its header. `function` of log_callback means "none".
  static bool may_be_null(const std::string& function, const std::string& parameter) {
    static const std::set<std::string> anywhere = {"error",  "options", "reward", "rewards",
                                                   "report", "needed",  "user",   "function"};
    static const std::set<std::pair<std::string, std::string>> somewhere = {
        {"remora_snapshot", "info"},           {"remora_restore", "info"},
        {"remora_agent_define", "id"},         {"remora_route_named", "task_type"},
        {"remora_task_rule_add", "task_type"},
    };
    return anywhere.contains(parameter) || somewhere.contains({function, parameter});
  }
};

TEST_F(NullPointers, AnOptionalOneChangesNothingOfTheAnswer) {
  for_each_function_of_a_handle(
      [&](const std::string& name, auto function, const std::vector<std::string>& names) {
        for (size_t place = 1; place < names.size(); ++place) {
          if (name == "remora_close" || !may_be_null(name, names[place])) {
            continue;
          }
          Arguments complete(handle, names);
          const int32_t code = complete.call(function);
          Arguments arguments(handle, names);
          arguments.set_null(place);
          EXPECT_EQ(arguments.call(function), code) << name << " without " << names[place];
        }
      });
}

// Which parameters are pointers shows in their types.
template <class... Parameters>
std::vector<bool> pointers_among(int32_t (*)(Parameters...)) {
  return {std::is_pointer_v<Parameters>...};
}

TEST_F(NullPointers, ARequiredOneIsAnError) {
  for_each_function_of_a_handle(
      [&](const std::string& name, auto function, const std::vector<std::string>& names) {
        const std::vector<bool> pointers = pointers_among(function);
        for (size_t place = 1; place < names.size(); ++place) {
          if (name == "remora_close" || !pointers[place] || may_be_null(name, names[place])) {
            continue;
          }
          Arguments complete(handle, names);
          const int32_t with_it = complete.call(function);
          Arguments arguments(handle, names);
          arguments.set_null(place);
          const int32_t code = arguments.call(function);
          // The other arguments may be found wrong first: which one is told is the library's choice.
          EXPECT_TRUE(code == REMORA_E_INVALID || (code < 0 && code == with_it))
              << name << " without " << names[place] << ": " << code << ", with it " << with_it;
        }
      });
}

TEST_F(NullPointers, AllAtOnceDoNoHarm) {
  for_each_function_of_a_handle(
      [&](const std::string& name, auto function, const std::vector<std::string>& names) {
        if (name == "remora_close") {
          return;
        }
        for (const uint64_t value : {handle, uint64_t{0}}) {
          Arguments arguments(value, names);
          for (size_t place = 1; place < names.size(); ++place) {
            arguments.set_null(place);
          }
          const int32_t code = arguments.call(function);
          EXPECT_NE(code, REMORA_E_INTERNAL) << name;
        }
      });
}

TEST_F(NullPointers, AreRefusedByTheFunctionsWithoutAHandle) {
  const remora_options options = small_options();
  uint64_t opened = 0;
  EXPECT_EQ(plugin().open(nullptr, 5, &options, &opened, &error), REMORA_E_INVALID);
  EXPECT_EQ(plugin().open("state", 5, &options, nullptr, &error), REMORA_E_INVALID);
  EXPECT_EQ(opened, 0u);
  EXPECT_EQ(plugin().version_text(nullptr, 10, nullptr), REMORA_E_INVALID);
  EXPECT_EQ(plugin().status_text(0, nullptr, 100, nullptr), REMORA_E_INVALID);
  uint32_t size = 0;
  EXPECT_EQ(plugin().struct_size(nullptr, &size), REMORA_E_INVALID);
  EXPECT_EQ(plugin().struct_size("remora_task", nullptr), REMORA_E_INVALID);
}

}  // namespace
}  // namespace remora::abi_test
