#include "server/backup/chunks.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>

namespace ringup::backup {
namespace {

constexpr std::uint32_t last_bit = 0x8000'0000;
constexpr std::size_t word_bytes = 4;
constexpr int pack_level =
    1;  // pages of a database: half the size of what no packing leaves, at the disk's speed

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string big_endian(std::uint32_t number) {
  std::string bytes(word_bytes, '\0');
  for (std::size_t i = 0; i < word_bytes; ++i)
    bytes[i] = static_cast<char>(static_cast<unsigned char>(number >> (24 - 8 * i)));
  return bytes;
}

std::uint32_t from_big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

Failure damage() {
  return fail(Error::damaged, {}, "This backup is damaged, or was changed.");
}

/// The longest a sealed piece can be, without its tag.
std::size_t packed_bytes_max() {
  return ::compressBound(piece_bytes);
}

}  // namespace

std::string Seal::nonce(bool last) const {
  return std::string(7, '\0') + big_endian(number_) + (last ? '\x01' : '\0');
}

std::string Seal::digest(bool last, std::string_view bytes) const {
  const std::string place = nonce(last);
  std::string made(32, '\0');
  const Digest context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const bool good = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), about_.data(), about_.size()) == 1 &&
                    EVP_DigestUpdate(context.get(), place.data(), place.size()) == 1 &&
                    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), bytes_of(made), nullptr) == 1;
  ASSERT(good);
  return made;
}

void Seal::close(bool last, std::string& bytes) {
  if (key_.empty()) {
    bytes += digest(last, bytes);
    ++number_;
    return;
  }
  const std::string place = nonce(last);
  std::string tag(tag_bytes(), '\0');
  int written = 0, more = 0;
  const Cipher context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const bool good =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_), bytes_of(place)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &more, bytes_of(about_), static_cast<int>(about_.size())) ==
          1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(bytes), &written, bytes_of(bytes),
                        static_cast<int>(bytes.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(bytes) + written, &more) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag.size()), tag.data()) == 1;
  ASSERT(good && static_cast<std::size_t>(written) == bytes.size());
  bytes += tag;
  ++number_;
}

Result<void> Seal::open(bool last, std::string& bytes) {
  if (bytes.size() < tag_bytes()) return damage();
  std::string tag = bytes.substr(bytes.size() - tag_bytes());
  bytes.resize(bytes.size() - tag_bytes());
  if (key_.empty()) {
    if (digest(last, bytes) != tag) return damage();
    ++number_;
    return {};
  }
  const std::string place = nonce(last);
  int written = 0, more = 0;
  const Cipher context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const bool ready =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_), bytes_of(place)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &more, bytes_of(about_), static_cast<int>(about_.size())) ==
          1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(bytes), &written, bytes_of(bytes),
                        static_cast<int>(bytes.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1;
  ASSERT(ready);
  if (EVP_DecryptFinal_ex(context.get(), bytes_of(bytes) + written, &more) != 1) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return damage();
  }
  ++number_;
  return {};
}

Result<void> ChunkWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (piece_.size() == piece_bytes) TRY(flush(false));
    const std::size_t taken = std::min(piece_bytes - piece_.size(), bytes.size());
    piece_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
  }
  return {};
}

Result<void> ChunkWriter::finish() {
  return flush(true);
}

Result<void> ChunkWriter::flush(bool last) {
  if (chunks_++ == chunks_max) return fail(Error::limit_exceeded, {}, "This is too large for one backup.");
  std::string packed(packed_bytes_max(), '\0');
  uLongf size = packed.size();
  const int code =
      ::compress2(bytes_of(packed), &size, bytes_of(std::string_view(piece_)), piece_.size(), pack_level);
  ASSERT(code == Z_OK);
  packed.resize(size);
  piece_.clear();
  const std::string word = big_endian(static_cast<std::uint32_t>(packed.size()) | (last ? last_bit : 0));
  seal_.close(last, packed);
  TRY(sink_(word));
  return sink_(packed);
}

Result<void> ChunkReader::next() {
  const auto cut_off = [] { return fail(Error::damaged, {}, "This backup is cut off."); };
  if (last_) return cut_off();
  std::string word(word_bytes, '\0');
  if (TRY(source_(word.data(), word.size())) != word.size()) return cut_off();
  const std::uint32_t number = from_big_endian(word);
  const std::size_t length = number & ~last_bit;
  last_ = (number & last_bit) != 0;
  if (length > packed_bytes_max()) return damage();
  std::string packed(length + seal_.tag_bytes(), '\0');
  if (TRY(source_(packed.data(), packed.size())) != packed.size()) return cut_off();
  TRY(seal_.open(last_, packed));
  piece_.resize(piece_bytes);
  at_ = 0;
  uLongf size = piece_.size();
  const int code = ::uncompress(bytes_of(piece_), &size, bytes_of(std::string_view(packed)), packed.size());
  if (code != Z_OK) return damage();
  piece_.resize(size);
  return {};
}

Result<std::string> ChunkReader::read(std::size_t count) {
  ASSERT(count <= piece_bytes);
  std::string bytes;
  while (bytes.size() < count) {
    if (at_ == piece_.size()) {
      TRY(next());
      continue;
    }
    const std::size_t taken = std::min(count - bytes.size(), piece_.size() - at_);
    bytes.append(piece_, at_, taken);
    at_ += taken;
  }
  return bytes;
}

Result<std::string> ChunkReader::line(std::size_t bytes_max) {
  std::string text;
  for (;;) {
    if (at_ == piece_.size()) {
      TRY(next());
      continue;
    }
    const char c = piece_[at_++];
    if (c == '\n') return text;
    if (text.size() == bytes_max) return damage();
    text += c;
  }
}

Result<void> ChunkReader::finish() {
  if (at_ != piece_.size()) return damage();
  while (!last_) {
    TRY(next());
    if (!piece_.empty()) return damage();
  }
  char more = 0;
  if (TRY(source_(&more, 1)) != 0)
    return fail(Error::damaged, {}, "Something stands behind the end of this backup.");
  return {};
}

}  // namespace ringup::backup
