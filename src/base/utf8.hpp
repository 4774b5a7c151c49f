// Is it text? Checks for names and labels that come from a host or a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace remora::base {

// Decodes one character at the start of `text`. Returns its bytes, 0 when there is no valid one (Unicode 15,
// table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF). `*character` may be nullptr.
size_t decode_utf8(std::string_view text, uint32_t* character);

// Whether all of it is valid UTF-8. Empty text is.
bool is_utf8(std::string_view text);

// Whether it may be a name: 1 to max_bytes bytes of valid UTF-8 without control characters (U+0000 to U+001F,
// U+007F to U+009F), line and paragraph separators, or the marks that reverse the direction of text on
// screen.
bool is_printable_name(std::string_view text, size_t max_bytes);

}  // namespace remora::base
