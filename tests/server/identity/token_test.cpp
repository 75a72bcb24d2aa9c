/// Tokens, against the cases of project Wycheproof and against tokens of our own that were tampered with.
#include "server/identity/token.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/base/json.h"
#include "server/identity/password.h"
#include "server/store/keys.h"

namespace ringup::identity {
namespace {

using namespace std::string_literals;

constexpr std::int64_t second_us = 1'000'000;
const AccessKey key = make_access_key(std::string(32, 'k'));

Result<AccessClaims> verify(std::string_view token, const AccessKey& by, std::int64_t now_us) {
  return verify_access(token, std::span(&by, 1), now_us);
}

Id id_of(std::uint8_t last) {
  Id id;
  id.bytes.back() = last;
  return id;
}

json::Value read_cases() {
  std::ifstream file("tests/server/identity/wycheproof_jws.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto value = json::parse(text.str());
  EXPECT_TRUE(value.ok());
  return value.ok() ? *value : json::Value();
}

/// Everything in a key that somebody could take for a secret: its members as text and as bytes, all of it as
/// JSON, and nothing at all. With public keys this is what "RS/HS confusion" signs with.
std::vector<std::string> secrets_in(const json::Value& group) {
  std::vector<std::string> secrets{""};
  for (const char* half : {"private", "public"}) {
    const json::Value* key = group.find(half);
    if (key == nullptr) continue;
    secrets.push_back(json::dump(*key));
    for (const json::Member& member : *key->as_object()) {
      if (member.value.as_string() == nullptr) continue;
      secrets.push_back(*member.value.as_string());
      if (const auto bytes = base64url_decode(secrets.back()); bytes.ok()) secrets.push_back(*bytes);
    }
  }
  return secrets;
}

/// All 401 cases. We speak HS256 and nothing else: of its groups "valid" ones pass and "invalid" ones do not;
/// of all other algorithms the valid ones are refused like the rest, whatever is taken for the key.
TEST(Jws, EveryCaseOfWycheproof) {
  const json::Value cases = read_cases();
  std::vector<std::string> right;
  int accepted = 0, refused = 0, foreign = 0;
  for (const bool valid : {true, false}) {
    for (const json::Value& group : *cases.find("testGroups")->as_array()) {
      const json::Value* kind = group.find("private")->find("kty");
      const bool ours = *kind->as_string() == "oct";
      const std::vector<std::string> secrets = secrets_in(group);
      for (const json::Value& each : *group.find("tests")->as_array()) {
        if ((*each.find("result")->as_string() == "valid") != valid) continue;
        const std::string& jws = *each.find("jws")->as_string();
        const std::string name = json::dump(each);
        // As an access token none of them passes: none has our header.
        for (const std::string& secret : secrets)
          EXPECT_FALSE(verify(jws, make_access_key(secret), 0).ok()) << name;
        if (!ours) {
          for (const std::string& secret : secrets) EXPECT_FALSE(verify_hs256(jws, secret).ok()) << name;
          ++foreign;
          continue;
        }
        const auto secret = base64url_decode(*group.find("private")->find("k")->as_string());
        ASSERT_TRUE(secret.ok());
        const bool passes = verify_hs256(jws, *secret).ok();
        if (valid) {
          right.push_back(jws);
          // Two "valid" ones hold a '?' inside base64; strictness refuses those as well.
          EXPECT_EQ(passes, jws.find('?') == std::string::npos) << name;
          accepted += passes ? 1 : 0;
          refused += passes ? 0 : 1;
        } else if (std::find(right.begin(), right.end(), jws) == right.end()) {
          EXPECT_FALSE(passes) << name;
          ++refused;
        } else {
          ++refused;  // two "invalid" ones are, byte for byte, a valid one above
        }
      }
    }
  }
  EXPECT_EQ(accepted, 8);
  EXPECT_EQ(accepted + refused + foreign, 401);
  EXPECT_EQ(foreign, 361);
}

TEST(AccessToken, ComesBackAsItWasSigned) {
  const AccessClaims claims{id_of(1), id_of(2), id_of(3), 100, 200};
  const std::string token = sign_access(claims, key);
  const auto read = verify(token, key, 199 * second_us);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->session, claims.session);
  EXPECT_EQ(read->user, claims.user);
  EXPECT_EQ(read->tenant, claims.tenant);
  EXPECT_FALSE(verify(token, key, 200 * second_us).ok());
  EXPECT_FALSE(verify(token, make_access_key(std::string(32, 'x')), 150 * second_us).ok());
}

TEST(AccessToken, OneAlgorithmOnly) {
  const std::string payload = base64url_encode(
      R"({"iss":"ringup","sub":"00000000-0000-7000-8000-000000000002","tid":"00000000-0000-7000-8000-000000000003",)"
      R"("sid":"00000000-0000-7000-8000-000000000001","iat":100,"exp":200})");
  const auto token = [&](std::string_view header) {
    const std::string signed_part = base64url_encode(header) + "." + payload;
    const Sha256Digest mac = store::hmac_sha256(key.secret, signed_part);
    return signed_part + "." + base64url_encode({reinterpret_cast<const char*>(mac.data()), mac.size()});
  };
  const std::string ours = R"({"alg":"HS256","kid":")" + key.kid + R"(","typ":"JWT"})";
  EXPECT_TRUE(verify(token(ours), key, 0).ok());
  for (const std::string& header :
       {R"({"alg":"HS256","typ":"JWT"})"s, R"({"alg":"HS256","kid":"another","typ":"JWT"})"s,
        ours.substr(0, ours.size() - 1) + R"(,"jku":"https://keys.example/keys"})",
        ours.substr(0, ours.size() - 1) + R"(,"jwk":{"kty":"oct","k":"a2V5"}})"})
    EXPECT_FALSE(verify(token(header), key, 0).ok()) << header;
  for (const char* header :
       {R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS512","typ":"JWT"})", R"({"alg":"RS256","typ":"JWT"})",
        R"({"alg":"hs256","typ":"JWT"})", R"({"typ":"JWT"})",
        R"({"alg":"HS256","typ":"JWT","crit":["x"],"x":1})", R"({"alg":["HS256"]})", "", "[]"}) {
    EXPECT_FALSE(verify_hs256(token(header), key.secret).ok()) << header;
    EXPECT_FALSE(verify(token(header), key, 0).ok()) << header;
  }
  EXPECT_FALSE(verify(sign_hs256("{}", key.secret), key, 0).ok());
  EXPECT_FALSE(verify(sign_hs256("no json", key.secret), key, 0).ok());
  EXPECT_FALSE(verify(token(ours) + std::string(5000, 'x'), key, 0).ok());
}

TEST(AccessToken, NoByteOfItMayChange) {
  const std::string token = sign_access({id_of(1), id_of(2), id_of(3), 100, 200}, key);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify(changed, key, 0).ok()) << i;
  }
}

