#include "screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>

namespace fleet {

std::string text(const char* format, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return buffer;
}

Screen::Screen() : is_terminal_(isatty(STDOUT_FILENO) != 0) {
  winsize size{};
  if (is_terminal_ && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) {
    rows_ = size.ws_row;
    columns_ = size.ws_col;
  }
}

Screen::~Screen() { std::fflush(stdout); }

void Screen::erase_table() {
  if (!table_.empty()) {
    std::printf("\033[%zuA\033[J", table_.size());  // up, and clear to the end of the screen
  }
}

void Screen::say(const std::string& line) {
  erase_table();
  std::printf("%s\n", line.c_str());
  for (const std::string& row : table_) {
    std::printf("%s\n", row.c_str());
  }
  std::fflush(stdout);
}

void Screen::head(const std::string& line) {
  say("");
  say(is_terminal_ ? "\033[1m" + line + "\033[0m" : line);
}

void Screen::draw(const std::vector<std::string>& table) {
  if (!is_terminal_) {
    return;
  }
  erase_table();
  table_ = table;
  for (std::string& row : table_) {
    row = row.substr(
        0, static_cast<size_t>(columns_ > 1 ? columns_ - 1 : 1));  // a wrapped row could not be erased
    std::printf("%s\n", row.c_str());
  }
  std::fflush(stdout);
}

}  // namespace fleet
