#include "config/parse.hpp"

#include <cstdlib>
#include <exception>
#include <new>
#include <string>

#include <flatbuffers/idl.h>

#include "config/check.hpp"
#include "config/convert.hpp"
#include "config/json_document.hpp"
#include "config/schema_check.hpp"
#include "config_generated.h"
#include "config_schema_text.hpp"

namespace remora::config {
namespace {

using base::Code;
using base::Problem;

// The parser's own complaint "12: 34: error: text" as one of ours. check_types lets little through to it.
Code explain(const JsonDocument& document, const std::string& complaint, Problem& problem) {
  const auto line = static_cast<uint32_t>(std::strtoul(complaint.c_str(), nullptr, 10));
  const std::string_view mark = "error: ";
  const size_t at = complaint.find(mark);
  const char* text = at == std::string::npos ? complaint.c_str() : complaint.c_str() + at + mark.size();
  return document.refuse(problem, line == 0 ? 1 : line, "%s", text);
}

// FlatBuffers' parser cannot be destroyed once memory has run out amid its work: its tables may then name
// what is destroyed already. It is left behind in that case.
class ParserHolder {
 public:
  explicit ParserHolder(const flatbuffers::IDLOptions& options) : parser_(new flatbuffers::Parser(options)) {}
  ParserHolder(const ParserHolder&) = delete;
  ParserHolder& operator=(const ParserHolder&) = delete;
  ~ParserHolder() {
    if (std::uncaught_exceptions() == exceptions_before_) {
      delete parser_;
    }
  }
  flatbuffers::Parser& operator*() const { return *parser_; }

 private:
  int exceptions_before_ = std::uncaught_exceptions();
  flatbuffers::Parser* parser_;
};

Code parse_unguarded(const std::string& json, std::string_view file_name, Settings* out, Problem& problem) {
  JsonDocument document(json, file_name);
  if (const Code code = document.scan(problem); !ok(code)) {
    return code;
  }
  flatbuffers::IDLOptions options;
  options.set_empty_strings_to_null = false;  // an empty name is refused, not overlooked
  options.set_empty_vectors_to_null = false;
  const ParserHolder holder(options);
  flatbuffers::Parser& parser = *holder;
  if (!parser.Parse(kConfigSchemaText.data())) {
    return problem.set(Code::kInternal, "the configuration's schema does not parse: %s",
                       parser.error_.c_str());
  }
  if (const Code code = check_types(parser, document, problem); !ok(code)) {
    return code;
  }
  if (!parser.ParseJson(json.c_str())) {
    return explain(document, parser.error_, problem);
  }
  flatbuffers::Verifier verifier(parser.builder_.GetBufferPointer(), parser.builder_.GetSize());
  if (!verifier.VerifyBuffer<json::Config>(nullptr)) {
    return problem.set(Code::kInternal, "the parsed configuration is not well formed");
  }
  Settings settings;
  Reader reader(document, problem);
  convert(*flatbuffers::GetRoot<json::Config>(parser.builder_.GetBufferPointer()), reader, &settings);
  if (reader.failed()) {
    return Code::kConfig;
  }
  Complaint complaint;
  if (const Code code = check(settings, &complaint); !ok(code)) {
    return document.refuse(problem, document.line_of(complaint.path), "%s %s", complaint.path.c_str(),
                           complaint.text.c_str());
  }
  *out = std::move(settings);
  return Code::kOk;
}

}  // namespace

Code parse(std::string_view json, std::string_view file_name, Settings* out, Problem& problem) {
  if (json.size() > kMaxConfigBytes) {
    return problem.set(Code::kConfig, "%.*s has %zu bytes; at most %llu are read",
                       static_cast<int>(file_name.size()), file_name.data(), json.size(),
                       static_cast<unsigned long long>(kMaxConfigBytes));
  }
  try {
    return parse_unguarded(std::string(json), file_name, out, problem);
  } catch (const std::bad_alloc&) {
    return problem.set(Code::kMemory, "no memory to read the configuration");
  } catch (const std::exception& exception) {
    return problem.set(Code::kInternal, "reading the configuration: %s", exception.what());
  } catch (...) {
    return problem.set(Code::kInternal, "reading the configuration: unknown exception");
  }
}

}  // namespace remora::config
