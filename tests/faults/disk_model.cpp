#include "faults/disk_model.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <utility>

namespace remora::test {
namespace {

constexpr const char* kFolders[] = {"", "/snapshots"};
constexpr size_t kMostVersions =
    5;  // of one file between two syncs; one in the middle gives way to a further one
constexpr uint64_t kGrains[] = {8, 512, 4'096};
constexpr uint64_t kShares[] = {0, 5, 50, 95, 100};  // of the grains that were written, per cent

// What others put there is no change of the plugin's.
bool is_ours(const std::string& name) {
  return name != "." && name != ".." && name.rfind("remora.json", 0) != 0;
}

bool read_file(const std::string& path, DiskModel::Bytes* bytes, uint64_t* number) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  const bool known = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  if (known) {
    *number = status.st_ino;
    bytes->resize(static_cast<size_t>(status.st_size));
    const ssize_t size = pread(fd, bytes->data(), bytes->size(), 0);
    bytes->resize(size < 0 ? 0 : static_cast<size_t>(size));
  }
  if (fd >= 0) {
    close(fd);
  }
  return known;
}

void write_file(const std::string& path, const DiskModel::Bytes& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  chmod(path.c_str(), 0600);
}

// Bytes of a version at a place; a version that ends before has zeros there.
void copy_grain(const DiskModel::Bytes& from, uint64_t at, uint64_t size, DiskModel::Bytes* to) {
  for (uint64_t i = at; i < std::min<uint64_t>(at + size, to->size()); ++i) {
    (*to)[i] = i < from.size() ? from[i] : '\0';
  }
}

bool same_grain(const DiskModel::Bytes& a, const DiskModel::Bytes& b, uint64_t at, uint64_t size) {
  const uint64_t end = at + size;
  if (end <= a.size() && end <= b.size()) {
    return std::memcmp(a.data() + at, b.data() + at, size) == 0;
  }
  return a.size() <= at && b.size() <= at;
}

}  // namespace

DiskModel::DiskModel(std::string root) : root_(std::move(root)) {
  look();
  for (Folder& folder : folders_) {
    folder.synced = folder.present;
    folder.changes.clear();
  }
  for (auto& [number, file] : files_) {
    if (!file.versions.empty()) {
      file.synced = file.versions.back();
      file.versions.clear();
    }
  }
}

void DiskModel::look() {
  ++looks_;
  for (size_t i = 0; i < std::size(kFolders); ++i) {
    look_at(root_ + kFolders[i], folders_[i]);
  }
}

void DiskModel::look_at(const std::string& path, Folder& folder) {
  Names names;
  if (DIR* stream = opendir(path.c_str()); stream != nullptr) {
    while (const dirent* entry = readdir(stream)) {
      const std::string name = entry->d_name;
      if (is_ours(name) && entry->d_type == DT_REG) {
        names[name] = entry->d_ino;
        look_at_file(path + "/" + name, entry->d_ino);
      }
    }
    closedir(stream);
  }
  Change change;
  for (const auto& [name, number] : names) {
    const auto before = folder.present.find(name);
    if (before == folder.present.end() || before->second != number) {
      change[name] = number;
    }
  }
  for (const auto& [name, number] : folder.present) {
    if (!names.contains(name)) {
      change[name] = 0;
    }
  }
  if (!change.empty()) {
    folder.changes.push_back(change);
    folder.present = std::move(names);
  }
}

void DiskModel::look_at_file(const std::string& path, uint64_t number) {
  Bytes bytes;
  uint64_t found = 0;
  if (!read_file(path, &bytes, &found) || found != number) {
    return;
  }
  File& file = files_[number];
  const Bytes& before = file.versions.empty() ? file.synced : file.versions.back();
  if (bytes == before && !(file.versions.empty() && file.synced.empty())) {
    return;
  }
  if (file.versions.size() == kMostVersions) {
    file.versions.erase(file.versions.begin() + static_cast<ptrdiff_t>(looks_ % (kMostVersions - 1)));
  }
  file.versions.push_back(std::move(bytes));
}

void DiskModel::on_call(const Call& call, bool done, int64_t result) {
  if (call.function == Function::kMmap && call.memory != nullptr && call.descriptor >= 0) {
    struct stat status {};
    fstat(call.descriptor, &status);
    mapped_.push_back({status.st_ino, reinterpret_cast<uintptr_t>(call.memory), call.length});
    return;
  }
  if (call.function == Function::kMunmap && !done) {
    std::erase_if(mapped_, [&](const Mapped& mapped) {
      return mapped.begin == reinterpret_cast<uintptr_t>(call.memory);
    });
  }
  look();
  if (done && result >= 0 && call.function == Function::kFsync) {
    sync_descriptor(call.descriptor);
  } else if (done && result >= 0 && call.function == Function::kMsync) {
    sync_memory(call.memory, call.length);
  }
}

void DiskModel::sync_descriptor(int descriptor) {
  ++syncs_;
  struct stat status {};
  fstat(descriptor, &status);
  if (const auto file = files_.find(status.st_ino); file != files_.end() && S_ISREG(status.st_mode)) {
    if (!file->second.versions.empty()) {
      file->second.synced = file->second.versions.back();
      file->second.versions.clear();
    }
    return;
  }
  for (size_t i = 0; i < std::size(kFolders); ++i) {
    struct stat folder {};
    if (stat((root_ + kFolders[i]).c_str(), &folder) == 0 && folder.st_ino == status.st_ino) {
      folders_[i].synced = folders_[i].present;
      folders_[i].changes.clear();
    }
  }
}

// The pages of the range are on the disk as they are; the rest of the file stays as it was.
void DiskModel::sync_memory(const void* memory, uint64_t length) {
  ++syncs_;
  const auto begin = reinterpret_cast<uintptr_t>(memory);
  for (const Mapped& mapped : mapped_) {
    if (begin < mapped.begin || begin >= mapped.begin + mapped.size) {
      continue;
    }
    File& file = files_[mapped.file];
    if (file.versions.empty()) {
      return;
    }
    const uint64_t offset = begin - mapped.begin;
    const Bytes present = file.versions.back();
    if (length >= mapped.size) {
      file.synced = present;
      file.versions.clear();
      return;
    }
    file.synced.resize(std::max(file.synced.size(), present.size()));
    copy_grain(present, offset, length, &file.synced);
    for (Bytes& version : file.versions) {
      copy_grain(present, offset, length, &version);
    }
    return;
  }
}

DiskModel::Bytes DiskModel::mixed(const File& file, std::mt19937_64& random) {
  if (file.versions.empty()) {
    return file.synced;
  }
  const uint64_t grain = kGrains[random() % std::size(kGrains)];
  const uint64_t share = kShares[random() % std::size(kShares)];
  const Bytes& present = file.versions.back();
  Bytes bytes = file.synced;
  const size_t size = random() % 4 == 0 ? file.synced.size() : present.size();
  bytes.resize(std::max(size, file.synced.size()));
  for (uint64_t at = 0; at < bytes.size(); at += grain) {
    // A file that had the same bytes before and after may have had others between.
    bool changed = false;
    for (const Bytes& version : file.versions) {
      changed = changed || !same_grain(file.synced, version, at, grain);
    }
    if (changed && random() % 100 < share) {
      const bool newest = random() % 2 == 0;
      copy_grain(newest ? present : file.versions[random() % file.versions.size()], at, grain, &bytes);
    }
  }
  bytes.resize(size);
  return bytes;
}

DiskModel::Names DiskModel::names_after(const Folder& folder, std::mt19937_64& random) {
  Names names = folder.synced;
  std::vector<Change> changes = folder.changes;
  const uint64_t style = random() % 4;  // none, all, those up to some time, any of them in any order
  if (style == 0) {
    changes.clear();
  } else if (style == 2 && !changes.empty()) {
    changes.resize(random() % changes.size());
  } else if (style == 3) {
    std::shuffle(changes.begin(), changes.end(), random);
    std::erase_if(changes, [&](const Change&) { return random() % 2 == 0; });
  }
  for (const Change& change : changes) {
    for (const auto& [name, number] : change) {
      if (number == 0) {
        names.erase(name);
      } else {
        // A file has one name: where it got a new one, the old one is gone, whatever became of other changes.
        std::erase_if(names, [number = number](const auto& entry) { return entry.second == number; });
        names[name] = number;
      }
    }
  }
  return names;
}

void DiskModel::build(const std::string& folder, std::mt19937_64& random) const {
  std::map<uint64_t, Bytes> contents;
  for (size_t i = 0; i < std::size(kFolders); ++i) {
    std::filesystem::create_directory(folder + kFolders[i]);
    chmod((folder + kFolders[i]).c_str(), 0700);
    for (const auto& [name, number] : names_after(folders_[i], random)) {
      if (const auto file = files_.find(number); file != files_.end()) {
        write_file(folder + kFolders[i] + "/" + name, mixed(file->second, random));
      }
    }
  }
  std::filesystem::copy_file(root_ + "/remora.json", folder + "/remora.json");
}

}  // namespace remora::test
