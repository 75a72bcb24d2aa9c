#pragma once
/// What people call those whom rows name by id. Each is looked up once; lives for one request on one
/// Database.
#include <map>
#include <string>

#include "server/store/database.h"

namespace ringup::store {

class Names {
 public:
  Names(Database& db, const Id& tenant) : db_(db), tenant_(tenant) {}
  /// Empty where this business has none of that id.
  Result<std::string> till(const Id& id);
  Result<std::string> branch(const Id& id);
  /// First and last name; where both are empty the e-mail address.
  Result<std::string> user(const Id& id);
  /// The first name alone, for what customers see.
  Result<std::string> first_name(const Id& user);
  Result<std::string> customer(const Id& id);

 private:
  Result<std::string> look_up(const char* sql, const Id& id);
  Database& db_;
  Id tenant_;
  std::map<Id, std::string> known_;
};

}  // namespace ringup::store
