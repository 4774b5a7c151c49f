#include "store/names.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using test::is_ok;
using test::TestState;

constexpr Kind kKindsInUse[] = {Kind::kCategory, Kind::kAgent,  Kind::kTaskType,
                                Kind::kLabel,    Kind::kMetric, Kind::kRollout};

class Names : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }

  uint32_t add(Kind kind, std::string_view text) {
    uint32_t index = UINT32_MAX;
    EXPECT_TRUE(is_ok(add_name(history(), kind, text, &index, problem_), problem_)) << text;
    return index;
  }

  // Leaves the newest name as a writer leaves it that dies behind the entry and before its place in the hash
  // index, with or without the steps between.
  void forget_last(Kind kind, bool counted) {
    const uint64_t entry = history().names_head->count.load();
    for (uint64_t slot = 0; slot <= history().name_slot_mask; ++slot) {
      if (history().name_slots[slot].load() == entry) {
        history().name_slots[slot] = 0;
      }
    }
    if (!counted) {
      --history().names_head->kind_count[static_cast<uint32_t>(kind)];
    }
  }

  TestState state_;
  base::Problem problem_;
};

TEST_F(Names, AreFoundByTextAndByIndex) {
  for (const Kind kind : kKindsInUse) {
    for (uint32_t i = 0; i < 10; ++i) {
      ASSERT_EQ(add(kind, "name-" + std::to_string(i)), i);
    }
  }
  for (const Kind kind : kKindsInUse) {
    EXPECT_EQ(name_count(history(), kind), 10U);
    for (uint32_t i = 0; i < 10; ++i) {
      const std::string text = "name-" + std::to_string(i);
      uint32_t index = UINT32_MAX;
      ASSERT_TRUE(find_name(history(), kind, text, &index)) << text;
      EXPECT_EQ(index, i);
      EXPECT_EQ(name_text(history(), kind, i), text);
    }
  }
}

TEST_F(Names, OfOneKindAreNotThoseOfAnother) {
  add(Kind::kLabel, "urgent");
  uint32_t index = 0;
  EXPECT_FALSE(find_name(history(), Kind::kTaskType, "urgent", &index));
  EXPECT_EQ(name_count(history(), Kind::kTaskType), 0U);
}

TEST_F(Names, AreComparedWholeAndByteByByte) {
  add(Kind::kAgent, "architect");
  uint32_t index = 0;
  for (const std::string_view other : {"architec", "architects", "Architect", ""}) {
    EXPECT_FALSE(find_name(history(), Kind::kAgent, other, &index)) << other;
  }
  EXPECT_FALSE(find_name(history(), Kind::kAgent, std::string_view("architect\0", 10), &index));
}

TEST_F(Names, MayFillTheirPlaceToTheLastByte) {
  const std::string longest(kMaxNameBytes, 'n');
  EXPECT_EQ(name_text(history(), Kind::kLabel, add(Kind::kLabel, longest)), longest);
}

TEST_F(Names, AddedTwiceAreOne) {
  const uint32_t first = add(Kind::kTaskType, "debugging");
  EXPECT_EQ(add(Kind::kTaskType, "debugging"), first);
  EXPECT_EQ(name_count(history(), Kind::kTaskType), 1U);
}

TEST_F(Names, AnswerNothingForAnIndexThatIsNone) {
  add(Kind::kLabel, "one");
  EXPECT_EQ(name_text(history(), Kind::kLabel, 1), "");
  EXPECT_EQ(name_text(history(), Kind::kLabel, UINT32_MAX), "");
  EXPECT_EQ(name_text(history(), static_cast<Kind>(0), 0), "");
  EXPECT_EQ(name_text(history(), static_cast<Kind>(kLastKind + 1), 0), "");
}

