// Who has the key can tell its own snapshots from others', whatever an attacker without it writes.
#include "snapshot/seal.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "snapshot/active_file.hpp"
#include "snapshot/mutation.hpp"
#include "snapshot/restore.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;
using store::SnapshotTrust;

store::SnapshotKey key_of(uint8_t seed) {
  store::SnapshotKey key;
  for (size_t i = 0; i < key.secret.size(); ++i) {
    key.secret[i] = static_cast<uint8_t>(seed + i);
  }
  key.id = snapshot::key_id_of(key.secret);
  return key;
}

SnapshotTrust trust_of(uint8_t seed, bool required) {
  SnapshotTrust trust;
  trust.keys.front() = key_of(seed);
  trust.required = required;
  return trust;
}

const SnapshotTrust kOurs = trust_of(1, true);
const SnapshotTrust kOursIfSigned = trust_of(1, false);
const SnapshotTrust kTheirs = trust_of(2, true);
const SnapshotTrust kTheirsIfSigned = trust_of(2, false);

// Bytes of a snapshot of some other directory with the same agents.
std::string snapshot_by(const SnapshotTrust& trust) {
  LearnedState maker(small_capacities(), trust);
  maker.fill();
  return maker.folder().read(LearnedState::path_of(maker.take()));
}

class Sealed : public testing::Test {
 protected:
  // A state that trusts so, with what another one wrote beside it.
  Code restore(const SnapshotTrust& reader, const std::string& file) {
    LearnedState state(small_capacities(), reader);
    state.fill();
    const Values before = values_of(state.state());
    state.folder().write("offered.rsnap", file);
    problem_.clear();
    const uint64_t generation = state.generation();
    const Code code = snapshot::restore(state.state(), "offered.rsnap", kSomeTime, nullptr, problem_);
    EXPECT_EQ(state.generation() != generation, base::ok(code));
    EXPECT_EQ(values_of(state.state()), before) << "the two directories have learned the same";
    return code;
  }
  std::string text() const { return problem_.text(); }

  Problem problem_;
};

// The key of 64 bytes 00 .. 3F and no input: first of the vectors of the BLAKE2 authors (blake2-kat, keyed).
TEST(KeyedBlake2b, GivesThePublishedHash) {
  unsigned char key[64];
  for (size_t i = 0; i < sizeof key; ++i) {
    key[i] = static_cast<unsigned char>(i);
  }
  unsigned char hash[64] = {};
  ASSERT_EQ(crypto_generichash_blake2b(hash, sizeof hash, nullptr, 0, key, sizeof key), 0);
  const unsigned char expected[8] = {0x10, 0xEB, 0xB6, 0x77, 0x00, 0xB1, 0x86, 0x8E};
  EXPECT_EQ(std::memcmp(hash, expected, sizeof expected), 0);
}

TEST_F(Sealed, KeysHaveIdsOfTheirOwn) {
  EXPECT_NE(kOurs.signing().id, 0U);
  EXPECT_NE(kOurs.signing().id, kTheirs.signing().id);
  EXPECT_LT(kOurs.signing().id, 1ULL << 53);
}

TEST_F(Sealed, WhoHasTheKeyTakesWhatItSigned) {
  const std::string file = snapshot_by(kOurs);
  EXPECT_EQ(Bytes(file).envelope().key_id, kOurs.signing().id);
  EXPECT_EQ(restore(kOurs, file), Code::kOk) << text();
  EXPECT_EQ(restore(kOursIfSigned, file), Code::kOk) << text();
}

TEST_F(Sealed, ASignedSnapshotIsAnOrdinaryOneForWhoHasNoKey) {
  EXPECT_EQ(restore({}, snapshot_by(kOurs)), Code::kOk) << text();
}

TEST_F(Sealed, UnsignedOnesAreTakenUnlessSignaturesAreRequired) {
  const std::string file = snapshot_by({});
  EXPECT_EQ(restore(kOursIfSigned, file), Code::kOk) << text();
  EXPECT_EQ(restore(kOurs, file), Code::kPermission);
  EXPECT_NE(text().find("not signed"), std::string::npos) << text();
}

TEST_F(Sealed, OnesOfAnotherKeyAreTakenUnlessSignaturesAreRequired) {
  const std::string file = snapshot_by(kTheirs);
  EXPECT_EQ(restore(kOursIfSigned, file), Code::kOk) << text();
  EXPECT_EQ(restore(kOurs, file), Code::kPermission);
  EXPECT_NE(text().find(std::to_string(kTheirs.signing().id)), std::string::npos) << text();
}

TEST_F(Sealed, WhileKeysChangeThoseOfTheOldAreTakenAndTheNewSigns) {
  SnapshotTrust changing = trust_of(3, true);
  changing.keys[1] = kOurs.signing();
  EXPECT_EQ(restore(changing, snapshot_by(kOurs)), Code::kOk) << text();
  const std::string file = snapshot_by(changing);
  EXPECT_EQ(restore(trust_of(3, true), file), Code::kOk) << text();
  EXPECT_EQ(restore(kOurs, file), Code::kPermission);
  EXPECT_EQ(restore(changing, snapshot_by(kTheirs)), Code::kPermission);
}

