#pragma once
/// Mails and text messages about accounts: written into the message ledger in the writer's job of the change
/// they tell of, so that neither happens without the other. server/notify sends them.
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "server/identity/world.h"
#include "server/store/messages.h"
#include "server/store/vault.h"

namespace ringup::identity {

class Post {
 public:
  /// `public_url`: PUBLIC_URL or its default, without a slash at its end.
  Post(store::Store& store, World world, std::string public_url);

  struct Message {
    Id tenant;
    store::Channel channel = store::Channel::email;
    std::string to;             // an address, or a number in E.164
    std::string template_name;  // assets/mail/NAME.{subject,txt,html}, assets/sms/NAME.txt
    json::Object values;        // for the template; sealed at rest. The business's name is added
    std::string dedupe_key;     // one message per business and key, ever
    std::optional<std::int64_t> expires_at;
  };
  /// Inside a writer's job.
  Result<void> queue(store::Database&, Message message) const;
  /// An address of ours for a link in a message: of the business's own host name, else of PUBLIC_URL, never
  /// of what a request names. `path` begins with a slash.
  Result<std::string> link(store::Database&, const Id& tenant, std::string_view path) const;

 private:
  World world_;
  std::string public_url_;
  store::Vault vault_;
};

}  // namespace ringup::identity
