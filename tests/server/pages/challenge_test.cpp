/// What a public certificate authority asks, over plain HTTP and by any name.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/server/running.h"

namespace ringup {
namespace {

constexpr char path[] = "/.well-known/acme-challenge/";

TEST(Challenge, IsAnsweredFromItsFolderAloneAndByAnyName) {
  const test::RunningServer server({}, "shop.example");
  const std::string folder = server.folder().path() + "/acme" + path;
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "abc_DEF-123") << "abc_DEF-123.thumbprint";
  std::filesystem::create_symlink(server.folder().path() + "/secret.key", folder + "link");
  std::ofstream(folder + "large") << std::string(5'000, 'x');

  const test::Answer answer = server.get(std::string(path) + "abc_DEF-123", {{"Host", "new.example"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "abc_DEF-123.thumbprint");
  for (const char* token : {"none", "link", "large", "..%2Fabc_DEF-123", "%2e%2e", "abc%00", "."})
    EXPECT_EQ(server.get(std::string(path) + token).status / 100, 4) << token;
  std::filesystem::rename(folder, server.folder().path() + "/elsewhere");
  std::filesystem::create_directory_symlink(server.folder().path() + "/elsewhere",
                                            server.folder().path() + "/acme/.well-known/acme-challenge");
  EXPECT_EQ(server.get(std::string(path) + "abc_DEF-123").status, 404);
  EXPECT_EQ(server.get("/api/accounts/me/", {{"Host", "new.example"}}).status, 421);
}

}  // namespace
}  // namespace ringup
