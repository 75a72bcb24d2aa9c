#include "server/identity/post.h"

#include "server/store/tenants.h"

namespace ringup::identity {

Post::Post(store::Store& store, World world, std::string public_url)
    : world_(std::move(world)),
      public_url_(std::move(public_url)),
      vault_(store.secret(), store::message_vault_label) {
  while (public_url_.ends_with('/')) public_url_.pop_back();
}

Result<void> Post::queue(store::Database& db, Message message) const {
  const auto tenant = TRY(store::find_tenant(db, message.tenant));
  if (!tenant.has_value()) return Error::not_found;
  message.values.push_back({"business_name", tenant->name});
  store::NewMessage row;
  row.id = world_.new_id();
  row.tenant = message.tenant;
  row.channel = message.channel;
  row.to = std::move(message.to);
  row.template_name = std::move(message.template_name);
  row.sealed_values = vault_.seal(json::dump(std::move(message.values)), to_string(row.id));
  row.dedupe_key = std::move(message.dedupe_key);
  row.expires_at = message.expires_at;
  TRY(store::queue_message(db, row, world_.now_us()));
  return {};
}

Result<std::string> Post::link(store::Database& db, const Id& tenant, std::string_view path) const {
  const std::string host = TRY(store::host_of(db, tenant));
  if (host.empty()) return public_url_ + std::string(path);
  // The business's own name, in the scheme of PUBLIC_URL; behind it ports are the operator's affair.
  const std::string scheme = public_url_.starts_with("https://") ? "https://" : "http://";
  const std::size_t port = public_url_.find(':', scheme.size());
  return scheme + host + (port == std::string::npos ? std::string() : public_url_.substr(port)) +
         std::string(path);
}

}  // namespace ringup::identity