TEST_F(Names, AreRefusedWhenAllPlacesAreTakenAndStayReadable) {
  const uint32_t all = history().capacities.names;
  const uint32_t capacity = all - all / 8;  // the rest is kept for what is registered
  for (uint32_t i = 0; i < capacity; ++i) {
    ASSERT_EQ(add(Kind::kLabel, "label-" + std::to_string(i)), i);
  }
  uint32_t index = 0;
  EXPECT_EQ(add_name(history(), Kind::kLabel, "one more", &index, problem_), Code::kFull);
  EXPECT_NE(std::string(problem_.text()).find(std::to_string(all)), std::string::npos);
  for (uint32_t i = capacity; i < all; ++i) {
    add(Kind::kTaskType, "type-" + std::to_string(i));
  }
  EXPECT_EQ(add_name(history(), Kind::kTaskType, "one more", &index, problem_), Code::kFull);
  EXPECT_FALSE(find_name(history(), Kind::kLabel, "one more", &index));
  for (uint32_t i = 0; i < capacity; ++i) {
    ASSERT_TRUE(find_name(history(), Kind::kLabel, "label-" + std::to_string(i), &index));
    ASSERT_EQ(index, i);
  }
}

TEST_F(Names, OfAKindWithAFixedTableAreRefusedAtItsEnd) {
  for (uint32_t i = 0; i < history().capacities.agents; ++i) {
    add(Kind::kAgent, "agent-" + std::to_string(i));
  }
  uint32_t index = 0;
  EXPECT_EQ(add_name(history(), Kind::kAgent, "one more", &index, problem_), Code::kFull);
  EXPECT_NE(std::string(problem_.text()).find("one more"), std::string::npos);
  add(Kind::kLabel, "another kind");
}

TEST_F(Names, LeftHalfDoneByADeadWriterAreCompletedByTheNext) {
  for (const bool counted : {false, true}) {
    const std::string text = counted ? "died late" : "died early";
    const uint32_t index = add(Kind::kTaskType, text);
    forget_last(Kind::kTaskType, counted);
    uint32_t found = UINT32_MAX;
    ASSERT_FALSE(find_name(history(), Kind::kTaskType, text, &found));
    repair_names(history());
    ASSERT_TRUE(find_name(history(), Kind::kTaskType, text, &found));
    EXPECT_EQ(found, index);
    EXPECT_EQ(name_text(history(), Kind::kTaskType, index), text);
  }
}

TEST_F(Names, LeftHalfDoneByADeadWriterAreNotAddedASecondTime) {
  for (const bool counted : {false, true}) {
    const std::string text = counted ? "died late" : "died early";
    const uint32_t index = add(Kind::kLabel, text);
    forget_last(Kind::kLabel, counted);
    EXPECT_EQ(add(Kind::kLabel, text), index);
    const uint32_t next = add(Kind::kLabel, text + ", then another");
    EXPECT_EQ(next, index + 1);
    EXPECT_EQ(name_text(history(), Kind::kLabel, index), text);
    EXPECT_EQ(name_text(history(), Kind::kLabel, next), text + ", then another");
  }
}

TEST_F(Names, OfADamagedIndexLeadNowhereOutside) {
  add(Kind::kLabel, "sound");
  for (uint64_t slot = 0; slot <= history().name_slot_mask; ++slot) {
    uint64_t free = 0;
    history().name_slots[slot].compare_exchange_strong(free, UINT64_MAX - slot);
  }
  uint32_t index = UINT32_MAX;
  EXPECT_FALSE(find_name(history(), Kind::kLabel, "missing", &index));
  ASSERT_TRUE(find_name(history(), Kind::kLabel, "sound", &index));
  EXPECT_EQ(index, 0U);
}

