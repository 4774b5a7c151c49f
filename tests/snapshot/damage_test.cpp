// Damage is found before a value is believed, and nothing that is accepted can do harm.
#include <gtest/gtest.h>

#include "snapshot/mutation.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;

class Damage : public testing::Test {
 protected:
  Damage() {
    learned_.fill();
    bytes_ = learned_.folder().read(LearnedState::path_of(learned_.take()));
  }

  Code verify(std::span<const std::byte> file) {
    problem_.clear();
    const Code code = snapshot::verify(file, learned_.history(), &contents_, problem_);
    EXPECT_EQ(base::ok(code), problem_.text()[0] == '\0');
    return code;
  }

  LearnedState learned_;
  std::string bytes_;
  snapshot::Contents contents_;
  Problem problem_;
};

TEST_F(Damage, TheFileAsWrittenIsAccepted) {
  const Bytes bytes(bytes_);
  EXPECT_EQ(verify(bytes.all()), Code::kOk);
  EXPECT_EQ(contents_.info.rows, LearnedState::kRows);
}

TEST_F(Damage, NoChangedByteIsAccepted) {
  Bytes bytes(bytes_);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const std::byte right = bytes[i];
    for (unsigned change = 1; change < 256; ++change) {
      bytes[i] = right ^ static_cast<std::byte>(change);
      ASSERT_NE(verify(bytes.all()), Code::kOk) << "byte " << i << " changed by " << change;
    }
    bytes[i] = right;
  }
  EXPECT_EQ(verify(bytes.all()), Code::kOk);
}

TEST_F(Damage, NoPieceIsAccepted) {
  const Bytes bytes(bytes_);
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_NE(verify(bytes.first(size)), Code::kOk) << size;
  }
}

