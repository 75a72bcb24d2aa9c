#pragma once
/// Settings: the environment first, then DIR/ringup.env, then the default. Every name is known here, also
/// those of features that are off; a malformed value, or an unknown name in the file, is a failure that names
/// it.
///
///     file  = *(line newline)
///     line  = blank / "#" comment / NAME "=" value       spaces around name and value are dropped;
///     value = text / DQUOTE text DQUOTE                  inside quotes they stay
///
/// A relative path is meant from the folder, so that a folder which moves still finds its files.
/// An empty value counts as not set. Unknown names in the environment are other programs' business.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

class Config {
 public:
  using Environment = std::function<std::optional<std::string>(const char* name)>;
  /// What std::getenv says.
  static std::optional<std::string> process_environment(const char* name);

  /// `listen` ("127.0.0.1:8080") gives PUBLIC_URL its default. configuration, naming the setting and, where
  /// it came from the file, the file and its line; storage where the file cannot be read.
  static Result<Config> load(const std::string& folder, std::string_view listen,
                             const Environment& environment = process_environment);

  /// The effective text; "" where nothing is set and there is no default. The name must be a known one.
  const std::string& text(std::string_view name) const;
  bool is_set(std::string_view name) const { return !text(name).empty(); }
  /// Set by the environment or the file.
  bool is_given(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool boolean(std::string_view name) const;
  /// Of a duration like 30m, 24h or 7d.
  std::int64_t seconds(std::string_view name) const;
  /// The host of PUBLIC_URL, lower case, without port.
  std::string public_host() const;
  /// Browsers come over HTTPS: PUBLIC_URL says so.
  bool public_https() const;

  /// "NAME=value  # where it came from" for every name, secrets masked, for `serve --check-config`.
  std::string describe() const;

 private:
  struct Value {
    std::string text;
    std::string source;  // "environment", "ringup.env line 3", "default"
  };
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace ringup
