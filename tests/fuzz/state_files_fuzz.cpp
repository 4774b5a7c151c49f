// The files of a state directory, changed in many places as a failing disk or an attacker would, with the
// checksums of their first pages right: nothing crashes, and no answer is unsafe.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/everyday_use.hpp"
#include "fuzz/host.hpp"
#include "fuzz/input.hpp"
#include "store/history.hpp"
#include "store/layout.hpp"

namespace {

using remora::fuzz::Host;
using remora::fuzz::Input;

constexpr const char* kHistory = "history.rmap";
constexpr const char* kGeneration = "generation-00000001.rmap";
constexpr size_t kMostChanges = 32;

// A state that was used, and the bytes of its files.
struct Base {
  Base() {
    host.begin();
    REMORA_REQUIRE(host.open() == REMORA_OK);
    pending = remora::fuzz::fill_state(host.handle);
    host.close();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(host.path())) {
      if (entry.is_regular_file()) {
        names.push_back(std::filesystem::relative(entry.path(), host.path()).string());
      }
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      contents.push_back(host.read(name));
    }
    history = find(kHistory);
    generation = find(kGeneration);
    remora::store::Identity identity;
    std::memcpy(&identity, contents[history].data(), sizeof identity);
    const auto o = remora::store::HistoryOffsets::of(remora::store::capacities_of(identity));
    regions = {o.control, o.lanes,    o.names_head, o.names,  o.name_slots, o.kind_index, o.contexts,
               o.agents,  o.variants, o.rollouts,   o.events, o.ledger,     o.outcomes,   o.end};
  }

  size_t find(const char* name) const {
    const auto at = std::find(names.begin(), names.end(), name);
    REMORA_REQUIRE(at != names.end());
    return static_cast<size_t>(at - names.begin());
  }

  Host host;
  std::vector<uint64_t> pending;
  std::vector<std::string> names, contents;
  std::vector<uint64_t> regions;  // where each table of the history begins
  size_t history = 0, generation = 0;
};

Base& base() {
  static Base made;
  return made;
}

void put(std::string& file, uint64_t at, const void* bytes, size_t count) {
  if (at < file.size()) {
    std::memcpy(file.data() + at, bytes, std::min<uint64_t>(count, file.size() - at));
  }
}

void put_word(std::string& file, uint64_t begin, uint64_t end, Input& input) {
  const uint64_t words = (end - begin) / 8;
  const uint64_t at = begin + input.take<uint32_t>() % words * 8;
  const auto word = input.take<uint64_t>();
  put(file, at, &word, sizeof word);
}

// One change of one file.
void change(std::vector<std::string>& files, Input& input) {
  const Base& b = base();
  std::string& history = files[b.history];
  std::string& generation = files[b.generation];
  switch (input.take_below(8)) {
    case 0:  // the first words of a table of the history, where its first records are
    case 1: {
      const uint32_t region = input.take_below(static_cast<uint32_t>(b.regions.size() - 1));
      const uint64_t begin = b.regions[region];
      put_word(history, begin, std::min(b.regions[region + 1], begin + 2'048), input);
      break;
    }
    case 2:
      put_word(history, remora::store::kPage, b.regions.back(), input);
      break;
    case 3:
      put_word(generation, remora::store::kPage, b.contents[b.generation].size(), input);
      break;
    case 4: {  // identity pages
      std::string& file = input.take_below(2) == 0 ? history : generation;
      put_word(file, 0, offsetof(remora::store::Identity, checksum), input);
      break;
    }
    case 5: {  // many bytes alike
      std::string& file = input.take_below(2) == 0 ? history : generation;
      const uint64_t at =
          remora::store::kPage + input.take<uint32_t>() % (b.regions.back() - remora::store::kPage);
      const std::string fill(1 + input.take<uint16_t>(), static_cast<char>(input.take<uint8_t>()));
      put(file, at, fill.data(), fill.size());
      break;
    }
    case 6: {  // any file, cut
      std::string& file = files[input.take_below(static_cast<uint32_t>(files.size()))];
      file.resize(std::min<size_t>(file.size(), input.take<uint32_t>() % (file.size() + 1)));
      break;
    }
    default: {  // any file but the large ones, replaced
      const uint32_t which = input.take_below(static_cast<uint32_t>(files.size()));
      if (which != b.history && which != b.generation) {
        files[which] = input.take_text(input.take<uint8_t>());
      }
    }
  }
}

// The checksum of a first page, as an attacker would put it.
void seal(std::string& file) {
  remora::store::Identity identity;
  if (file.size() >= sizeof identity) {
    std::memcpy(&identity, file.data(), sizeof identity);
    identity.checksum = remora::store::identity_checksum(identity);
    std::memcpy(file.data(), &identity, sizeof identity);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Base& b = base();
  Input input(data, size);
  std::vector<std::string> files = b.contents;
  for (size_t i = 0; i < kMostChanges && !input.empty(); ++i) {
    change(files, input);
  }
  seal(files[b.history]);
  seal(files[b.generation]);
  b.host.begin();
  std::filesystem::create_directory(b.host.file("snapshots"));
  std::filesystem::permissions(b.host.file("snapshots"), std::filesystem::perms::owner_all);
  for (size_t i = 0; i < files.size(); ++i) {
    b.host.write(b.names[i], files[i]);
  }
  if (b.host.open() != REMORA_OK) {
    return 0;
  }
  remora::fuzz::use_state(b.host.handle, b.pending);
  b.host.close();
  // And again, what that made of it: as a rule in short, which takes half the time.
  if (b.host.open() == REMORA_OK) {
    if (size % 8 == 0) {
      remora::fuzz::use_state(b.host.handle, b.pending);
    } else {
      remora::fuzz::use_briefly(b.host.handle);
    }
    b.host.close();
  }
  return 0;
}
