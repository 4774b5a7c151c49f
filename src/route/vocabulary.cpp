#include "route/vocabulary.hpp"

#include <xxhash.h>

#include "route/word_reader.hpp"

namespace remora::route {
namespace {

// Never more than half full, so that a free slot is near.
constexpr size_t kSlots = 2 * kMaxWords;
constexpr char kOtherWords = '-';

uint64_t hash_of(std::string_view word) { return XXH3_64bits(word.data(), word.size()); }

// The first character of a code is a capital, the others are not: a match begins where a word begins.
void write_code(uint32_t number, char* out) {
  static_assert(kCodeBytes == 3 && kMaxWords <= 4096);
  const uint32_t index = number - 1;
  out[0] = static_cast<char>('A' + (index >> 8 & 15U));
  out[1] = static_cast<char>('a' + (index >> 4 & 15U));
  out[2] = static_cast<char>('a' + (index & 15U));
}

}  // namespace

Vocabulary::Vocabulary() : slots_(kSlots) {}

// The slot that holds the word, or the free one where it would go.
const Vocabulary::Slot& Vocabulary::slot_of(std::string_view word) const {
  const uint64_t hash = hash_of(word);
  const auto fingerprint = static_cast<uint32_t>(hash >> 32);
  size_t place = hash % kSlots;
  while (slots_[place].number != 0 && slots_[place].fingerprint != fingerprint) {
    place = (place + 1) % kSlots;
  }
  return slots_[place];
}

bool Vocabulary::add_keyword(std::string_view keyword, std::string* codes) {
  codes->clear();
  WordReader reader(keyword);
  char word[kMaxWordBytes];
  while (const size_t size = reader.next(word)) {
    const std::string_view text(word, size);
    Slot& slot = slots_[static_cast<size_t>(&slot_of(text) - slots_.data())];
    if (slot.number == 0) {
      if (words_ == kMaxWords) {
        return false;
      }
      slot = {static_cast<uint32_t>(hash_of(text) >> 32), ++words_};
    }
    char code[kCodeBytes];
    write_code(slot.number, code);
    codes->append(code, kCodeBytes);
  }
  return true;
}

size_t Vocabulary::encode(std::string_view word, char* out, size_t used) const {
  const Slot& slot = slot_of(word);
  if (slot.number != 0) {
    write_code(slot.number, out + used);
    return used + kCodeBytes;
  }
  if (used == 0 || out[used - 1] != kOtherWords) {
    out[used++] = kOtherWords;
  }
  return used;
}

}  // namespace remora::route
