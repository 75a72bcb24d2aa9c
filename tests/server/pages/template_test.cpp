/// Templates: what is escaped where, and that every one that is compiled in is whole.
#include "server/pages/template.h"

#include <gtest/gtest.h>

#include "server/pages/assets.h"

namespace ringup::pages {
namespace {

constexpr std::string_view evil = "<b>\"'&\r\nBcc: x";

json::Object all_values(std::string_view text) {
  json::Object values;
  for (const char* name :
       {"business_name", "first_name", "code", "device", "address", "at", "until", "what", "host"})
    values.push_back({name, text});
  values.push_back({"link", "https://shop.example/verify-email?token=a&b=\"><script>"});
  values.push_back({"minutes", 10});
  return values;
}

TEST(Template, EscapesForWhereItStands) {
  const auto html = fill("mail/login_code.html", all_values(evil), Escape::html);
  ASSERT_TRUE(html.ok()) << describe(html.failure());
  EXPECT_EQ(html->find("<b>"), std::string::npos);
  EXPECT_NE(html->find("&lt;b&gt;&quot;"), std::string::npos);
  const auto text = fill("mail/login_code.txt", all_values(evil), Escape::text);
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("<b>\"'&  Bcc: x"), std::string::npos);
  EXPECT_EQ(text->find("\nBcc"), std::string::npos);
}

TEST(Template, OfMailAndSmsFillWholly) {
  int filled = 0;
  for (const Asset& asset : all_assets()) {
    if (!asset.path.starts_with("mail/") && !asset.path.starts_with("sms/")) continue;
    if (asset.path.find("/part_") != std::string_view::npos) continue;
    const bool is_html = asset.path.ends_with(".html");
    const auto out = fill(asset.path, all_values("Olga"), is_html ? Escape::html : Escape::text);
    ASSERT_TRUE(out.ok()) << asset.path << ": " << describe(out.failure());
    EXPECT_EQ(out->find("{{"), std::string::npos) << asset.path;
    EXPECT_EQ(out->find("}}"), std::string::npos) << asset.path;
    EXPECT_EQ(out->find("<script"), is_html ? std::string::npos : out->find("<script")) << asset.path;
    EXPECT_EQ(out->find("<img"), std::string::npos) << asset.path;
    EXPECT_NE(out->find("Olga"), std::string::npos) << asset.path;
    ++filled;
  }
  EXPECT_EQ(filled, 11 * 3 + 2);
}

TEST(Template, SaysWhatIsMissing) {
  EXPECT_EQ(fill("mail/nothing.html", {}, Escape::html).error(), Error::not_found);
}

TEST(Template, TakesEmptyTextForNo) {
  const auto with = fill("mail/password_changed.txt",
                         {{"business_name", "Shop"}, {"link", "https://x.example/"}}, Escape::text);
  const auto without =
      fill("mail/password_changed.txt", {{"business_name", "Shop"}, {"link", ""}}, Escape::text);
  ASSERT_TRUE(with.ok() && without.ok());
  EXPECT_NE(with->find("https://x.example/"), std::string::npos);
  EXPECT_NE(without->find("ask for a new password"), std::string::npos);
}

}  // namespace
}  // namespace ringup::pages
