// Authentication of snapshots: the last 48 bytes of a signed file are a keyed BLAKE2b-256 (RFC 7693) of all
// bytes before them, which only who has the key can make. A checksum finds damage; this finds forgery.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <sodium/crypto_generichash_blake2b.h>

#include "base/status.hpp"
#include "snapshot/envelope.hpp"
#include "store/snapshot_trust.hpp"

namespace remora::snapshot {

struct Seal {
  uint8_t mac[32] = {};
  uint64_t key_id = 0;    // as the envelope's
  uint64_t checksum = 0;  // XXH3-64 of the bytes before: damage here is found without the key
};
static_assert(sizeof(Seal) == kSealBytes);

// The id of a key: public, below 2^53, never 0.
uint64_t key_id_of(const std::array<uint8_t, 32>& key);

// Signs a file as it is written: all parts in order, then the envelope.
class Signer {
 public:
  explicit Signer(const store::SnapshotKey& key);
  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  void append(std::span<const std::byte> bytes);
  Seal finish(const Envelope& envelope);

 private:
  crypto_generichash_blake2b_state state_;
  uint64_t key_id_;
};

// Checks the seal's own checksum, and that it says what the envelope says. Errors: kDamaged.
base::Code check_seal(const Seal& seal, const Envelope& envelope, base::Problem& problem);

// Whether a whole file, whose envelope and content were found sound, comes from who has one of our keys.
// Without one, and unless trust is required, unsigned files and those of other keys pass: nothing can be said
// of them. Errors: kPermission.
base::Code authenticate(std::span<const std::byte> file, const store::SnapshotTrust& trust,
                        base::Problem& problem);

}  // namespace remora::snapshot
