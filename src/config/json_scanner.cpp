// JsonDocument::scan: one pass over the text, by the grammar of RFC 8259.
#include <algorithm>

#include "base/utf8.hpp"
#include "config/json_document.hpp"

namespace remora::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

class JsonScanner {
 public:
  JsonScanner(JsonDocument& document, base::Problem& problem)
      : document_(document), problem_(problem), text_(document.text_) {}

  base::Code scan() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
      at_ = 3;  // byte order mark
    }
    bool good = check_bytes() && skip_blanks();
    if (good && done()) {
      return document_.refuse(problem_, 1, "the file is empty; the least is {}");
    }
    good = good && scan_value(0, 0, {}, 0) && skip_blanks();
    if (good && !done()) {
      good = fail("nothing may follow the closing brace");
    }
    return good ? base::Code::kOk : base::Code::kConfig;
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char now() const { return done() ? '\0' : text_[at_]; }
  bool takes(char c) {
    if (now() != c || done()) {
      return false;
    }
    ++at_;
    return true;
  }
  bool fail(const char* what) {
    document_.refuse(problem_, line_, "%s", what);
    return false;
  }

  bool check_bytes();
  bool skip_blanks();
  bool skip_comment();
  bool scan_value(uint32_t parent, uint32_t place, std::string_view key, uint32_t depth);
  bool scan_members(uint32_t self, uint32_t depth, bool object);
  bool scan_string(std::string_view* text);
  bool scan_number(JsonValue* value);
  bool scan_word(JsonValue* value);
  bool skip_digits();

  JsonDocument& document_;
  base::Problem& problem_;
  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
};

// Text all through: then no later step can be misled by a NUL or half a character.
bool JsonScanner::check_bytes() {
  uint32_t line = 1;
  for (size_t at = 0; at < text_.size();) {
    const size_t size = base::decode_utf8(text_.substr(at), nullptr);
    if (size == 0 || text_[at] == '\0') {
      document_.refuse(problem_, line, size == 0 ? "not UTF-8 text" : "the file holds a NUL byte");
      return false;
    }
    line += text_[at] == '\n' ? 1 : 0;
    at += size;
  }
  return true;
}

bool JsonScanner::skip_blanks() {
  for (; !done(); ++at_) {
    switch (now()) {
      case '\n':
        ++line_;
        break;
      case ' ':
      case '\t':
      case '\r':
        break;
      case '/':
        if (!skip_comment()) {
          return false;
        }
        --at_;  // the loop steps on
        break;
      default:
        return true;
    }
  }
  return true;
}

