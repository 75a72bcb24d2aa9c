#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "server/catalogue/import.h"
#include "server/commands/commands.h"
#include "server/store/store.h"
#include "server/store/tenants.h"

namespace ringup::commands {
namespace {

/// A file that is being read; closed with it.
class InputFile {
 public:
  explicit InputFile(const std::string& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~InputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  Failure failure() const {
    return fail(Error::not_found, path_, "Cannot read this file: " + std::string(std::strerror(errno)) + ".");
  }
  Result<std::size_t> read(std::span<char> buffer) {
    for (;;) {
      const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
      if (size >= 0) return static_cast<std::size_t>(size);
      if (errno != EINTR) return failure();
    }
  }

 private:
  const std::string path_;
  const int descriptor_;
};

Result<catalogue::ImportReport> import_file(const Arguments& arguments) {
  const std::string& path = arguments.positional.at(0);
  InputFile file(path);
  if (!file.is_open()) return file.failure();
  const std::unique_ptr<store::Store> store =
      TRY(store::Store::open(arguments.get("--data"), {.readers = 1}));
  const std::string slug = arguments.get("--tenant");
  const std::optional<store::Tenant> tenant =
      TRY(store->read([&](store::Database& database) { return store::find_tenant_by_slug(database, slug); }));
  if (!tenant.has_value()) return fail(Error::not_found, slug, "There is no business of this name here.");
  auto report = catalogue::import_products(store->writer(), tenant->id,
                                           [&](std::span<char> buffer) { return file.read(buffer); });
  if (!report.ok() && report.error() == Error::invalid_csv) {
    Failure failure = std::move(report).failure();
    failure.where = path + ", " + failure.where;
    return failure;
  }
  return report;
}

}  // namespace

int run_import_products(const Arguments& arguments) {
  const Result<catalogue::ImportReport> report = import_file(arguments);
  if (!report.ok()) return commands::report(report.failure());
  for (const Failure& refused : report->refused) std::printf("%s\n", describe(refused).c_str());
  std::printf("%lld added, %lld changed, %zu refused, %lld left as they were.\n",
              static_cast<long long>(report->added), static_cast<long long>(report->changed),
              report->refused.size(), static_cast<long long>(report->unchanged));
  const bool nothing_was_right =
      !report->refused.empty() && report->added + report->changed + report->unchanged == 0;
  return nothing_was_right ? failed : done;
}

}  // namespace ringup::commands
