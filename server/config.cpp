#include "server/config.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "core/base/utf8.h"
#include "core/identity/account.h"

namespace ringup {
namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;
constexpr std::size_t value_bytes_max = 4096;
constexpr std::size_t jwt_key_bytes_min = 32;  // as long as the hash (RFC 7518, 3.2)

enum class Kind {
  text,
  path,
  port,
  minutes,
  days,
  boolean,
  choice,
  email,
  phone,
  url,
  origins,
  count,
  duration,
  jwt_key
};

struct Setting {
  std::string_view name;
  Kind kind;
  std::string_view fallback;
  bool secret;
  std::string_view choices;  // separated by |
};

constexpr Setting settings[] = {
    {"SMTP_SERVER", Kind::text, "", false, ""},
    {"SMTP_PORT", Kind::port, "587", false, ""},
    {"EMAIL_USERNAME", Kind::text, "", false, ""},
    {"EMAIL_PASSWORD", Kind::text, "", true, ""},
    {"EMAIL_FROM", Kind::email, "", false, ""},
    {"JWT_SECRET_KEY", Kind::jwt_key, "", true, ""},
    {"JWT_ALGORITHM", Kind::choice, "HS256", false, "HS256"},
    {"JWT_ACCESS_TOKEN_EXPIRE_MINUTES", Kind::minutes, "30", false, ""},
    {"JWT_REFRESH_TOKEN_EXPIRE_DAYS", Kind::days, "7", false, ""},
    {"SSL_CERT_PATH", Kind::path, "", false, ""},
    {"SSL_KEY_PATH", Kind::path, "", false, ""},
    {"FORCE_HTTPS", Kind::boolean, "false", false, ""},
    {"TOTP_ISSUER", Kind::text, "Ringup", false, ""},
    {"SMS_PROVIDER", Kind::choice, "console", false, "console|twilio|aws_sns"},
    {"TWILIO_ACCOUNT_SID", Kind::text, "", false, ""},
    {"TWILIO_AUTH_TOKEN", Kind::text, "", true, ""},
    {"TWILIO_PHONE_NUMBER", Kind::phone, "", false, ""},
    {"TWILIO_API_BASE", Kind::url, "https://api.twilio.com", false, ""},
    {"AWS_ACCESS_KEY_ID", Kind::text, "", true, ""},
    {"AWS_SECRET_ACCESS_KEY", Kind::text, "", true, ""},
    {"AWS_REGION", Kind::text, "", false, ""},
    {"AWS_SNS_ENDPOINT", Kind::url, "", false, ""},
    {"PAYMENT_PROVIDER", Kind::choice, "console", false, "console|stripe"},
    {"STRIPE_SECRET_KEY", Kind::text, "", true, ""},
    {"STRIPE_WEBHOOK_SECRET", Kind::text, "", true, ""},
    {"STRIPE_API_BASE", Kind::url, "https://api.stripe.com", false, ""},
    {"BACKUP_DIR", Kind::text, "", false, ""},
    {"BACKUP_EVERY", Kind::duration, "24h", false, ""},
    {"BACKUP_PASSPHRASE", Kind::text, "", true, ""},
    {"PUBLIC_URL", Kind::url, "", false, ""},
    {"TRUSTED_PROXIES", Kind::count, "0", false, ""},
    {"CORS_ALLOWED_ORIGINS", Kind::origins, "", false, ""},
};

const Setting* find_setting(std::string_view name) {
  const auto found = std::find_if(std::begin(settings), std::end(settings),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found == std::end(settings) ? nullptr : &*found;
}

std::string_view trimmed(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_integer(std::string_view text, std::int64_t min, std::int64_t max) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() && value >= min && value <= max;
}

/// http or https, a host, an optional port, and nothing behind but one slash.
bool is_origin(std::string_view url) {
  if (url.starts_with("https://"))
    url.remove_prefix(8);
  else if (url.starts_with("http://"))
    url.remove_prefix(7);
  else
    return false;
  if (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t colon = url.starts_with('[') ? url.find(':', url.find(']')) : url.find(':');
  const std::string_view host = url.substr(0, colon);
  if (colon != std::string_view::npos && !is_integer(url.substr(colon + 1), 1, 65535)) return false;
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '[' || c == ']' || c == ':';
  });
}

bool any_choice(std::string_view choices, std::string_view text) {
  while (!choices.empty()) {
    const std::size_t bar = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, bar) == text) return true;
    choices.remove_prefix(std::min(bar + 1, choices.size()));
  }
  return false;
}

