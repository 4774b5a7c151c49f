// A state directory's files as they are at one moment: what a process that died then leaves behind.
#pragma once

#include <map>
#include <string>

namespace remora::campaign {

class Image {
 public:
  // Reads every file below `folder`; a folder that is missing reads as an image without files.
  static Image read(const std::string& folder);

  // Makes `folder` hold exactly this.
  void write(const std::string& folder) const;

  bool operator==(const Image& other) const = default;

 private:
  bool exists_ = false;
  std::map<std::string, std::string> files_;  // relative path -> content; a folder ends in '/'
};

}  // namespace remora::campaign
