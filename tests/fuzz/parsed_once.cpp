// The configuration of the host for fuzz targets is the same with nearly every input, and reading it took
// more than half of the time: what was parsed last is kept. The linker leads calls of parse to here (--wrap).
#include <string>

#include "config/parse.hpp"

namespace remora::fuzz {

using config::Settings;

base::Code really_parse(std::string_view json, std::string_view file_name, Settings* out,
                        base::Problem& problem) asm("__real_" REMORA_PARSE);
base::Code parse_once(std::string_view json, std::string_view file_name, Settings* out,
                      base::Problem& problem) asm("__wrap_" REMORA_PARSE);

base::Code parse_once(std::string_view json, std::string_view file_name, Settings* out,
                      base::Problem& problem) {
  static std::string text;
  static Settings settings;
  if (!json.empty() && json == text) {
    *out = settings;
    return base::Code::kOk;
  }
  const base::Code code = really_parse(json, file_name, out, problem);
  if (base::ok(code)) {
    text = json;
    settings = *out;
  }
  return code;
}

}  // namespace remora::fuzz
