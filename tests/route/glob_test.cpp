#include "route/glob.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "route/weighted_patterns.hpp"

namespace remora::route {
namespace {

// Whether a translated glob finds a name in the form that the expressions are written for.
bool matches(std::string_view glob, std::string path) {
  std::transform(path.begin(), path.end(), path.begin(), lower_case);
  GlobRegex translated;
  base::Problem problem;
  EXPECT_TRUE(ok(translate_glob(glob, &translated, problem))) << glob << ": " << problem.text();
  WeightedPatterns patterns(WeightedPatterns::Dialect::kRegex);
  EXPECT_TRUE(ok(patterns.add(translated.regex, 0, 1.0F, problem))) << problem.text();
  EXPECT_TRUE(ok(patterns.compile(problem))) << problem.text();
  const std::string name = path.substr(path.find_last_of('/') + 1);
  Hits hits;
  std::vector<int> scratch;
  patterns.find(translated.whole_path ? "\n/" + path + "\n" : "\n" + name + "\n", &hits, &scratch);
  bool found = false;
  hits.for_each([&](size_t) { found = true; });
  return found;
}

std::string refusal(std::string_view glob) {
  GlobRegex translated;
  base::Problem problem;
  EXPECT_EQ(translate_glob(glob, &translated, problem), base::Code::kInvalid) << glob;
  return problem.text();
}

TEST(Glob, WithoutSlashIsMatchedWithTheBaseName) {
  EXPECT_TRUE(matches("*.sql", "db/001.sql"));
  EXPECT_FALSE(matches("*.sql", "db.sql/readme"));
  EXPECT_FALSE(matches("*.sql", "a.sqlx"));
  EXPECT_TRUE(matches("Dockerfile*", "docker/dockerfile.dev"));
  EXPECT_FALSE(matches("Dockerfile*", "my.dockerfile"));
  EXPECT_TRUE(matches("*metrics*", "src/http_metrics.go"));
  EXPECT_TRUE(matches("package.json", "web/package.json"));
  EXPECT_FALSE(matches("package.json", "web/my-package.json"));
}

TEST(Glob, WithSlashIsMatchedWithTheWholePath) {
  EXPECT_TRUE(matches("src/*.c", "src/a.c"));
  EXPECT_FALSE(matches("src/*.c", "src/x/a.c"));
  EXPECT_FALSE(matches("src/*.c", "lib/src/a.c"));
  EXPECT_TRUE(matches("/src/*.c", "src/a.c"));
  EXPECT_TRUE(matches("./src/*.c", "src/a.c"));
}

TEST(Glob, DoubleStarCrossesFolders) {
  EXPECT_TRUE(matches("**/migrations/**", "migrations/1.py"));
  EXPECT_TRUE(matches("**/migrations/**", "app/x/migrations/deep/1.py"));
  EXPECT_FALSE(matches("**/migrations/**", "app/my_migrations/1.py"));
  EXPECT_TRUE(matches("a/**/b.c", "a/b.c"));
  EXPECT_TRUE(matches("a/**/b.c", "a/x/y/b.c"));
  EXPECT_FALSE(matches("a/**/b.c", "a/xb.c"));
  EXPECT_TRUE(matches("docs/", "docs/x/y.md"));
  EXPECT_FALSE(matches("docs/", "a/docs/y.md"));
}

TEST(Glob, QuestionMarkIsOneCharacterOfAnyScript) {
  EXPECT_TRUE(matches("v?.txt", "v1.txt"));
  EXPECT_TRUE(matches("v?.txt", "v\xC3\xA9.txt"));
  EXPECT_FALSE(matches("v?.txt", "v10.txt"));
  EXPECT_FALSE(matches("v?.txt", "v.txt"));
}

TEST(Glob, BracketsHoldCharactersAndRanges) {
  EXPECT_TRUE(matches("v[0-3a].txt", "v2.txt"));
  EXPECT_TRUE(matches("v[0-3a].txt", "vA.txt"));
  EXPECT_FALSE(matches("v[0-3a].txt", "v4.txt"));
  EXPECT_FALSE(matches("v[!0-9].txt", "v4.txt"));
  EXPECT_TRUE(matches("v[^0-9].txt", "v\xC3\xA9.txt"));
  EXPECT_TRUE(matches("v[]].txt", "v].txt"));
  EXPECT_TRUE(matches("a[*]b", "a*b"));
  EXPECT_FALSE(matches("a[*]b", "axb"));
}

TEST(Glob, BracesAreAlternativesAndNest) {
  EXPECT_TRUE(matches("*.{yaml,yml}", "a.yml"));
  EXPECT_FALSE(matches("*.{yaml,yml}", "a.yl"));
  EXPECT_TRUE(matches("{a,b{1,2}}.c", "b2.c"));
  EXPECT_FALSE(matches("{a,b{1,2}}.c", "b.c"));
  EXPECT_TRUE(matches("a,b", "a,b"));
}

TEST(Glob, TakesCharactersOfRegularExpressionsLiterally) {
  EXPECT_FALSE(matches("a.c", "abc"));
  EXPECT_TRUE(matches("a+(b)|$^.c", "a+(b)|$^.c"));
}

TEST(Glob, IgnoresCaseOfAsciiLetters) {
  EXPECT_TRUE(matches("README*", "docs/readme"));
  EXPECT_TRUE(matches("[A-C].x", "b.x"));
}

TEST(Glob, CountsTheStarsThatAreNotAtAnEnd) {
  GlobRegex translated;
  base::Problem problem;
  for (const auto& [glob, stars] :
       {std::pair("*.sql", 0U), {"*x*", 0U}, {"**/docs/**", 0U}, {"a*b", 1U}, {"src/**/*.c", 2U}}) {
    ASSERT_TRUE(ok(translate_glob(glob, &translated, problem)));
    EXPECT_EQ(translated.stars, stars) << glob;
  }
}

TEST(Glob, SaysWhatIsWrongWithABadOne) {
  EXPECT_NE(refusal("").find("0 bytes"), std::string::npos);
  EXPECT_NE(refusal(std::string(kMaxGlobBytes + 1, 'a')).find("257 bytes"), std::string::npos);
  EXPECT_NE(refusal("*").find("matches any file"), std::string::npos);
  EXPECT_NE(refusal("**/*").find("matches any file"), std::string::npos);
  EXPECT_NE(refusal("a{b").find("'{' is not closed"), std::string::npos);
  EXPECT_NE(refusal("a}b").find("has no '{'"), std::string::npos);
  EXPECT_NE(refusal("a[bc").find("'[' is not closed"), std::string::npos);
  EXPECT_NE(refusal("a[]").find("'[' is not closed"), std::string::npos);
  EXPECT_NE(refusal("a[z-b]").find("backwards"), std::string::npos);
  EXPECT_NE(refusal("a[/]").find("ASCII"), std::string::npos);
  EXPECT_NE(refusal("src\\a").find("separate folders by '/'"), std::string::npos);
  EXPECT_NE(refusal("a\nb").find("control character"), std::string::npos);
  EXPECT_NE(refusal("a[\nb]c").find("control character"), std::string::npos);
  EXPECT_NE(refusal("a*b*c*d*e*f*g*h*i*j").find("more than 8"), std::string::npos);
}

}  // namespace
}  // namespace remora::route
