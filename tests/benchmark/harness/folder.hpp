// A folder for the files of one subject, gone with its last user.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace remora::bench {

// Where benchmarks keep their files: REMORA_BENCH_FOLDER, which should lie on the disk that is to be judged.
inline std::filesystem::path bench_folder() {
  const char* text = std::getenv("REMORA_BENCH_FOLDER");
  return text != nullptr ? std::filesystem::path(text) : std::filesystem::temp_directory_path();
}

class Folder {
 public:
  explicit Folder(const std::string& name) {
    std::string pattern = (bench_folder() / (name + ".XXXXXX")).string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + pattern);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Forces what was written to a file onto the disk.
inline void sync_file(const std::string& file) {
  const int number = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (number < 0 || fsync(number) != 0) throw std::runtime_error("cannot sync " + file);
  ::close(number);
}

}  // namespace remora::bench