/// What a right value looks like, as a sentence; "" where `text` is one.
std::string wrong_with(const Setting& setting, std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (control || text.size() > value_bytes_max || !utf8::valid(text))
    return "This must be one line of text, of at most 4096 bytes.";
  const auto unless = [](bool fine, std::string words) { return fine ? std::string() : std::move(words); };
  switch (setting.kind) {
    case Kind::text:
    case Kind::path:
      return {};
    case Kind::port:
      return unless(is_integer(text, 1, 65535), "This must be a port, 1 to 65535.");
    case Kind::minutes:
      return unless(is_integer(text, 1, 1440), "This must be a number of minutes, 1 to 1440.");
    case Kind::days:
      return unless(is_integer(text, 1, 365), "This must be a number of days, 1 to 365.");
    case Kind::count:
      return unless(is_integer(text, 0, 16), "This must be a number from 0 to 16.");
    case Kind::boolean:
      return unless(text == "true" || text == "false", "This must be true or false.");
    case Kind::choice:
      return unless(any_choice(setting.choices, text),
                    "This must be one of " + std::string(setting.choices) + ".");
    case Kind::email:
      return unless(read_email(text).ok(), "This must be an e-mail address.");
    case Kind::phone:
      return unless(read_phone_number(text).ok(), "This must be a phone number like +49301234567.");
    case Kind::url:
      return unless(is_origin(text), "This must be an address like https://shop.example, without a path.");
    case Kind::duration: {
      const bool unit =
          text.size() > 1 && std::string_view("smhd").find(text.back()) != std::string_view::npos;
      return unless(unit && is_integer(text.substr(0, text.size() - 1), 1, 100'000),
                    "This must be a duration like 30m, 24h or 7d.");
    }
    case Kind::jwt_key:
      return unless(text.size() >= jwt_key_bytes_min, "This must have at least 32 bytes.");
    case Kind::origins: {
      std::string_view rest = text;
      while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view origin = trimmed(rest.substr(0, comma));
        if (!is_origin(origin) || origin.ends_with('/'))
          return "This must be a list of origins like https://shop.example, separated by commas.";
        rest.remove_prefix(std::min(comma + 1, rest.size()));
      }
      return {};
    }
  }
  return {};
}

Failure wrong(std::string_view name, const std::string& source, const std::string& words) {
  return fail(Error::configuration, std::string(name) + " (" + source + ")", words);
}

struct Line {
  std::string text, source;
};

Result<std::map<std::string, Line, std::less<>>> read_file(const std::string& path) {
  std::map<std::string, Line, std::less<>> lines;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return lines;
    return fail(Error::storage, path, std::string("Cannot read the settings: ") + std::strerror(errno) + ".");
  }
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return fail(Error::storage, path, "Cannot read the settings.");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > file_bytes_max) return fail(Error::configuration, path, "This file is too large.");
  int number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::string source = "ringup.env line " + std::to_string(++number);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos)
      return fail(Error::configuration, source, "This must be NAME=value.");
    const std::string_view name = trimmed(line.substr(0, equals));
    std::string_view value = trimmed(line.substr(equals + 1));
    if (value.starts_with('"')) {
      if (value.size() < 2 || !value.ends_with('"')) return wrong(name, source, "The quote is not closed.");
      value = value.substr(1, value.size() - 2);
    }
    if (find_setting(name) == nullptr) {
      return fail(Error::configuration,
                  utf8::valid(name) ? std::string(name.substr(0, 80)) + " (" + source + ")" : source,
                  "No setting has this name.");
    }
    if (!lines.emplace(std::string(name), Line{std::string(value), source}).second)
      return wrong(name, source, "This name stands in the file twice.");
  }
  return lines;
}

}  // namespace

