#pragma once
/// The part of `serve` that has to do with certificates: loads the pair that the settings name, looks at its
/// files while the server runs, and renews what our own authority made.
#include <functional>
#include <memory>
#include <string>

#include "server/config.h"
#include "server/http/https.h"
#include "server/http/tls_context.h"
#include "server/http/wire.h"
#include "server/pages/metrics.h"

namespace ringup::commands {

class Tls {
 public:
  static constexpr int look_ms = 3'000;  // between two looks at the files

  /// One that speaks no TLS where no certificate is set. configuration, naming the file.
  static Result<std::unique_ptr<Tls>> load(const Config& config, const std::string& data_folder);

  bool spoken() const { return certificates_ != nullptr; }
  bool local_authority() const { return local_; }
  /// For the guard; none where TLS is not spoken.
  std::function<std::unique_ptr<http::Wire>(int socket)> wire() const;
  http::CertificateFacts facts() const { return certificates_->facts(); }
  pages::Metrics::Tls figures() const;
  /// Every look_ms; `in_any_case` where somebody asks. One thread.
  void look(bool in_any_case);

 private:
  Tls() = default;
  void renew();
  std::unique_ptr<http::Certificates> certificates_;
  std::string folder_;
  bool local_ = false;
  std::int64_t renew_tried_us_ = 0;
};

http::HttpsPolicy https_policy(const Config& config, const Tls& tls,
                               const std::vector<std::pair<std::string, int>>& listen);

/// Prints the settings for --check-config, and looks at the certificate; → the exit status.
int check_config(const Config& config);

}  // namespace ringup::commands