TEST(Base64Url, HasOneFormForEachText) {
  // RFC 4648, section 10, without padding.
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64url_encode(bytes), text);
    EXPECT_EQ(*base64url_decode(text), bytes);
  }
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
  for (const char* wrong : {"Z", "Zh", "Zm9", "Zg==", "Zm 8", "+/8", "Zm9v\n"})
    EXPECT_FALSE(base64url_decode(wrong).ok()) << wrong;
}

TEST(Keys, AreDerivedAsRfc5869Says) {
  // Appendix A.3: no salt, no info; the first 32 bytes.
  const std::string derived = store::derive_key(std::string(22, '\x0b'), "");
  EXPECT_EQ(to_hex(reinterpret_cast<const std::uint8_t*>(derived.data()), derived.size()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(Password, IsKeptAsArgon2id) {
  const World world;
  const std::string phc = hash_password("seven small green boats", world);
  EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << phc;
  EXPECT_NE(phc, hash_password("seven small green boats", world));
  EXPECT_TRUE(verify_password("seven small green boats", phc));
  EXPECT_FALSE(verify_password("seven small green boat", phc));
  EXPECT_FALSE(verify_password("x", "plain text"));
  EXPECT_FALSE(verify_password("x", nobodys_hash()));
}

TEST(Password, MadeOnesAreEasyToTypeAndHardToGuess) {
  World world;
  int next = 0;
  world.random = [&](std::span<std::uint8_t> out) {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next++);
  };
  EXPECT_EQ(make_password(world), "abcd-efgh-jkmn-pqrs");
  EXPECT_NE(make_password(world), make_password(world));
}

}  // namespace
}  // namespace ringup::identity
