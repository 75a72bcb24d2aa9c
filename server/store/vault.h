#pragma once
/// Secrets at rest: AES-256-GCM with a random nonce, under a key derived from the folder's secret. What the
/// server must read again (a TOTP secret, the values of a mail that waits) is kept so; what it only compares
/// is kept as a hash.
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup::store {

class Vault {
 public:
  /// `label`: what the key is for, and nothing else.
  Vault(std::string_view secret, std::string_view label);
  /// nonce, ciphertext, tag: 28 bytes more than the text. `about` is bound to it and must be the same when it
  /// is opened: the row it belongs to.
  std::string seal(std::string_view text, std::string_view about = {}) const;
  /// damaged where it was not sealed by this key for this.
  Result<std::string> open(std::string_view sealed, std::string_view about = {}) const;

 private:
  std::string key_;
};

}  // namespace ringup::store
