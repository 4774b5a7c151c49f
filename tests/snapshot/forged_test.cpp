// Well-formed files that say what no writer says: each is refused, with the place named.
#include "snapshot/forgery.hpp"
#include "snapshot/found.hpp"

namespace remora::test {
namespace {

TEST_F(Forged, AFileByHandIsAccepted) {
  EXPECT_EQ(verify(Forgery{}), Code::kOk) << problem_.text();
  EXPECT_EQ(contents_.info.rows, 2u);
  EXPECT_EQ(contents_.info.visits, 4u);
}

TEST_F(Forged, ValuesOutOfRangeAreNamed) {
  const std::string where = "row 0 (in the part at byte ";
  for (const float q : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                        -std::numeric_limits<float>::infinity(), 1.0000001e6F, -2e6F}) {
    const std::string text = refused([q](Forgery& f) { f.rows[0] = Forgery::row(0, 0, 0, 0, {{q, 1}}); });
    EXPECT_EQ(text.substr(0, where.size()), where) << text;
    EXPECT_NE(text.find("Q-value"), std::string::npos) << text;
  }
}

TEST_F(Forged, TheLargestValuesAreAccepted) {
  Forgery forgery;
  forgery.rows = {Forgery::row(0, 0, 0, 0, {{1e6F, UINT32_MAX}, {-1e6F, 1}, {-0.0F, 0}})};
  EXPECT_EQ(verify(forgery), Code::kOk) << problem_.text();
}

TEST_F(Forged, NumbersBeyondTheirTablesAreRefused) {
  EXPECT_NE(refused([](Forgery& f) { f.rows[1] = Forgery::row(2, 0, 0, 0, {}); }).find("row 1"),
            std::string::npos);
  EXPECT_NE(refused([](Forgery& f) { f.rows[0] = Forgery::row(0, 1, 0, 0, {}); }).find("task_type 1"),
            std::string::npos);
  EXPECT_NE(refused([](Forgery& f) { f.rows[0] = Forgery::row(0, 0, 2, 0, {}); }).find("label_set 2"),
            std::string::npos);
  EXPECT_NE(refused([](Forgery& f) { f.rows[0] = Forgery::row(0, 0, 0, 1, {}); }).find("segment 1"),
            std::string::npos);
  refused([](Forgery& f) { f.rows[0] = Forgery::row(1, 0, 0, 2, {}); });
  refused([](Forgery& f) { f.rows[0] = Forgery::row(1, 0, 0, 11, {}); });
  refused([](Forgery& f) { f.rows[0] = Forgery::row(1, 0, 0, 255, {}); });
}

TEST_F(Forged, ValuesOfVariantsThatTheAgentDoesNotHaveAreRefused) {
  const std::string text = refused([](Forgery& f) {
    f.rows[0] = Forgery::row(0, 0, 0, 0, {{}, {}, {}, {0.5F, 1}});
  });
  EXPECT_NE(text.find("the agent has no such variant: variant 3"), std::string::npos) << text;
  refused([](Forgery& f) { f.rows[0] = Forgery::row(0, 0, 0, 0, {{}, {}, {}, {0.5F, 0}}); });
  refused([](Forgery& f) { f.rows[1] = Forgery::row(1, 0, 0, 1, {{}, {}, {0.5F, 1}}); });
}

TEST_F(Forged, AStateStandsThereOnce) {
  const std::string text = refused([](Forgery& f) { f.rows.push_back(f.rows[0]); });
  EXPECT_NE(text.find("row 2"), std::string::npos) << text;
  EXPECT_NE(text.find("has a row already"), std::string::npos) << text;
}

TEST_F(Forged, AgentsAndVariantsMustBeRegistered) {
  Forgery agent;
  agent.agents.push_back({"stranger", {"fast"}});
  EXPECT_EQ(verify(agent), Code::kNotFound);
  EXPECT_NE(std::string(problem_.text()).find("\"stranger\""), std::string::npos);
  Forgery variant;
  variant.agents[0].variants.push_back("backdoor");
  EXPECT_EQ(verify(variant), Code::kNotFound);
  EXPECT_NE(std::string(problem_.text()).find("\"backdoor\""), std::string::npos);
  // An agent without variants has no rows, and so no power; one with rows but without variants is nothing.
  Forgery idle;
  idle.agents.push_back({"half-registered", {}});
  EXPECT_EQ(verify(idle), Code::kOk) << problem_.text();
  idle.rows.push_back(Forgery::row(2, 0, 0, 0, {}));
  EXPECT_EQ(verify(idle), Code::kDamaged);
}

TEST_F(Forged, AgentsOfNoCategoryAreNotTakenIntoANewState) {
  Forgery forgery;
  forgery.categories.clear();
  LearnedState fresh;
  fresh.folder().write("forged.rsnap", forgery.build());
  problem_.clear();
  EXPECT_EQ(snapshot::found_state(fresh.state(), "forged.rsnap", kSomeTime, nullptr, problem_),
            Code::kNotFound);
  EXPECT_EQ(store::name_count(fresh.history(), store::Kind::kAgent), 0U);
  EXPECT_EQ(fresh.generation(), 1U);
}

TEST_F(Forged, NamesAreNamesAndStandThereOnce) {
  refused([](Forgery& f) { f.agents.push_back(f.agents[0]); });
  refused([](Forgery& f) { f.agents[0].variants.emplace_back("fast"); });
  refused([](Forgery& f) { f.task_types.emplace_back("code-review"); });
  refused([](Forgery& f) { f.labels.emplace_back("size=large"); });
  refused([](Forgery& f) { f.categories.emplace_back("testing"); });
  for (const std::string& bad : {std::string(), std::string(97, 'x'), std::string("a\nb"),
                                 std::string("\xff"), std::string("a\0b", 3), std::string("\xe2\x80\xae")}) {
    refused([&](Forgery& f) { f.task_types[0] = bad; });
    refused([&](Forgery& f) { f.labels[0] = bad; });
    refused([&](Forgery& f) { f.categories[0] = bad; });
    refused([&](Forgery& f) { f.agents[0].name = bad; });
    refused([&](Forgery& f) { f.agents[0].variants[0] = bad; });
  }
  refused([](Forgery& f) { f.agents[0].category = 1; });
  refused([](Forgery& f) {
    f.agents[0].variants.clear();
    for (int i = 0; i < 65; ++i) {
      f.agents[0].variants.push_back("v" + std::to_string(i));
    }
  });
}

TEST_F(Forged, LabelSetsAreGrowingListsOfKnownLabels) {
  const auto with = [this](LabelSet set) { refused([&](Forgery& f) { f.label_sets[0] = set; }); };
  with({0, 0, 0, 0, 0, 0, 0, 0, 0});
  with({9, 0, 1, 0, 0, 0, 0, 0, 0});
  with({2, 1, 0, 0, 0, 0, 0, 0, 0});
  with({2, 0, 0, 0, 0, 0, 0, 0, 0});
  with({2, 0, 2, 0, 0, 0, 0, 0, 0});
  with({1, 0, 1, 0, 0, 0, 0, 0, 0});
  with({UINT32_MAX, 0, 1, 0, 0, 0, 0, 0, 0});
  refused([](Forgery& f) { f.label_sets.push_back(f.label_sets[0]); });
}

TEST_F(Forged, AttemptsHaveANumberAndSoundLabels) {
  const LabelSet none{0, 0, 0, 0, 0, 0, 0, 0, 0};
  const LabelSet known{1, 1, 0, 0, 0, 0, 0, 0, 0};
  Forgery sound;
  sound.attempts = {{1, 1, none}, {1, 1, known}, {~0ULL, 15, none}};
  sound.rows[1] = Forgery::row(1, 0, 4, 1, {{0.5F, 1}});
  EXPECT_EQ(verify(sound), Code::kOk) << problem_.text();
  const auto with = [this](const Attempt& attempt) { refused([&](Forgery& f) { f.attempts = {attempt}; }); };
  with({1, 0, none});
  with({1, 16, known});
  with({1, 1, {1, 2, 0, 0, 0, 0, 0, 0, 0}});
  with({1, 1, {0, 1, 0, 0, 0, 0, 0, 0, 0}});
  refused([&](Forgery& f) { f.attempts = {{1, 1, none}, {1, 1, none}}; });
  refused([&](Forgery& f) { f.rows[1] = Forgery::row(1, 0, 2, 1, {{0.5F, 1}}); });
}

TEST_F(Forged, PartsStandInOrder) {
  Forgery no_footer;
  no_footer.footer = false;
  EXPECT_EQ(verify(no_footer), Code::kDamaged);
  Forgery no_header;
  no_header.header = false;
  EXPECT_EQ(verify(no_header), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("the first part is no header"), std::string::npos)
      << problem_.text();
  refused([](Forgery& f) { f.first = 1; });
  Forgery two_headers;
  two_headers.extra_part = [&](FlatBufferBuilder&, std::string& out) { two_headers.append_header(out, {}); };
  EXPECT_EQ(verify(two_headers), Code::kDamaged);
  Forgery two_footers;
  two_footers.extra_part = [](FlatBufferBuilder& builder, std::string& out) {
    Forgery::append(builder, remora_snapshot::Body::Footer,
                    remora_snapshot::CreateFooter(builder, 2, 4, 1).Union(), out);
  };
  EXPECT_EQ(verify(two_footers), Code::kDamaged);
  Forgery empty_rows;
  empty_rows.extra_part = [](FlatBufferBuilder& builder, std::string& out) {
    const auto part =
        remora_snapshot::CreateRows(builder, 2, builder.CreateVectorOfStructs(std::vector<Row>()));
    Forgery::append(builder, remora_snapshot::Body::Rows, part.Union(), out);
  };
  EXPECT_EQ(verify(empty_rows), Code::kDamaged);
}

TEST_F(Forged, MoreRowsInAPartThanAWriterPutsThereAreRefused) {
  Forgery forgery;
  forgery.rows.assign(snapshot::kChunkRows + 1, Forgery::row(0, 0, 0, 0, {{0.5F, 1}}));
  EXPECT_EQ(verify(forgery), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("2049 rows"), std::string::npos) << problem_.text();
}

TEST_F(Forged, MoreAgentsThanAStateCanHaveAreRefused) {
  const std::string text = refused([](Forgery& f) {
    f.rows.clear();
    f.agents.clear();
    for (uint32_t i = 0; i < store::StateKey::kParentTask; ++i) {
      f.agents.push_back({"agent-" + std::to_string(i), {}});
    }
  });
  EXPECT_NE(text.find("65535 agents"), std::string::npos) << text;
}

TEST_F(Forged, AFooterOfAnotherSizeThanStatedIsRefused) {
  Bytes bytes(Forgery{}.build());
  snapshot::Envelope e = bytes.envelope();
  e.footer_bytes -= 1;  // takes the same place
  bytes.set_envelope(e);
  bytes.forge();
  problem_.clear();
  EXPECT_EQ(snapshot::verify(bytes.all(), learned_.history(), &contents_, problem_), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("byte 92"), std::string::npos) << problem_.text();
}

TEST_F(Forged, AttemptsAtAnOddPlaceAreRefused) {
  FlatBufferBuilder builder;
  const auto none = [&] { return builder.CreateVectorOfStrings(std::vector<std::string>()); };
  const auto categories = none();
  const auto agents = builder.CreateVector(std::vector<flatbuffers::Offset<remora_snapshot::Agent>>());
  const auto types = none();
  const auto labels = none();
  const auto sets = builder.CreateVectorOfStructs(std::vector<LabelSet>());
  const Attempt attempt(1, 1, LabelSet(0, 0, 0, 0, 0, 0, 0, 0, 0));
  uint32_t words[sizeof attempt / sizeof(uint32_t)];
  std::memcpy(words, &attempt, sizeof attempt);
  if (builder.GetSize() % 8 != 0) {
    builder.PushElement(uint32_t{0});
  }
  builder.PushElement(uint32_t{0});
  builder.StartVector(std::size(words), sizeof words[0]);
  for (size_t i = std::size(words); i > 0; --i) {
    builder.PushElement(words[i - 1]);
  }
  const flatbuffers::Offset<flatbuffers::Vector<const Attempt*>> attempts(builder.EndVector(1));
  snapshot::Envelope e;
  e.kind = 1;
  const auto header = remora_snapshot::CreateHeader(builder, e.directory_id, e.sequence, e.taken_ns,
                                                    remora_snapshot::SnapshotKind::Manual, e.generation, 256,
                                                    categories, agents, types, labels, sets, attempts);
  std::string part;
  Forgery::append(builder, remora_snapshot::Body::Header, header.Union(), part);
  const Bytes bytes(part);
  const remora_snapshot::Header& odd =
      *remora_snapshot::GetSizePrefixedPart(reinterpret_cast<const uint8_t*>(bytes.all().data()))
           ->body_as_Header();
  if (reinterpret_cast<uintptr_t>(odd.attempts()->Data()) % alignof(Attempt) == 0) {
    GTEST_FAIL() << "they lie at an even place after all";
  }
  EXPECT_EQ(
      snapshot::check_header(odd, e, learned_.history(), snapshot::Roster::kKnown, &contents_, problem_),
      Code::kDamaged);
  EXPECT_STREQ(problem_.text(), "header: the attempts are not at a multiple of 8");
}

TEST_F(Forged, RowsAtAnOddPlaceAreRefused) {
  // Moves the rows by four bytes within their part: sound for FlatBuffers' verifier, not for reading by
  // pointer.
  Forgery forgery;
  std::string file = forgery.build();
  Bytes bytes(file);
  const snapshot::Envelope e = bytes.envelope();
  const size_t part = snapshot::padded(sizeof e + e.header_bytes);
  FlatBufferBuilder builder;
  builder.PushElement(uint32_t{0});
  builder.StartVector(forgery.rows.size() * sizeof(Row) / 4, 4);
  for (size_t i = forgery.rows.size() * sizeof(Row) / 4; i > 0; --i) {
    builder.PushElement(reinterpret_cast<const uint32_t*>(forgery.rows.data())[i - 1]);
  }
  const flatbuffers::Offset<flatbuffers::Vector<const Row*>> vector(builder.EndVector(forgery.rows.size()));
  std::string out = file.substr(0, part);
  Forgery::append(builder, remora_snapshot::Body::Rows,
                  remora_snapshot::CreateRows(builder, 0, vector).Union(), out);
  const size_t rows_size = out.size() - part;
  out += file.substr(snapshot::footer_offset(e));
  Bytes moved(out);
  snapshot::Envelope changed = e;
  changed.total_bytes = out.size();
  moved.set_envelope(changed);
  moved.forge();
  problem_.clear();
  const Code code = snapshot::verify(moved.all(), learned_.history(), &contents_, problem_);
  const bool odd = std::string(problem_.text()).find("not at a multiple of 8") != std::string::npos;
  EXPECT_TRUE(code == Code::kDamaged && odd) << rows_size << " " << problem_.text();
}

}  // namespace
}  // namespace remora::test
