#include "server/backup/parts.h"

#include <openssl/evp.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/base/utf8.h"

namespace ringup::backup {
namespace {

constexpr std::size_t line_bytes_max = 8 * part_name_bytes_max;
constexpr std::size_t sum_bytes_max = 64;

EVP_MD_CTX* context_of(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

Failure damage() {
  return fail(Error::damaged, {}, "This backup is damaged, or was changed.");
}

std::string raw_sha256(std::string_view bytes) {
  const Sha256Digest digest = sha256(bytes);
  return {digest.begin(), digest.end()};
}

/// What the chunks are sealed together with.
std::string about_of(std::string_view line) {
  return raw_sha256(line);
}

}  // namespace

Hash::Hash() : context_(EVP_MD_CTX_new()) {
  ASSERT(context_ != nullptr && EVP_DigestInit_ex(context_of(context_), EVP_sha256(), nullptr) == 1);
}
Hash::~Hash() {
  EVP_MD_CTX_free(context_of(context_));
}
void Hash::add(std::string_view bytes) {
  ASSERT(EVP_DigestUpdate(context_of(context_), bytes.data(), bytes.size()) == 1);
}
std::string Hash::hex() {
  Sha256Digest digest{};
  ASSERT(EVP_DigestFinal_ex(context_of(context_), digest.data(), nullptr) == 1);
  return to_hex(digest);
}

bool is_part_name(std::string_view name) {
  if (name == "ringup.db" || name == "secret.key" || name == "ringup.env") return true;
  if (!name.starts_with("tls/") || name.size() > part_name_bytes_max || !utf8::valid(name)) return false;
  for (std::string_view rest = name;;) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view word = rest.substr(0, end);
    const bool control =
        std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (word.empty() || word == "." || word == ".." || control) return false;
    if (end == rest.size()) return true;
    rest.remove_prefix(end + 1);
  }
}

Result<void> PartsWriter::begin(const std::string& name, std::int64_t bytes) {
  ASSERT(hash_ == nullptr && is_part_name(name));
  if (++parts_ > parts_max) return fail(Error::too_many, name, "There are too many files in this folder.");
  hash_ = std::make_unique<Hash>();
  left_ = bytes;
  return out_.write(json::dump(json::Object{{"part", name}, {"bytes", bytes}}) + "\n");
}

Result<void> PartsWriter::add(std::string_view bytes) {
  ASSERT(hash_ != nullptr);
  left_ -= static_cast<std::int64_t>(bytes.size());
  hash_->add(bytes);
  return out_.write(bytes);
}

Result<void> PartsWriter::end() {
  ASSERT(left_ == 0);
  const std::string hex = hash_->hex();
  hash_.reset();
  return out_.write(json::dump(json::Object{{"sha256", hex}}) + "\n");
}

Result<void> PartsWriter::finish() {
  TRY(out_.write(json::dump(json::Object{{"end", parts_}}) + "\n"));
  return out_.finish();
}

Result<std::unique_ptr<BackupReader>> BackupReader::open(const std::string& path) {
  InFile file = TRY(InFile::open(path));
  const auto read = [&]() -> Result<std::pair<Head, std::string>> {
    Result<std::string> line = file.line(head_bytes_max);
    if (!line.ok() && line.error() == Error::damaged)
      return fail(Error::invalid_value, {}, line.failure().detail);
    if (!line.ok()) return line.failure();
    const Result<std::string> sum = file.line(sum_bytes_max);
    if (!sum.ok() && sum.error() != Error::damaged) return sum.failure();
    return std::pair(TRY(read_head(*line, sum.ok() ? *sum : "")), about_of(*line));
  };
  Result<std::pair<Head, std::string>> head = read();
  if (!head.ok()) return fail(head.error(), path, head.failure().detail);
  return std::unique_ptr<BackupReader>(
      new BackupReader(std::move(file), std::move(head->first), std::move(head->second)));
}

Result<void> BackupReader::unlock(std::string_view passphrase) {
  std::string key;
  if (head_.lock && passphrase.empty()) {
    return fail(Error::proof_required, file_.path(),
                "This backup is encrypted: set BACKUP_PASSPHRASE in the environment.");
  }
  if (head_.lock) key = TRY(open_lock(*head_.lock, passphrase));
  unlock_with(std::move(key));
  return {};
}

void BackupReader::unlock_with(std::string key) {
  chunks_ = std::make_unique<ChunkReader>(
      Seal(std::move(key), about_),
      [this](char* bytes, std::size_t count) { return file_.read(bytes, count); });
}

Result<std::optional<BackupReader::Part>> BackupReader::next() {
  ASSERT(chunks_ != nullptr);
  const std::string line = TRY(chunks_->line(line_bytes_max));
  const Result<json::Value> value = json::parse(line);
  if (!value.ok()) return damage();
  if (const json::Value* end = value->find("end"); end != nullptr) {
    if (end->as_integer() == nullptr || *end->as_integer() != parts_) return damage();
    TRY(chunks_->finish());
    return std::optional<Part>();
  }
  const json::Value* name = value->find("part");
  const json::Value* bytes = value->find("bytes");
  if (name == nullptr || bytes == nullptr || name->as_string() == nullptr || bytes->as_integer() == nullptr)
    return damage();
  Part part{*name->as_string(), *bytes->as_integer()};
  if (!is_part_name(part.name) || part.bytes < 0 || ++parts_ > parts_max) return damage();
  if (part.name != "ringup.db" && part.bytes > small_part_bytes_max) return damage();
  return std::optional<Part>(std::move(part));
}

Result<void> BackupReader::read(const Part& part, const std::function<Result<void>(std::string_view)>& each) {
  Hash hash;
  for (std::int64_t left = part.bytes; left > 0;) {
    const std::string piece =
        TRY(chunks_->read(static_cast<std::size_t>(std::min<std::int64_t>(left, piece_bytes))));
    left -= static_cast<std::int64_t>(piece.size());
    hash.add(piece);
    TRY(each(piece));
  }
  const Result<json::Value> sum = json::parse(TRY(chunks_->line(line_bytes_max)));
  const json::Value* hex = sum.ok() ? sum->find("sha256") : nullptr;
  if (hex == nullptr || hex->as_string() == nullptr || *hex->as_string() != hash.hex()) return damage();
  return {};
}

}  // namespace ringup::backup
