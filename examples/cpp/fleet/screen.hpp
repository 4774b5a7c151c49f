// The terminal: lines that stay, and below them a table that is drawn anew. Where there is no terminal, only
// lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fleet {

// printf into a string.
[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...);

class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  bool is_terminal() const { return is_terminal_; }
  int rows() const { return rows_; }

  // Writes a line that stays, above the table.
  void say(const std::string& line);
  // The same, set apart as a heading.
  void head(const std::string& line);
  // Draws the table in place of the one before; does nothing without a terminal.
  void draw(const std::vector<std::string>& table);

 private:
  void erase_table();

  bool is_terminal_ = false;
  int rows_ = 24;
  int columns_ = 100;
  std::vector<std::string> table_;  // as drawn
};

}  // namespace fleet