TEST_F(Damage, BytesBehindTheEndAreRefused) {
  for (const size_t more : {size_t{1}, size_t{7}, size_t{8}, size_t{128}, size_t{4'096}}) {
    const Bytes bytes(bytes_ + std::string(more, '\0'));
    EXPECT_EQ(verify(bytes.all()), Code::kDamaged) << more;
  }
}

// A forger puts the checksums right. All single bytes are tried with the changes that matter most: one bit,
// all bits, and what makes offsets small, large or negative.
TEST_F(Damage, NoForgedByteGetsAnythingHarmfulAccepted) {
  Bytes bytes(bytes_);
  uint64_t accepted = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const Bytes untouched(bytes_);
    for (const unsigned change :
         {0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x20U, 0x40U, 0x80U, 0xFFU, 0x7FU, 0x55U}) {
      bytes = Bytes(bytes_);
      bytes[i] ^= static_cast<std::byte>(change);
      bytes.forge();
      if (verify(bytes.all()) == Code::kOk) {
        ++accepted;
        expect_harmless(contents_, learned_.history());
      }
    }
  }
  // Dates, visits with their totals apart, and values within range may be forged: that is what a checksum
  // cannot stop.
  EXPECT_GT(accepted, 0u);
}

TEST_F(Damage, NoForgedPairOfBytesGetsAnythingHarmfulAccepted) {
  uint64_t random = 42;
  const auto next = [&random] {
    return random = random * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
  };
  for (int round = 0; round < 60'000; ++round) {
    Bytes bytes(bytes_);
    for (int change = 0; change < 3; ++change) {
      bytes[(next() >> 33) % bytes.size()] = static_cast<std::byte>(next() >> 40);
    }
    bytes.forge();
    if (verify(bytes.all()) == Code::kOk) {
      expect_harmless(contents_, learned_.history());
    }
  }
}

TEST_F(Damage, NoForgedWordGetsAnythingHarmfulAccepted) {
  for (size_t i = 0; i + 4 <= bytes_.size(); i += 2) {
    for (const uint32_t word :
         {0U, 1U, 4U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU, 0x7F800000U, 0x7FC00000U, 0x49742401U}) {
      Bytes bytes(bytes_);
      std::memcpy(&bytes[i], &word, sizeof word);
      bytes.forge();
      if (verify(bytes.all()) == Code::kOk) {
        expect_harmless(contents_, learned_.history());
      }
    }
  }
}

TEST_F(Damage, MoreBytesThanAreEverReadAreRefusedWhateverTheFilesSize) {
  snapshot::Envelope e = Bytes(bytes_).envelope();
  e.total_bytes = snapshot::kMaxFileBytes + 1;
  snapshot::seal(&e);
  EXPECT_EQ(snapshot::check_envelope(e, e.total_bytes, problem_), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("byte 16"), std::string::npos) << problem_.text();
}

TEST_F(Damage, OtherFormatsAreToldFromDamage) {
  Bytes bytes(bytes_);
  snapshot::Envelope e = bytes.envelope();
  const auto with = [&](auto change) {
    snapshot::Envelope changed = e;
    change(changed);
    snapshot::seal(&changed);
    bytes.set_envelope(changed);
    return verify(bytes.all());
  };
  EXPECT_EQ(with([](auto& c) { c.magic = 1; }), Code::kFormat);
  EXPECT_EQ(with([](auto& c) { c.endian_tag = 0x04030201; }), Code::kFormat);
  EXPECT_EQ(with([](auto& c) { c.format_version = 2; }), Code::kFormat);
  EXPECT_STREQ(problem_.text(), "byte 8: the file has format version 2, this library reads 1");
  EXPECT_EQ(with([](auto& c) { c.reserved[1] = 1; }), Code::kFormat);
  EXPECT_EQ(with([](auto& c) { c.kind = 5; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.rows = UINT64_MAX; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.rows += 1; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.visits += 1; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.chunks = UINT32_MAX; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.total_bytes -= 8; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.header_bytes += 8; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.header_bytes = UINT32_MAX; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.footer_bytes = UINT32_MAX; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.footer_bytes = 0; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.sequence += 1; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.taken_ns += 1; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.directory_id += 1; }), Code::kDamaged);
  EXPECT_EQ(with([](auto& c) { c.generation += 1; }), Code::kDamaged);
  EXPECT_EQ(with([](auto&) {}), Code::kOk);
}

// Blocks as a disk writes them, that were lost or came to lie elsewhere: refused, and also when a forger puts
// the checksums right, nothing harmful.
TEST_F(Damage, NoBlockThatIsLostDoubledOrSwappedIsAccepted) {
  store::Capacities larger = small_capacities();
  larger.states = 2'048;
  larger.names = 512;
  LearnedState learned(larger);
  learned.fill();
  for (uint32_t i = 0; i < 250; ++i) {
    const uint32_t task = name(learned.state(), store::Kind::kTaskType, "task-" + std::to_string(i));
    learned.learn_value({learned.alpha(), task, 0, 0}, i % 3,
                        {0.001F * static_cast<float>(i), 1 + i, 1'700'000'000 + i});
  }
  const std::string whole = learned.folder().read(LearnedState::path_of(learned.take()));
  uint64_t changed = 0;
  const auto try_it = [&](const std::string& damaged, size_t a, size_t b) {
    if (damaged == whole) {
      return;
    }
    ++changed;
    Bytes bytes(damaged);
    ASSERT_NE(snapshot::verify(bytes.all(), learned.history(), &contents_, problem_), Code::kOk)
        << "blocks at " << a << " and " << b;
    bytes.forge();
    if (snapshot::verify(bytes.all(), learned.history(), &contents_, problem_) == Code::kOk) {
      expect_harmless(contents_, learned.history());
    }
  };
  for (const size_t block : {size_t{512}, size_t{4'096}}) {
    ASSERT_GT(whole.size(), 2 * block);
    for (size_t a = 0; a + block <= whole.size(); a += block) {
      try_it(std::string(whole).replace(a, block, block, '\0'), a, a);
      for (size_t b = 0; b + block <= whole.size(); b += block) {
        std::string doubled = std::string(whole).replace(b, block, whole, a, block);
        try_it(doubled, a, b);
        try_it(doubled.replace(a, block, whole, b, block), a, b);  // swapped
      }
    }
  }
  EXPECT_GT(changed, 500U);
}

}  // namespace
}  // namespace remora::test