TEST_F(Sealed, NoByteCanBeForged) {
  const std::string file = snapshot_by(kOurs);
  LearnedState reader(small_capacities(), kOursIfSigned);
  reader.fill();
  const Bytes untouched(file);
  ASSERT_EQ(snapshot::authenticate(untouched.all(), kOurs, problem_), Code::kOk);
  uint64_t sound = 0;  // would be believed without the key
  for (size_t i = 0; i < file.size(); ++i) {
    for (const unsigned change : {0x01U, 0x80U, 0xFFU}) {
      Bytes bytes(file);
      bytes[i] ^= static_cast<std::byte>(change);
      bytes.forge();
      if (std::equal(bytes.all().begin(), bytes.all().end(), untouched.all().begin())) {
        continue;  // a checksum, put right again
      }
      problem_.clear();
      snapshot::Contents contents;
      if (snapshot::verify(bytes.all(), reader.history(), &contents, problem_) == Code::kOk) {
        ++sound;
        const Code code = snapshot::authenticate(bytes.all(), kOurs, problem_);
        ASSERT_EQ(code, Code::kPermission) << "byte " << i;
      }
    }
  }
  EXPECT_GT(sound, 0U) << "nothing was forged well enough to reach the seal";
}

TEST_F(Sealed, DamageIsFoundWithoutTheKey) {
  const std::string file = snapshot_by(kOurs);
  LearnedState reader;
  reader.fill();
  Bytes bytes(file);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const std::byte right = bytes[i];
    bytes[i] = ~right;
    snapshot::Contents contents;
    ASSERT_NE(snapshot::verify(bytes.all(), reader.history(), &contents, problem_), Code::kOk)
        << "byte " << i;
    bytes[i] = right;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    snapshot::Contents contents;
    ASSERT_NE(snapshot::verify(bytes.first(size), reader.history(), &contents, problem_), Code::kOk) << size;
  }
}

TEST_F(Sealed, AForgeryIsToldFromDamage) {
  Bytes bytes(snapshot_by(kOurs));
  snapshot::Envelope envelope = bytes.envelope();
  envelope.taken_ns += 1;
  snapshot::seal(&envelope);
  bytes.set_envelope(envelope);
  const std::string forged(reinterpret_cast<const char*>(bytes.all().data()), bytes.size());
  EXPECT_EQ(restore({}, forged), Code::kDamaged) << "the header says when, too";
  EXPECT_EQ(snapshot::authenticate(bytes.all(), kOursIfSigned, problem_), Code::kPermission);
  EXPECT_NE(text().find("the seal is wrong"), std::string::npos) << text();
}

// Swaps `file` in and looks whether the next tick takes it.
Code swap_in(LearnedState& state, const std::string& file, bool* restored, Problem& problem) {
  state.folder().write("active.rsnap", file);
  const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::filesystem::last_write_time(state.folder().file("active.rsnap"), old);
  problem.clear();
  return snapshot::poll_active_file(state.state(), base::now_ns(), restored, problem);
}

TEST_F(Sealed, ReplayingAnOldOneNeedsACall) {
  LearnedState state(small_capacities(), kOurs);
  state.fill();
  const std::string old_path = LearnedState::path_of(state.take());
  const std::string old = state.folder().read(old_path);
  const std::string newest = state.folder().read(LearnedState::path_of(state.take()));
  bool restored = false;
  EXPECT_EQ(swap_in(state, old, &restored, problem_), Code::kPermission);
  EXPECT_FALSE(restored);
  EXPECT_NE(text().find("is older than"), std::string::npos) << text();
  EXPECT_EQ(newest_event(state.history(), store::EventKind::kSnapshotRefused).reason,
            static_cast<int32_t>(Code::kPermission));
  EXPECT_EQ(swap_in(state, newest, &restored, problem_), Code::kOk) << text();
  EXPECT_TRUE(restored);
  EXPECT_EQ(snapshot::restore(state.state(), old_path, kSomeTime, nullptr, problem_), Code::kOk) << text();
}

TEST_F(Sealed, OneOfAnotherDirectoryNeedsACall) {
  LearnedState state(small_capacities(), kOurs);
  state.fill();
  bool restored = false;
  EXPECT_EQ(swap_in(state, snapshot_by(kOurs), &restored, problem_), Code::kPermission);
  EXPECT_FALSE(restored);
  EXPECT_NE(text().find("another state directory"), std::string::npos) << text();
}

TEST_F(Sealed, WithoutTheRequirementOldOnesMayBeSwappedIn) {
  LearnedState state(small_capacities(), kOursIfSigned);
  state.fill();
  const std::string old = state.folder().read(LearnedState::path_of(state.take()));
  state.take();
  bool restored = false;
  EXPECT_EQ(swap_in(state, old, &restored, problem_), Code::kOk) << text();
  EXPECT_TRUE(restored);
}

}  // namespace
}  // namespace remora::test
