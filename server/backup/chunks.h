#pragma once
/// The chunks of a backup file: a stream cut into pieces, each packed and sealed by itself.
///
///     chunk = word bytes tag       word: 32 bits, big-endian; its highest bit is set on the last chunk, the
///                                  others are the length of `bytes`
///
/// A piece of at most `piece_bytes` is deflated (zlib) and sealed. With a key: AES-256-GCM, the nonce being
/// seven zero bytes, the chunk's number (32 bits) and 1 for the last chunk, else 0; the associated data is
/// the SHA-256 of the head (STREAM of Hoang, Reyhanitabar, Rogaway and Vizár: chunks can be neither moved nor
/// left out nor cut off). A key is made for one file, so no nonce is used twice. Without a key the tag is a
/// SHA-256 over the same things: it finds damage, not malice.
///
/// Memory: a few pieces. Neither end is thread-safe.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup::backup {

inline constexpr std::size_t piece_bytes = 1 << 20;
inline constexpr std::uint32_t chunks_max = 0xFFFF'FFFF;

/// Closes and opens chunks in their order.
class Seal {
 public:
  /// `key`: 32 bytes, or empty for none. `about`: SHA-256 of the head.
  Seal(std::string key, std::string about) : key_(std::move(key)), about_(std::move(about)) {}
  std::size_t tag_bytes() const { return key_.empty() ? 32 : 16; }
  /// Encrypts in place where there is a key, and appends the tag.
  void close(bool last, std::string& bytes);
  /// The reverse; damaged where the tag does not fit bytes, number and place.
  Result<void> open(bool last, std::string& bytes);

 private:
  std::string nonce(bool last) const;
  std::string digest(bool last, std::string_view bytes) const;
  std::string key_, about_;
  std::uint32_t number_ = 0;
};

class ChunkWriter {
 public:
  using Sink = std::function<Result<void>(std::string_view)>;
  ChunkWriter(Seal seal, Sink sink) : seal_(std::move(seal)), sink_(std::move(sink)) {}
  /// What the sink says; limit_exceeded beyond 2^32 chunks.
  Result<void> write(std::string_view bytes);
  /// Writes the last chunk.
  Result<void> finish();

 private:
  Result<void> flush(bool last);
  Seal seal_;
  Sink sink_;
  std::string piece_;
  std::uint32_t chunks_ = 0;
};

class ChunkReader {
 public:
  /// Fills the buffer as far as there are bytes; yields how many.
  using Source = std::function<Result<std::size_t>(char* bytes, std::size_t count)>;
  ChunkReader(Seal seal, Source source) : seal_(std::move(seal)), source_(std::move(source)) {}
  /// Exactly `count` bytes, at most a piece. damaged where the stream is damaged or ends before.
  Result<std::string> read(std::size_t count);
  /// A line without its end; damaged where it is longer than `bytes_max`.
  Result<std::string> line(std::size_t bytes_max);
  /// damaged where anything follows.
  Result<void> finish();

 private:
  Result<void> next();
  Seal seal_;
  Source source_;
  std::string piece_;
  std::size_t at_ = 0;
  bool last_ = false;
};

}  // namespace ringup::backup
