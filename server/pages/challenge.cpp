#include "server/pages/challenge.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace ringup::pages {
namespace {

constexpr std::string_view challenge_path = "/.well-known/acme-challenge/";
constexpr std::size_t token_bytes_max = 128;

/// The file, or -1. What is a link, at any place below the data folder, leads elsewhere and is not followed.
int open_challenge(const std::string& data_folder, const std::string& token) {
  int folder = ::open(data_folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (const char* name : {"acme", ".well-known", "acme-challenge"}) {
    if (folder < 0) return -1;
    const int inner = ::openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    ::close(folder);
    folder = inner;
  }
  if (folder < 0) return -1;
  const int file = ::openat(folder, token.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  ::close(folder);
  return file;
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= token_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

bool is_challenge(std::string_view path) {
  return path.starts_with(challenge_path);
}

void add_challenge_route(http::Router& router, const std::string& data_folder) {
  router.add("GET", "/.well-known/acme-challenge/{token}",
             [data_folder](const http::Request& request) -> Result<http::Response> {
               const std::string& token = request.parameters[0];
               if (!is_token(token)) return Error::not_found;
               const int file = open_challenge(data_folder, token);
               if (file < 0) return Error::not_found;
               struct stat about {};
               std::string text(challenge_bytes_max + 1, '\0');
               const bool regular = ::fstat(file, &about) == 0 && S_ISREG(about.st_mode);
               const ssize_t size = regular ? ::read(file, text.data(), text.size()) : -1;
               ::close(file);
               if (size < 0 || static_cast<std::size_t>(size) > challenge_bytes_max) return Error::not_found;
               text.resize(static_cast<std::size_t>(size));
               return http::text_response(std::move(text), "application/octet-stream");
             });
}

}  // namespace ringup::pages
