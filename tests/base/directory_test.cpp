#include "base/directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <string>
#include <utility>

#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::is_ok;
using test::TempDir;

class DirectoryTest : public testing::Test {
 protected:
  Code open(const std::string& path, const DirectoryRules& rules = {}) {
    return Directory::open(path, rules, &directory_, problem_);
  }

  TempDir temp_;
  Directory directory_;
  Problem problem_;
};

TEST_F(DirectoryTest, OpensAndNamesAFolder) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  struct stat status {};
  ASSERT_EQ(stat(temp_.path().c_str(), &status), 0);
  EXPECT_TRUE(directory_.is_open());
  EXPECT_GE(directory_.fd(), 3);
  EXPECT_EQ(directory_.path(), temp_.path());
  EXPECT_EQ(directory_.identity(), (DirectoryIdentity{status.st_dev, status.st_ino}));
}

TEST_F(DirectoryTest, ChildProgramsDoNotInheritIt) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  EXPECT_NE(fcntl(directory_.fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(DirectoryTest, MakesTheFolderOnlyWhenAsked) {
  EXPECT_EQ(open(temp_.file("new")), Code::kNotFound);
  EXPECT_FALSE(temp_.has("new"));
  ASSERT_TRUE(is_ok(open(temp_.file("new"), {.create = true}), problem_));
  struct stat status {};
  ASSERT_EQ(stat(temp_.file("new").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(DirectoryTest, DoesNotMakeParents) {
  EXPECT_EQ(open(temp_.file("a/b"), {.create = true}), Code::kNotFound);
  EXPECT_FALSE(temp_.has("a"));
}

TEST_F(DirectoryTest, ReadOnlyNeverMakesAnything) {
  EXPECT_EQ(open(temp_.file("new"), {.create = true, .read_only = true}), Code::kNotFound);
  EXPECT_FALSE(temp_.has("new"));
}

TEST_F(DirectoryTest, TwoPathsOfOneFolderHaveOneIdentity) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  Directory other;
  ASSERT_TRUE(is_ok(Directory::open(temp_.path() + "/./", {}, &other, problem_), problem_));
  EXPECT_EQ(directory_.identity(), other.identity());
}

TEST_F(DirectoryTest, RefusesASymbolicLinkInItsPlace) {
  ASSERT_EQ(mkdir(temp_.file("real").c_str(), 0700), 0);
  ASSERT_EQ(symlink("real", temp_.file("link").c_str()), 0);
  EXPECT_EQ(open(temp_.file("link")), Code::kPermission);
  EXPECT_NE(std::string(problem_.text()).find("symbolic link"), std::string::npos) << problem_.text();
  EXPECT_EQ(open(temp_.file("link/")), Code::kPermission);
  EXPECT_EQ(open(temp_.file("link//")), Code::kPermission);
  EXPECT_FALSE(directory_.is_open());
}

TEST_F(DirectoryTest, RefusesADanglingLinkEvenWhenAskedToCreate) {
  ASSERT_EQ(symlink("nowhere", temp_.file("link").c_str()), 0);
  EXPECT_EQ(open(temp_.file("link"), {.create = true}), Code::kPermission);
  EXPECT_FALSE(temp_.has("nowhere"));
}

TEST_F(DirectoryTest, RefusesAFileInItsPlace) {
  temp_.write("file", "x");
  EXPECT_EQ(open(temp_.file("file")), Code::kPermission);
}

TEST_F(DirectoryTest, RefusesFoldersThatOthersMayWrite) {
  for (const mode_t mode : {0770U, 0702U, 01777U}) {
    ASSERT_EQ(chmod(temp_.path().c_str(), mode), 0);
    EXPECT_EQ(open(temp_.path()), Code::kPermission) << mode;
    EXPECT_NE(std::string(problem_.text()).find("mode"), std::string::npos) << problem_.text();
  }
  ASSERT_EQ(chmod(temp_.path().c_str(), 0755), 0);
  EXPECT_TRUE(is_ok(open(temp_.path()), problem_));
}

TEST_F(DirectoryTest, SharedFoldersAreAcceptedWhenAllowed) {
  ASSERT_EQ(chmod(temp_.path().c_str(), 0777), 0);
  EXPECT_TRUE(is_ok(open(temp_.path(), {.allow_shared = true}), problem_));
}

TEST_F(DirectoryTest, RefusesAForeignOwner) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can give a folder to somebody else";
  }
  ASSERT_EQ(chown(temp_.path().c_str(), 12345, 12345), 0);
  EXPECT_EQ(open(temp_.path()), Code::kPermission);
  EXPECT_NE(std::string(problem_.text()).find("12345"), std::string::npos) << problem_.text();
  EXPECT_TRUE(is_ok(open(temp_.path(), {.allow_shared = true}), problem_));
}

TEST_F(DirectoryTest, RefusesPathsThatAreNone) {
  EXPECT_EQ(open(""), Code::kInvalid);
  EXPECT_EQ(open(std::string("/tmp\0x", 6)), Code::kInvalid);
  EXPECT_EQ(open(std::string(5000, 'a')), Code::kInvalid);
}

TEST_F(DirectoryTest, AFailureLeavesTheOutputAlone) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  const int before = directory_.fd();
  EXPECT_EQ(open(temp_.file("missing")), Code::kNotFound);
  EXPECT_EQ(directory_.fd(), before);
}

TEST_F(DirectoryTest, MovingLeavesNothingBehind) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  const int fd = directory_.fd();
  Directory other = std::move(directory_);
  EXPECT_EQ(other.fd(), fd);
  EXPECT_FALSE(directory_.is_open());  // NOLINT(bugprone-use-after-move): what is promised
}

