// What a disk may hold after a power loss: follows the files of a state directory through every system call
// of the plugin and between its calls, and builds folders as they may be found.
//
// The model knows no more than POSIX promises. What was synced is there. Of anything younger, each grain of
// 8, 512 or 4,096 bytes may be there or not, in any version that it had; each change of a name may be there
// or not, in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "faults/system_calls.hpp"

namespace remora::test {

class DiskModel {
 public:
  using Bytes = std::vector<char>;

  // Follows `root`, whose files count as synced. What others write there (`ignored` names) stays out.
  explicit DiskModel(std::string root);

  // Looks at everything: what changed since the last look is a change that may be lost.
  void look();
  // A system call of the plugin, told before and after it was made.
  void on_call(const Call& call, bool done, int64_t result);

  // Makes a folder as a power loss right now may leave it.
  void build(const std::string& folder, std::mt19937_64& random) const;

  uint64_t looks() const { return looks_; }
  uint64_t syncs() const { return syncs_; }

 private:
  using Names = std::map<std::string, uint64_t>;  // by name, the file

  struct File {
    Bytes synced;                 // what is on the disk for sure
    std::vector<Bytes> versions;  // since then, the last of them the present one
  };
  // One step: several names at once when something was renamed.
  using Change = std::map<std::string, uint64_t>;  // 0 = gone

  struct Folder {
    Names synced;
    Names present;
    std::vector<Change> changes;  // since
  };

  struct Mapped {
    uint64_t file;
    uintptr_t begin;
    uint64_t size;
  };

  void look_at(const std::string& name, Folder& folder);
  void look_at_file(const std::string& path, uint64_t number);
  void sync_descriptor(int descriptor);
  void sync_memory(const void* memory, uint64_t length);
  static Bytes mixed(const File& file, std::mt19937_64& random);
  static Names names_after(const Folder& folder, std::mt19937_64& random);

  std::string root_;
  Folder folders_[2];  // the root, and the snapshots below it
  std::map<uint64_t, File> files_;
  std::vector<Mapped> mapped_;
  uint64_t looks_ = 0;
  uint64_t syncs_ = 0;
};

}  // namespace remora::test
