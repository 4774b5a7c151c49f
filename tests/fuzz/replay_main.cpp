// Runs a fuzz target without a fuzzer: every file of a corpus as it is, then changed a little in many ways.
//   fuzz_<target> FOLDER [MUTANTS]     MUTANTS changed forms of each file (default 0)
//   fuzz_<target> FILE...              these inputs alone
// The changes come from REMORA_SEED (printed; without it another with each run). The input that ends the
// process is left in fuzz-<target>.input in the working directory, so that it can be run alone and kept in
// the corpus.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "support/environment.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" [[gnu::weak]] int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" [[gnu::weak]] void __sanitizer_set_death_callback(void (*callback)());

namespace {

using Bytes = std::vector<uint8_t>;

std::string g_kept_name;
const Bytes* g_running = nullptr;

// Plain system calls: the process is about to end in any state.
void keep_input() {
  if (g_running == nullptr) {
    return;
  }
  FILE* file = std::fopen(g_kept_name.c_str(), "wb");
  if (file != nullptr) {
    std::fwrite(g_running->data(), 1, g_running->size(), file);
    std::fclose(file);
    std::fprintf(stderr, "the input is in %s\n", g_kept_name.c_str());
  }
  g_running = nullptr;
}

void on_signal(int signal_number) {
  keep_input();
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void run(const Bytes& bytes) {
  // A copy of the exact size, so that a sanitizer sees the first byte read beyond it.
  const Bytes copy(bytes);
  g_running = &copy;
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
  g_running = nullptr;
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Bytes mutated(const Bytes& original, const Bytes& other, std::mt19937_64& random) {
  Bytes bytes = original;
  for (uint64_t changes = 1 + random() % 4; changes != 0; --changes) {
    const size_t at = bytes.empty() ? 0 : random() % bytes.size();
    const auto where = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random() % 6) {
      case 0:
        if (!bytes.empty()) {
          bytes[at] ^= static_cast<uint8_t>(1U << random() % 8);
        }
        break;
      case 1:
        if (!bytes.empty()) {
          bytes[at] = static_cast<uint8_t>(random());
        }
        break;
      case 2: {
        constexpr uint64_t kTelling[] = {0,          1,         0x7F,       0xFF,           0x7FFFFFFF,
                                         0xFFFFFFFF, INT64_MAX, UINT64_MAX, 0x7FF8ULL << 48};
        const uint64_t number = kTelling[random() % std::size(kTelling)];
        for (size_t i = 0; i < 8 && at + i < bytes.size(); ++i) {
          bytes[at + i] = static_cast<uint8_t>(number >> 8 * i);
        }
        break;
      }
      case 3:
        bytes.resize(at);
        break;
      case 4:
        bytes.insert(where, static_cast<size_t>(random() % 16), static_cast<uint8_t>(random()));
        break;
      default:
        if (!other.empty()) {
          const size_t from = random() % other.size();
          const size_t count = std::min<size_t>(other.size() - from, random() % 64);
          bytes.insert(where, other.begin() + static_cast<std::ptrdiff_t>(from),
                       other.begin() + static_cast<std::ptrdiff_t>(from + count));
        }
    }
  }
  return bytes;
}

std::vector<std::filesystem::path> files_of(int count, char** arguments) {
  std::vector<std::filesystem::path> files;
  if (count > 1 && std::filesystem::is_directory(arguments[1])) {
    for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
      files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
  } else {
    files.assign(arguments + std::min(count, 1), arguments + count);
  }
  return files;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::filesystem::path> files = files_of(count, arguments);
  if (files.empty()) {
    std::fprintf(stderr, "no input to run\n");
    return 1;
  }
  const bool folder = std::filesystem::is_directory(arguments[1]);
  const uint64_t mutants = folder && count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 0;
  const uint64_t seed = remora::test::printed_seed();
  g_kept_name = std::filesystem::path(arguments[0]).filename().string() + ".input";
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) {
    signal(number, on_signal);
  }
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(keep_input);
  }
  if (LLVMFuzzerInitialize != nullptr) {
    LLVMFuzzerInitialize(&count, &arguments);
  }
  std::mt19937_64 random(seed);
  Bytes before;
  for (const std::filesystem::path& file : files) {
    const Bytes bytes = read_file(file);
    run(bytes);
    for (uint64_t i = 0; i < mutants; ++i) {
      run(mutated(bytes, before, random));
    }
    before = bytes;
  }
  std::printf("%zu inputs, %llu changed forms of each\n", files.size(),
              static_cast<unsigned long long>(mutants));
  return 0;
}