std::optional<std::string> Config::process_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

Result<Config> Config::load(const std::string& folder, std::string_view listen,
                            const Environment& environment) {
  const auto file = TRY(read_file(folder + "/ringup.env"));
  Config config;
  for (const Setting& setting : settings) {
    Value value{std::string(setting.fallback), "default"};
    const std::optional<std::string> from_environment = environment(std::string(setting.name).c_str());
    if (from_environment.has_value() && !from_environment->empty())
      value = {*from_environment, "environment"};
    else if (const auto found = file.find(setting.name); found != file.end() && !found->second.text.empty())
      value = {found->second.text, found->second.source};
    if (!value.text.empty() && value.source != "default") {
      if (const std::string words = wrong_with(setting, value.text); !words.empty())
        return wrong(setting.name, value.source, words);
    }
    if (setting.kind == Kind::path && !value.text.empty() && !value.text.starts_with('/'))
      value.text = folder + "/" + value.text;
    config.values_.emplace(std::string(setting.name), std::move(value));
  }
  if (Value& url = config.values_.find("PUBLIC_URL")->second; url.text.empty()) {
    url.text = (config.is_set("SSL_CERT_PATH") ? "https://" : "http://") +
               std::string(listen.substr(0, listen.find(',')));
  }
  // What only makes sense together.
  const auto needs = [&](bool used, std::string_view name, std::string_view because) -> Result<void> {
    if (!used || config.is_set(name)) return {};
    return fail(Error::configuration, std::string(name),
                "This must be set, because " + std::string(because) + ".");
  };
  TRY(needs(config.is_set("SSL_CERT_PATH"), "SSL_KEY_PATH", "SSL_CERT_PATH is"));
  TRY(needs(config.is_set("SSL_KEY_PATH"), "SSL_CERT_PATH", "SSL_KEY_PATH is"));
  TRY(needs(config.is_set("SMTP_SERVER"), "EMAIL_FROM", "SMTP_SERVER is"));
  for (const char* name : {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER"})
    TRY(needs(config.text("SMS_PROVIDER") == "twilio", name, "SMS_PROVIDER is twilio"));
  for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"})
    TRY(needs(config.text("SMS_PROVIDER") == "aws_sns", name, "SMS_PROVIDER is aws_sns"));
  for (const char* name : {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"})
    TRY(needs(config.text("PAYMENT_PROVIDER") == "stripe", name, "PAYMENT_PROVIDER is stripe"));
  return config;
}

const std::string& Config::text(std::string_view name) const {
  const auto found = values_.find(name);
  ASSERT(found != values_.end());
  return found->second.text;
}

bool Config::is_given(std::string_view name) const {
  const auto found = values_.find(name);
  ASSERT(found != values_.end());
  return found->second.source != "default";
}

std::int64_t Config::integer(std::string_view name) const {
  const std::string& value = text(name);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

bool Config::boolean(std::string_view name) const {
  return text(name) == "true";
}

std::int64_t Config::seconds(std::string_view name) const {
  const std::string& value = text(name);
  if (value.empty()) return 0;
  const std::int64_t unit = value.back() == 'd'   ? 86'400
                            : value.back() == 'h' ? 3'600
                            : value.back() == 'm' ? 60
                                                  : 1;
  return integer(name) * unit;
}

bool Config::public_https() const {
  return text("PUBLIC_URL").starts_with("https://");
}

std::string Config::public_host() const {
  std::string host = text("PUBLIC_URL");
  host.erase(0, host.find("://") + 3);
  if (host.ends_with('/')) host.pop_back();
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) host.resize(colon);
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return host;
}

std::string Config::describe() const {
  std::string out;
  for (const Setting& setting : settings) {
    const Value& value = values_.find(setting.name)->second;
    const std::string shown = setting.secret && !value.text.empty() ? "********" : value.text;
    out += std::string(setting.name) + "=" + shown + "  # " + value.source + "\n";
  }
  return out;
}

}  // namespace ringup
