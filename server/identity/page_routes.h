#pragma once
/// The pages about accounts, in two rooms: before somebody is signed in (page_routes.cpp) and their account
/// (page_account.cpp).
#include <functional>
#include <memory>

#include "server/identity/page_desk.h"

namespace ringup::identity {

using PageHandler = std::function<Result<http::Response>(Visit&)>;

/// Adds a page; failures become pages, too.
void add_page(http::Router& router, const std::shared_ptr<const PageDesk>& desk, const char* method,
              const char* pattern, PageHandler handler);

/// /account and what its forms post.
void add_my_account_pages(http::Router& router, const std::shared_ptr<const PageDesk>& desk);

}  // namespace ringup::identity
