// All checks of a snapshot before a value of it is believed.
#pragma once

#include <cstddef>
#include <span>

#include "base/status.hpp"
#include "snapshot/contents.hpp"
#include "store/history.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// Checks a whole file in private memory (as base::read_whole gives it: at a multiple of 16) for this
// directory, in this order: size and envelope, XXH3-64 of all content, the seal's form, each part by
// FlatBuffers' verifier, then what the values mean: names, numbers within their tables, each state once,
// Q-values finite and within a million, counts. `contents` may point into `file` afterwards, and holds
// nothing of use on error. Errors: kFormat (not a snapshot, other version or byte order), kDamaged (text says
// what and where), kNotFound (an agent or variant that is not registered here), kMemory.
base::Code verify(std::span<const std::byte> file, const store::History& history, Contents* contents,
                  base::Problem& problem, Roster roster = Roster::kKnown);

// verify, and authenticate by what the state trusts: all checks before a value is believed. Errors: as both.
base::Code check_bytes(const store::State& state, std::span<const std::byte> file, Roster roster,
                       Contents* contents, base::Problem& problem);

}  // namespace remora::snapshot