bool JsonScanner::skip_comment() {
  const std::string_view rest = text_.substr(at_);
  if (rest.substr(0, 2) == "//") {
    at_ += std::min(rest.find('\n'), rest.size());
    return true;
  }
  if (rest.substr(0, 2) != "/*") {
    return fail("stray '/'; comments begin with // or /*");
  }
  const size_t end = rest.find("*/", 2);
  if (end == std::string_view::npos) {
    return fail("the comment that begins here has no end");
  }
  line_ +=
      static_cast<uint32_t>(std::count(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  at_ += end + 2;
  return true;
}

bool JsonScanner::scan_value(uint32_t parent, uint32_t place, std::string_view key, uint32_t depth) {
  if (depth > kMaxJsonDepth || document_.values_.size() >= kMaxJsonValues) {
    document_.refuse(problem_, line_,
                     depth > kMaxJsonDepth ? "more than %u levels within each other" : "more than %u values",
                     depth > kMaxJsonDepth ? kMaxJsonDepth : kMaxJsonValues);
    return false;
  }
  const auto self = static_cast<uint32_t>(document_.values_.size());
  JsonValue value{JsonKind::kNull, line_, parent, place, key, {}};
  bool good = true;
  bool members = false;
  if (takes('{') || takes('[')) {
    members = true;
    value.kind = text_[at_ - 1] == '{' ? JsonKind::kObject : JsonKind::kArray;
  } else if (takes('"')) {
    value.kind = JsonKind::kString;
    good = scan_string(&value.text);
  } else if (now() == '-' || is_digit(now())) {
    good = scan_number(&value);
  } else {
    good = scan_word(&value);
  }
  document_.values_.push_back(value);
  return good && (!members || scan_members(self, depth, value.kind == JsonKind::kObject));
}

bool JsonScanner::scan_members(uint32_t self, uint32_t depth, bool object) {
  const char end = object ? '}' : ']';
  for (uint32_t place = 0;; ++place) {
    if (!skip_blanks()) {
      return false;
    }
    if (takes(end)) {
      return true;
    }
    std::string_view key;
    if (object) {
      if (!takes('"')) {
        return fail(done() ? "the file ends within {...}" : "a key in double quotes, or }, is expected");
      }
      if (!scan_string(&key) || !skip_blanks()) {
        return false;
      }
      if (!takes(':')) {
        return fail("a colon is expected behind the key");
      }
      if (!skip_blanks()) {
        return false;
      }
    }
    if (!scan_value(self, place, key, depth + 1) || !skip_blanks()) {
      return false;
    }
    if (!takes(',') && now() != end) {
      return fail(object ? (done() ? "the file ends within {...}" : "a comma or } is expected")
                         : (done() ? "the file ends within [...]" : "a comma or ] is expected"));
    }
  }
}

bool JsonScanner::scan_string(std::string_view* text) {
  const size_t start = at_;
  for (; !done() && now() != '"'; ++at_) {
    if (static_cast<unsigned char>(now()) < 0x20) {
      return fail(now() == '\n' ? "a string ends with its line; a closing quote is missing"
                                : "a control character in a string; write it as \\u00XX");
    }
    if (now() != '\\') {
      continue;
    }
    ++at_;
    if (now() == 'u') {
      const std::string_view digits = text_.substr(at_ + 1, 4);
      if (digits.size() != 4 || !std::all_of(digits.begin(), digits.end(), is_hex)) {
        return fail("\\u needs four hexadecimal digits");
      }
      at_ += 4;
    } else if (done() || std::string_view("\"\\/bfnrt").find(now()) == std::string_view::npos) {
      return fail("unknown escape in a string; JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
    }
  }
  if (done()) {
    return fail("a closing quote is missing");
  }
  *text = text_.substr(start, at_ - start);
  ++at_;
  return true;
}

bool JsonScanner::skip_digits() {
  const size_t start = at_;
  while (is_digit(now())) {
    ++at_;
  }
  return at_ > start;
}

bool JsonScanner::scan_number(JsonValue* value) {
  const size_t start = at_;
  value->kind = JsonKind::kWhole;
  takes('-');
  bool good = takes('0') || skip_digits();
  if (good && takes('.')) {
    value->kind = JsonKind::kFraction;
    good = skip_digits();
  }
  if (good && (takes('e') || takes('E'))) {
    value->kind = JsonKind::kFraction;
    static_cast<void>(takes('+') || takes('-'));
    good = skip_digits();
  }
  if (!good || is_word(now()) || now() == '.') {
    return fail("not a JSON number");
  }
  value->text = text_.substr(start, at_ - start);
  return true;
}

bool JsonScanner::scan_word(JsonValue* value) {
  const size_t start = at_;
  while (is_word(now())) {
    ++at_;
  }
  value->text = text_.substr(start, at_ - start);
  if (value->text == "true" || value->text == "false") {
    value->kind = JsonKind::kBool;
    return true;
  }
  if (value->text == "null") {
    value->kind = JsonKind::kNull;
    return true;
  }
  if (done() && value->text.empty()) {
    return fail("the file ends where a value is expected");
  }
  return fail("a value is expected: {...}, [...], a number, true, false, null, or a text in double quotes");
}

base::Code JsonDocument::scan(base::Problem& problem) {
  values_.clear();
  return JsonScanner(*this, problem).scan();
}

}  // namespace remora::config
