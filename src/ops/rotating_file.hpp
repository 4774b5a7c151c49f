// A text file of the state directory that lines are appended to, and that is set aside when it is large:
// name, name.1, name.2 ..., the oldest last. Several processes may append to one name; each line lands whole.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/directory.hpp"
#include "base/file.hpp"
#include "base/heap.hpp"
#include "base/status.hpp"
#include "config/settings.hpp"

namespace remora::ops {

// Used by one thread at a time. The file is opened by the rules of base::File (0600, no symbolic link, nobody
// else may write it) and kept open; when another process has set it aside, the next append goes to the new
// one.
class RotatingFile {
 public:
  // `name` is one of store/file_names.hpp and is not copied. `alone`: whoever appends holds a lock that keeps
  // all others off, so that half a line may be cut off again.
  RotatingFile(const char* name, bool alone) : name_(name), alone_(alone) {}

  // Appends whole lines, in one write. A file that would grow beyond settings.max_bytes is set aside before
  // (lines larger than that get a file of their own). Errors: kNoSpace (disk full, quota, or the process's
  // file size limit), kIo, kPermission, and File::open's.
  base::Code append(const base::Directory& directory, const config::FileSettings& settings,
                    std::string_view lines, base::Problem& problem);

  // Only with `alone`: cuts off what stands behind the last line feed (its writer died), and gives the last
  // line without its line feed, or nothing when there is no file, no line, or one of more than 16 KiB.
  // Errors: as append. Throws std::bad_alloc.
  base::Code last_line(const base::Directory& directory, base::String* line, base::Problem& problem);

  // Forgets the open file; the next append opens it anew.
  void close() { file_.close(); }

 private:
  base::Code open_current(const base::Directory& directory, base::FileAccess access, base::Problem& problem);
  base::Code set_aside(const base::Directory& directory, uint32_t files, base::Problem& problem);
  base::Code write_all(std::string_view lines, base::Problem& problem);
  bool is_current(const base::Directory& directory) const;

  const char* name_;
  bool alone_;
  base::File file_;
};

}  // namespace remora::ops
