#include "route/glob.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace remora::route {
namespace {

using base::Code;
using base::Problem;

constexpr std::string_view kNotSlash = "[^/\\n]";
// One character in UTF-8 is an ASCII one but those named between the two pieces, or a lead byte with what
// continues it.
constexpr std::string_view kAnyBut = "(?:[^/\\n\\x80-\\xff";
constexpr std::string_view kAnyButEnd = "]|[\\xc0-\\xff][\\x80-\\xbf]*)";

// Also keeps the line feeds between names out of every expression.
bool is_control(char byte) { return static_cast<uint8_t>(byte) < 0x20 || byte == 0x7F; }

void append_literal(char byte, std::string* regex) {
  const char folded = lower_case(byte);
  if ((folded >= 'a' && folded <= 'z') || (folded >= '0' && folded <= '9')) {
    regex->push_back(folded);
    return;
  }
  char escaped[8];
  std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(static_cast<uint8_t>(folded)));
  regex->append(escaped);
}

// Walks over a glob once and writes its regular expression.
class Translator {
 public:
  explicit Translator(std::string_view glob) : glob_(glob) {}

  // nullptr, or what is wrong.
  const char* run();
  const std::string& regex() const { return regex_; }
  size_t stars() const { return stars_; }

 private:
  const char* star();
  const char* bracket();
  const char* other(char next);
  bool at(std::string_view text) const { return glob_.substr(position_).starts_with(text); }

  std::string_view glob_;
  size_t position_ = 0;
  size_t stars_ = 0;
  size_t open_braces_ = 0;
  std::string regex_;
};

const char* Translator::run() {
  while (position_ < glob_.size()) {
    const char next = glob_[position_];
    const char* wrong = next == '*' ? star() : next == '[' ? bracket() : other(next);
    if (wrong != nullptr) {
      return wrong;
    }
  }
  return open_braces_ > 0 ? "a '{' is not closed" : nullptr;
}

const char* Translator::star() {
  if (++stars_ > kMaxGlobStars) {
    return "it holds more than 8 '*'";
  }
  const bool starts_segment = position_ == 0 || glob_[position_ - 1] == '/';
  const size_t after = glob_.find_first_not_of('*', position_);
  const size_t end = after == std::string_view::npos ? glob_.size() : after;
  const bool folders = end - position_ > 1;
  position_ = end;
  if (!folders) {
    regex_.append(kNotSlash).append("*");
  } else if (starts_segment && at("/")) {
    regex_.append("(?:[^\\n]*/)?");
    ++position_;
  } else {
    regex_.append("[^\\n]*");
  }
  return nullptr;
}

const char* Translator::bracket() {
  const size_t first = position_ + 1;
  const bool negated = first < glob_.size() && (glob_[first] == '!' || glob_[first] == '^');
  const size_t members = first + (negated ? 1 : 0);
  const size_t close = glob_.find(']', members + 1);  // a ']' that comes first is a member
  if (close == std::string_view::npos) {
    return "a '[' is not closed";
  }
  regex_.append(negated ? kAnyBut : "[");
  for (size_t i = members; i < close; ++i) {
    const char member = glob_[i];
    if (static_cast<uint8_t>(member) >= 0x80 || member == '/') {
      return "'[...]' may hold ASCII characters other than '/' only";
    }
    const bool range = i + 2 < close && glob_[i + 1] == '-';
    append_literal(member, &regex_);
    if (range) {
      if (lower_case(glob_[i + 2]) < lower_case(member)) {
        return "a range in '[...]' runs backwards";
      }
      regex_.push_back('-');
      append_literal(glob_[i + 2], &regex_);
      i += 2;
    }
  }
  regex_.append(negated ? kAnyButEnd : "]");
  position_ = close + 1;
  return nullptr;
}

const char* Translator::other(char next) {
  ++position_;
  if (next == '?') {
    regex_.append(kAnyBut).append(kAnyButEnd);
  } else if (next == '{') {
    ++open_braces_;
    regex_.append("(?:");
  } else if (next == ',' && open_braces_ > 0) {
    regex_.push_back('|');
  } else if (next == '}' && open_braces_ == 0) {
    return "a '}' has no '{'";
  } else if (next == '}') {
    --open_braces_;
    regex_.push_back(')');
  } else if (next == '\\') {
    return "'\\' is not allowed; separate folders by '/' and write [*] for a star";
  } else {
    append_literal(next, &regex_);
  }
  return nullptr;
}

// A star at an end that is searched for unanchored needs no automaton of its own: it is left out together
// with the anchor.
struct Anchors {
  std::string_view before;
  std::string_view after;
};

Anchors trim_base_name(std::string_view* glob) {
  Anchors anchors{"\\n", "\\n"};
  if (glob->starts_with('*')) {
    glob->remove_prefix(std::min(glob->find_first_not_of('*'), glob->size()));
    anchors.before = "";
  }
  if (glob->ends_with('*')) {
    glob->remove_suffix(glob->size() - 1 - glob->find_last_not_of('*'));
    anchors.after = "";
  }
  return anchors;
}

Anchors trim_path(std::string_view* glob) {
  Anchors anchors{"\\n/", "\\n"};
  while (glob->starts_with("./")) {
    glob->remove_prefix(2);
  }
  while (glob->starts_with("**/")) {
    glob->remove_prefix(2);
    anchors.before = "";
    if (glob->starts_with("/**/")) {
      glob->remove_prefix(1);
    }
  }
  if (!anchors.before.empty() && glob->starts_with('/')) {
    glob->remove_prefix(1);
  }
  while (glob->ends_with("/**")) {
    glob->remove_suffix(2);
  }
  if (glob->ends_with('/')) {
    anchors.after = "";
  }
  return anchors;
}

}  // namespace

Code translate_glob(std::string_view glob, GlobRegex* out, Problem& problem) {
  const int shown = static_cast<int>(std::min<size_t>(glob.size(), 60));
  if (glob.empty() || glob.size() > kMaxGlobBytes) {
    return problem.set(Code::kInvalid, "file pattern '%.*s' has %zu bytes; give 1 to %zu", shown, glob.data(),
                       glob.size(), kMaxGlobBytes);
  }
  if (glob.find_first_not_of("*/.") == std::string_view::npos) {
    return problem.set(Code::kInvalid,
                       "file pattern '%.*s' matches any file; name what tells these files from others", shown,
                       glob.data());
  }
  if (std::any_of(glob.begin(), glob.end(), is_control)) {
    return problem.set(Code::kInvalid, "file pattern '%.*s' holds a control character", shown, glob.data());
  }
  out->whole_path = glob.find('/') != std::string_view::npos;
  std::string_view rest = glob;
  const Anchors anchors = out->whole_path ? trim_path(&rest) : trim_base_name(&rest);
  Translator translator(rest);
  if (const char* wrong = translator.run(); wrong != nullptr) {
    return problem.set(Code::kInvalid, "file pattern '%.*s': %s", shown, glob.data(), wrong);
  }
  out->stars = translator.stars();
  out->regex.assign(anchors.before).append(translator.regex()).append(anchors.after);
  return Code::kOk;
}

}  // namespace remora::route