TEST_F(Names, OfADamagedEntryAreNotRepairedOutsideTheirIndex) {
  add(Kind::kLabel, "last");
  NameEntry& entry = history().names[history().names_head->count.load() - 1];
  const uint32_t sound_kind = entry.kind;
  const uint32_t sound_index = entry.index;
  forget_last(Kind::kLabel, true);
  for (const uint32_t kind : {0U, kLastKind + 1, 0x40000000U, UINT32_MAX}) {
    entry.kind = kind;
    repair_names(history());
  }
  entry.kind = sound_kind;
  for (const uint32_t index : {history().capacities.names, UINT32_MAX}) {
    entry.index = index;
    repair_names(history());
  }
  uint32_t index = 0;
  EXPECT_FALSE(find_name(history(), Kind::kLabel, "last", &index));
  entry.index = sound_index;
  repair_names(history());
  EXPECT_TRUE(find_name(history(), Kind::kLabel, "last", &index));
}

TEST_F(Names, OfADamagedEntryAreNotFound) {
  const uint32_t first = add(Kind::kLabel, "first");
  add(Kind::kLabel, "second");
  NameEntry& entry = history().names[history().names_head->count.load() - 1];
  uint32_t index = UINT32_MAX;
  for (const uint32_t size : {0U, 5U, kMaxNameBytes + 1, UINT32_MAX}) {
    entry.size = size;
    EXPECT_FALSE(find_name(history(), Kind::kLabel, "second", &index)) << size;
  }
  EXPECT_EQ(name_text(history(), Kind::kLabel, 1), "") << "a size that no name has leads nowhere outside";
  entry.size = 6;
  entry.kind = static_cast<uint32_t>(Kind::kMetric);
  EXPECT_FALSE(find_name(history(), Kind::kLabel, "second", &index)) << "of another kind than its hash";
  ASSERT_TRUE(find_name(history(), Kind::kLabel, "first", &index));
  EXPECT_EQ(index, first);
}

TEST_F(Names, OfAnEntryWhoseIndexNoRecordHasAreNotFound) {
  add(Kind::kAgent, "architect");
  add(Kind::kRollout, "first");
  const uint64_t count = history().names_head->count.load();
  uint32_t index = UINT32_MAX;
  history().names[count - 2].index = history().capacities.agents;
  EXPECT_FALSE(find_name(history(), Kind::kAgent, "architect", &index));
  history().names[count - 1].index = history().capacities.rollouts;
  EXPECT_FALSE(find_name(history(), Kind::kRollout, "first", &index));
  const uint32_t rollouts = name_count(history(), Kind::kRollout);
  repair_names(history());
  EXPECT_EQ(name_count(history(), Kind::kRollout), rollouts) << "all places would pass for used";
  EXPECT_EQ(add(Kind::kRollout, "second"), rollouts);
}

TEST_F(Names, OfADamagedPlaceAreNone) {
  add(Kind::kLabel, "only");
  std::atomic<uint32_t>& place =
      history().kind_index[static_cast<uint64_t>(Kind::kLabel) * history().capacities.names];
  for (const uint32_t wrong : {0U, history().capacities.names + 1, UINT32_MAX}) {
    place.store(wrong);
    EXPECT_EQ(name_text(history(), Kind::kLabel, 0), "") << wrong;
  }
}

TEST_F(Names, OfADamagedCountAreNoneAndNoneIsAdded) {
  add(Kind::kLabel, "only");
  const uint64_t wrong = history().capacities.names + 1ULL;
  history().names_head->count.store(wrong);
  repair_names(history());
  uint32_t index = 0;
  EXPECT_EQ(add_name(history(), Kind::kLabel, "next", &index, problem_), Code::kFull);
  EXPECT_TRUE(find_name(history(), Kind::kLabel, "only", &index));
  history().names_head->kind_count[static_cast<uint32_t>(Kind::kLabel)].store(wrong);
  EXPECT_EQ(name_count(history(), Kind::kLabel), 0U);
  EXPECT_EQ(name_text(history(), Kind::kLabel, 0), "");
}

