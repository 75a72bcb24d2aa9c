// Which pictures are loaded, kept and let go.
#include "web/platform/pictures.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ringup::tests {
namespace {

using platform::Picture;
using platform::Pictures;

struct PicturesTest : testing::Test {
  struct Asked {
    std::uint32_t request;
    std::string url;
  };
  std::vector<Asked> asked;
  std::vector<std::uint64_t> dropped;
  double now = 0;
  Pictures pictures{[this](std::uint32_t request, const std::string& url) {
                      asked.push_back({request, url});
                    },
                    [this](std::uint64_t texture) { dropped.push_back(texture); }};

  void frame(const std::vector<std::string>& urls) {
    for (const std::string& url : urls) pictures.ask(url);
    pictures.end_frame(now += 16);
  }
  void arrive(std::uint64_t texture, float side = 96) {
    const Asked first = asked.front();
    asked.erase(asked.begin());
    pictures.loaded(first.request, {texture, side, side});
  }
};

TEST_F(PicturesTest, APictureIsLoadedOnceAndThere) {
  frame({"/a"});
  frame({"/a"});
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(pictures.ask("/a").texture, 0u);
  arrive(7);
  EXPECT_EQ(pictures.ask("/a").texture, 7u);
}

TEST_F(PicturesTest, OnlySixAtATimeAndOnlyWhatIsStillSeen) {
  std::vector<std::string> many;
  for (int i = 0; i < 20; ++i) many.push_back("/old" + std::to_string(i));
  frame(many);
  EXPECT_EQ(asked.size(), 6u);
  frame({"/new"});
  frame({"/new"});
  arrive(1);
  arrive(2);
  EXPECT_EQ(asked.size(), 5u) << "one more: of the old ones nobody looks at any more none is loaded";
  EXPECT_EQ(asked.back().url, "/new");
}

TEST_F(PicturesTest, WhatWasDrawnLongestAgoGoes) {
  std::uint64_t texture = 0;
  for (int i = 0; i < 30; ++i) {  // 960 by 960 pixels are 4.9 MB
    frame({"/" + std::to_string(i)});
    arrive(++texture, 960);
    frame({"/" + std::to_string(i)});
  }
  EXPECT_LE(pictures.bytes(), platform::pictures_bytes_max);
  ASSERT_FALSE(dropped.empty());
  EXPECT_EQ(dropped.front(), 1u);
  EXPECT_EQ(pictures.ask("/29").texture, 30u);
  EXPECT_EQ(pictures.ask("/0").texture, 0u);
}

TEST_F(PicturesTest, WhatIsSeenStaysEvenAboveTheBound) {
  std::vector<std::string> many;
  for (int i = 0; i < 20; ++i) many.push_back("/" + std::to_string(i));
  for (std::uint64_t i = 1; i <= 20; ++i) {
    frame(many);
    arrive(i, 960);
  }
  frame(many);
  EXPECT_GT(pictures.bytes(), platform::pictures_bytes_max);
  EXPECT_TRUE(dropped.empty());
}

TEST_F(PicturesTest, AMissingOneIsNotAskedForAgainButAFailedOneIs) {
  frame({"/missing", "/cut"});
  ASSERT_EQ(asked.size(), 2u);
  for (const Asked& one : asked) pictures.failed(one.request, one.url == "/missing");
  asked.clear();
  frame({"/missing", "/cut"});
  EXPECT_TRUE(asked.empty());
  now += platform::picture_retry_ms;
  frame({});
  frame({"/missing", "/cut"});
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked.front().url, "/cut");
}

TEST_F(PicturesTest, AfterALostContextAllIsLoadedAnew) {
  frame({"/a", "/b"});
  arrive(1);
  pictures.forget();
  EXPECT_EQ(pictures.ask("/a").texture, 0u);
  arrive(9);  // the other one comes too late
  EXPECT_EQ(dropped, std::vector<std::uint64_t>{9});
  frame({"/a"});
  EXPECT_EQ(asked.size(), 1u);
}

TEST_F(PicturesTest, AddressesAreForgottenToo) {
  for (int i = 0; i < 10'000; ++i) {
    frame({"/" + std::to_string(i)});
    while (!asked.empty()) {
      pictures.failed(asked.front().request, true);
      asked.erase(asked.begin());
    }
  }
  frame({"/9999"});
  EXPECT_TRUE(asked.empty()) << "the newest are still known";
  frame({"/0"});
  EXPECT_EQ(asked.size(), 1u);
}

}  // namespace
}  // namespace ringup::tests