TEST_F(DirectoryTest, NetworkFileSystemsAreKnownByType) {
  EXPECT_STREQ(network_file_system_name(0x6969), "NFS");
  EXPECT_STREQ(network_file_system_name(0xFF534D42), "CIFS");
  EXPECT_STREQ(network_file_system_name(0x01021997), "9P");
  EXPECT_STREQ(network_file_system_name(0x65735546), "FUSE");
  EXPECT_EQ(network_file_system_name(0xEF53), nullptr);      // ext4
  EXPECT_EQ(network_file_system_name(0x01021994), nullptr);  // tmpfs
}

TEST_F(DirectoryTest, SubfoldersAreMadeAndChecked) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  Directory sub;
  ASSERT_TRUE(is_ok(directory_.open_subfolder("snap", &sub, problem_), problem_));
  EXPECT_EQ(sub.path(), temp_.file("snap"));
  ASSERT_EQ(symlink("snap", temp_.file("link").c_str()), 0);
  EXPECT_EQ(directory_.open_subfolder("link", &sub, problem_), Code::kPermission);
  ASSERT_EQ(chmod(temp_.file("snap").c_str(), 0777), 0);
  EXPECT_EQ(directory_.open_subfolder("snap", &sub, problem_), Code::kPermission);
}

TEST_F(DirectoryTest, RenameReplacesAndRenameNewDoesNot) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  temp_.write("a", "new");
  temp_.write("b", "old");
  EXPECT_EQ(directory_.rename_new("a", "b", problem_), Code::kExists);
  EXPECT_EQ(temp_.read("b"), "old");
  EXPECT_TRUE(is_ok(directory_.rename("a", "b", problem_), problem_));
  EXPECT_EQ(temp_.read("b"), "new");
  EXPECT_TRUE(is_ok(directory_.rename_new("b", "c", problem_), problem_));
  EXPECT_FALSE(directory_.contains("b"));
  EXPECT_TRUE(directory_.contains("c"));
  EXPECT_EQ(directory_.rename("missing", "c", problem_), Code::kNotFound);
}

TEST_F(DirectoryTest, RemovingAMissingFileIsNoError) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  temp_.write("a", "x");
  EXPECT_TRUE(is_ok(directory_.remove("a", problem_), problem_));
  EXPECT_FALSE(temp_.has("a"));
  EXPECT_TRUE(is_ok(directory_.remove("a", problem_), problem_));
}

TEST_F(DirectoryTest, ListsEveryEntryAndStopsWhenTold) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  temp_.write("a", "");
  temp_.write("b", "");
  std::set<std::string> seen;
  const auto collect = [](void* context, const char* name) {
    static_cast<std::set<std::string>*>(context)->insert(name);
    return true;
  };
  ASSERT_TRUE(is_ok(directory_.list(collect, &seen, problem_), problem_));
  ASSERT_TRUE(is_ok(directory_.list(collect, &seen, problem_), problem_));  // begins anew each time
  EXPECT_EQ(seen, (std::set<std::string>{"a", "b"}));
  int count = 0;
  const auto stop = [](void* context, const char*) {
    ++*static_cast<int*>(context);
    return false;
  };
  ASSERT_TRUE(is_ok(directory_.list(stop, &count, problem_), problem_));
  EXPECT_EQ(count, 1);
}

TEST_F(DirectoryTest, SyncSucceeds) {
  ASSERT_TRUE(is_ok(open(temp_.path()), problem_));
  EXPECT_TRUE(is_ok(directory_.sync(problem_), problem_));
}

}  // namespace
}  // namespace remora::base
