#pragma once
/// A shop's own certificate authority, for servers that only a local network reaches and that no public
/// authority vouches for. The owner trusts it once on each device (the page /trust tells how); from then on
/// its certificates are as good as bought ones.
///
///     DIR/tls/authority.crt  what devices trust: P-256, ten years       DIR/tls/authority.key  mode 0600
///     DIR/tls/server.crt     what the server shows: at most 397 days    DIR/tls/server.key     mode 0600
///
/// Trusting it is safe, because of what stands in it: it can vouch only for the hosts that it was made for
/// and names below them (name constraints; for no address, or no name, where none was asked for), for servers
/// only, and for no further authority (path length 0). Somebody who steals its key can play this shop's
/// server and nobody else's.
///
/// Every file is written whole beside its place and then renamed. One thread at a time per folder.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "server/http/tls_certificate.h"

namespace ringup::http {

inline constexpr std::size_t local_hosts_max = 32;
inline constexpr std::int64_t local_renew_days = 30;  // before its end a certificate is renewed

struct LocalPaths {
  std::string folder, authority, authority_key, certificate, key;
};
LocalPaths local_paths(const std::string& data_folder);

struct LocalAuthority {
  std::string name;                // as devices list it
  std::vector<std::string> hosts;  // what it may vouch for
  CertificateFacts facts;
  std::string pem, der;  // the certificate, for devices
};
/// None where the folder has no authority; configuration where its file is damaged.
Result<std::optional<LocalAuthority>> read_local_authority(const std::string& data_folder);

/// A name of at least two parts (lower case) or an address, as it stands in certificates. invalid_value.
Result<std::string> read_local_host(std::string_view text);

struct MadeLocal {
  LocalAuthority authority;
  CertificateFacts certificate;
  bool new_authority = false;
};
/// A certificate for these hosts (as read_local_host gives them); makes the authority where there is none, or
/// where `new_authority` asks for another. conflict, naming the host, where the authority may not vouch for
/// it; storage.
Result<MadeLocal> make_local_certificate(const std::string& data_folder,
                                         const std::vector<std::string>& hosts, bool new_authority,
                                         std::int64_t now_us);

/// Makes the server's certificate anew, for the same hosts, where our authority made it and less than
/// local_renew_days are left. True where it did.
Result<bool> renew_local_certificate(const std::string& data_folder, std::int64_t now_us);

/// Did our authority make the certificate at this path, and is it the one in DIR/tls?
bool is_local_certificate(const std::string& data_folder, const std::string& certificate_path);

}  // namespace ringup::http
