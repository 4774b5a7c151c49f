#include "snapshot/seal.hpp"

#include <sodium/crypto_verify_32.h>
#include <sodium/utils.h>
#include <xxhash.h>

#include <cinttypes>
#include <cstring>

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

// Other uses of the same key make other codes.
constexpr char kSealDomain[] = "remora snapshot 1";
constexpr char kIdDomain[] = "remora key id 1";

uint64_t checksum_of(const Seal& seal) { return XXH3_64bits(&seal, offsetof(Seal, checksum)); }

void hash(crypto_generichash_blake2b_state* state, const void* bytes, size_t size) {
  crypto_generichash_blake2b_update(state, static_cast<const unsigned char*>(bytes), size);
}

}  // namespace

uint64_t key_id_of(const std::array<uint8_t, 32>& key) {
  uint64_t id[2] = {};  // the shortest that BLAKE2b makes
  crypto_generichash_blake2b(reinterpret_cast<unsigned char*>(id), sizeof id,
                             reinterpret_cast<const unsigned char*>(kIdDomain), sizeof kIdDomain, key.data(),
                             key.size());
  return (id[0] & k53Bits) | 1;
}

Signer::Signer(const store::SnapshotKey& key) : key_id_(key.id) {
  crypto_generichash_blake2b_init(&state_, key.secret.data(), key.secret.size(), sizeof(Seal::mac));
  hash(&state_, kSealDomain, sizeof kSealDomain);
}

Signer::~Signer() { sodium_memzero(&state_, sizeof state_); }

void Signer::append(std::span<const std::byte> bytes) { hash(&state_, bytes.data(), bytes.size()); }

Seal Signer::finish(const Envelope& envelope) {
  hash(&state_, &envelope, sizeof envelope);
  Seal seal;
  crypto_generichash_blake2b_final(&state_, seal.mac, sizeof seal.mac);
  seal.key_id = key_id_;
  seal.checksum = checksum_of(seal);
  return seal;
}

Code check_seal(const Seal& seal, const Envelope& envelope, Problem& problem) {
  if (seal.checksum != checksum_of(seal) || seal.key_id != envelope.key_id) {
    return problem.set(Code::kDamaged, "byte %" PRIu64 ": the seal was changed or copied badly",
                       envelope.total_bytes - sizeof seal);
  }
  return Code::kOk;
}

Code authenticate(std::span<const std::byte> file, const store::SnapshotTrust& trust, Problem& problem) {
  Envelope envelope;
  std::memcpy(&envelope, file.data(), sizeof envelope);
  const store::SnapshotKey* const key = trust.find(envelope.key_id);
  if (key == nullptr) {
    if (!trust.required) {
      return Code::kOk;
    }
    return envelope.key_id == 0
               ? problem.set(Code::kPermission,
                             "the snapshot is not signed, and only signed ones are taken here")
               : problem.set(Code::kPermission,
                             "the snapshot is signed with key %" PRIu64
                             ", which this process does not have; it signs with key %" PRIu64,
                             envelope.key_id, trust.signing().id);
  }
  Signer signer(*key);
  signer.append(file.subspan(sizeof envelope, file.size() - sizeof envelope - sizeof(Seal)));
  const Seal ours = signer.finish(envelope);
  Seal theirs;
  std::memcpy(&theirs, file.data() + file.size() - sizeof theirs, sizeof theirs);
  if (crypto_verify_32(ours.mac, theirs.mac) != 0) {
    return problem.set(Code::kPermission,
                       "the seal is wrong: who made the file does not have key %" PRIu64
                       "; take another snapshot, and find out where this one comes from",
                       key->id);
  }
  return Code::kOk;
}

}  // namespace remora::snapshot
