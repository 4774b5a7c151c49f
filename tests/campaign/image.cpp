#include "campaign/image.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace remora::campaign {
namespace {

namespace fs = std::filesystem;

std::string content_of(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (fd < 0 || fstat(fd, &status) != 0) {
    throw std::runtime_error("cannot read " + path);
  }
  std::string content(static_cast<size_t>(status.st_size), '\0');
  const ssize_t got = pread(fd, content.data(), content.size(), 0);
  close(fd);
  content.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return content;
}

}  // namespace

Image Image::read(const std::string& folder) {
  Image image;
  image.exists_ = fs::exists(folder);
  if (!image.exists_) {
    return image;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_directory()) {
      image.files_[name + "/"] = "";
    } else {
      image.files_[name] = content_of(entry.path());
    }
  }
  return image;
}

void Image::write(const std::string& folder) const {
  fs::remove_all(folder);
  if (!exists_) {
    return;
  }
  mkdir(folder.c_str(), 0700);
  for (const auto& [name, content] : files_) {
    const std::string path = folder + "/" + name;
    if (name.ends_with('/')) {
      mkdir(path.c_str(), 0700);
      continue;
    }
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const ssize_t put = fd < 0 ? -1 : ::write(fd, content.data(), content.size());
    close(fd);
    if (put != static_cast<ssize_t>(content.size())) {
      throw std::runtime_error("cannot write " + path);
    }
  }
}

}  // namespace remora::campaign