TEST_F(Names, AreNotRepairedWhereADamagedIndexHasNoPlace) {
  add(Kind::kLabel, "last");
  forget_last(Kind::kLabel, false);
  for (uint64_t slot = 0; slot <= history().name_slot_mask; ++slot) {
    history().name_slots[slot].store(UINT64_MAX);
  }
  repair_names(history());
  EXPECT_EQ(name_count(history(), Kind::kLabel), 0U);
  for (uint64_t slot = 0; slot <= history().name_slot_mask; ++slot) {
    ASSERT_EQ(history().name_slots[slot].load(), UINT64_MAX);
  }
}

// After a power loss: the names up to the first that is not whole, whatever the index says.
class RebuiltNames : public Names {
 protected:
  RebuiltNames() {
    add(Kind::kLabel, "first");
    add(Kind::kTaskType, "second");
    add(Kind::kLabel, "third");
  }
  NameEntry& second() const { return history().names[1]; }
  void expect_the_first_alone() {
    rebuild_names(history());
    EXPECT_EQ(history().names_head->count.load(), 1U);
    EXPECT_EQ(name_text(history(), Kind::kLabel, 0), "first");
    EXPECT_EQ(name_count(history(), Kind::kLabel), 1U);
    EXPECT_EQ(name_count(history(), Kind::kTaskType), 0U);
    uint32_t index = 0;
    EXPECT_FALSE(find_name(history(), Kind::kLabel, "third", &index));
    EXPECT_EQ(add(Kind::kLabel, "another"), 1U);
  }
};

TEST_F(RebuiltNames, AreAllThereWhenAllAreWhole) {
  for (uint64_t slot = 0; slot <= history().name_slot_mask; ++slot) {
    history().name_slots[slot].store(0);
  }
  rebuild_names(history());
  EXPECT_EQ(history().names_head->count.load(), 3U);
  EXPECT_EQ(name_text(history(), Kind::kLabel, 1), "third");
  uint32_t index = UINT32_MAX;
  EXPECT_TRUE(find_name(history(), Kind::kTaskType, "second", &index));
  EXPECT_EQ(index, 0U);
}

TEST_F(RebuiltNames, AreAllThereWhenTheTableIsFull) {
  const uint32_t all = history().capacities.names;
  for (uint32_t i = 3; i < all; ++i) {
    add(Kind::kTaskType, "type-" + std::to_string(i));
  }
  rebuild_names(history());
  EXPECT_EQ(history().names_head->count.load(), all);
  EXPECT_EQ(name_count(history(), Kind::kTaskType), all - 2);
}

TEST_F(RebuiltNames, EndAtAKindThatIsNone) {
  second().kind = kLastKind + 1;
  expect_the_first_alone();
}

TEST_F(RebuiltNames, EndAtAKindThatWasNotWritten) {
  second().kind = 0;
  expect_the_first_alone();
}

TEST_F(RebuiltNames, EndAtANumberOutOfOrder) {
  second().index = 4;
  expect_the_first_alone();
}

TEST_F(RebuiltNames, EndAtATextThatIsNotThatOfItsHash) {
  second().text[0] = '\0';
  expect_the_first_alone();
}

TEST(Kinds, HaveAWordInEveryMessage) {
  std::set<std::string> words;
  for (const Kind kind : kKindsInUse) {
    words.insert(name_of_kind(kind));
  }
  EXPECT_EQ(words.size(), std::size(kKindsInUse));
  EXPECT_FALSE(words.contains(name_of_kind(static_cast<Kind>(kLastKind + 1))));
}

TEST(NameIds, CarryKindAndIndex) {
  std::set<uint32_t> ids;
  for (const Kind kind : kKindsInUse) {
    for (const uint32_t index : {0U, 1U, 0xFFFFFFU}) {
      const uint32_t id = make_id(kind, index);
      EXPECT_EQ(id_kind(id), static_cast<uint32_t>(kind));
      EXPECT_EQ(id_index(id), index);
      EXPECT_NE(id, 0U);
      ids.insert(id);
    }
  }
  EXPECT_EQ(ids.size(), 18U);
}

}  // namespace
}  // namespace remora::store
