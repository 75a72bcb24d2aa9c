#pragma once
/// Reads one HTTP/1.1 request (RFC 9112) as its bytes arrive, and refuses whatever two readers could
/// understand in two ways. Pure: no socket, no clock, no allocation beyond its limits.
///
///     request = [CRLF] line CRLF *(field CRLF) CRLF [body]
///     line    = METHOD SP "/"target SP "HTTP/1." ("0" / "1")
///     field   = name ":" OWS value OWS             name is a token; nothing stands before the colon
///     body    = Content-Length bytes / chunks
///     chunks  = *(hex [ext] CRLF bytes CRLF) "0" [ext] CRLF *(field CRLF) CRLF
///
/// Refused, most with 400: a line that ends in LF alone or has a CR or another control character in it,
/// folded fields, spaces before a colon, encoded CR or LF in a value (a library down the line may decode it),
/// fields named REMOTE_… or LOCAL_… (what some libraries call the peer's address), several lengths or Hosts,
/// a length beside chunks, any transfer coding but chunked, bad chunks, more framing than bytes. Compressed
/// bodies are refused (415) rather than inflated.
///
/// Not thread-safe. Not copied while in use.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringup::http {

struct HeadLimits {
  std::size_t head_bytes_max = 32 * 1024;  // request line and all fields
  std::size_t line_bytes_max = 16 * 1024;  // one field
  std::size_t target_bytes_max = 4096;
  std::size_t fields_max = 100;
  std::size_t chunk_line_bytes_max = 256;    // a chunk's size with its extensions
  std::size_t trailer_bytes_max = 8 * 1024;  // fields after the last chunk; they are read and dropped
};

/// Why a request is not read further: a status and words for a person. `where` names a field or "path".
struct Refusal {
  int status = 0;
  std::string where, detail;
};

struct Head {
  std::string method, target;                                // target as sent, from its slash on
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, values as sent
  std::optional<std::uint64_t> length;                       // Content-Length
  bool chunked = false;
  bool keep_alive = true;  // what the client wishes, by version and Connection
  bool expects_continue = false;

  /// First header of that lower-case name, or "".
  std::string_view header(std::string_view lower_case_name) const;
  bool has_body() const { return chunked || (length.has_value() && *length > 0); }
};

class RequestReader {
 public:
  enum class State {
    head,     // more bytes, please
    ask,      // the head is whole and announces a body: call admit() or refuse()
    body,     // more bytes, please
    whole,    // head() and body() are a request; reset() begins the next
    refused,  // refusal() says why; nothing more is taken
  };

  /// The limits must outlive the reader.
  explicit RequestReader(const HeadLimits& limits) : limits_(&limits) {}

  /// Takes bytes from the front and says how many: all of them while the state is head or body.
  std::size_t feed(std::string_view bytes);
  /// In state ask: the body may come, up to so many bytes; a longer one is refused with 413.
  void admit(std::size_t body_bytes_max);
  void refuse(Refusal refusal);
  /// Ready for the next request on the same connection; keeps no memory of this one.
  void reset();

  State state() const { return state_; }
  const Head& head() const { return head_; }
  Head& head() { return head_; }
  std::string& body() { return body_; }
  const Refusal& refusal() const { return refusal_; }
  /// Has a byte of the request arrived?
  bool begun() const { return head_bytes_ > 0; }
  /// Bytes of the body so far, framing included: what a floor on the rate looks at.
  std::uint64_t received() const { return body_.size() + framing_; }

 private:
  enum class Part { line, field, length, chunk_size, chunk, chunk_end, trailer };
  std::size_t feed_lines(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  void take_line(std::string_view line);
  void take_request_line(std::string_view line);
  void take_field(std::string_view line);
  void take_chunk_size(std::string_view line);
  void end_head();
  void check_partial();
  std::size_t line_max() const;
  void fail(int status, std::string_view where, std::string_view detail);

  const HeadLimits* limits_;
  State state_ = State::head;
  Part part_ = Part::line;
  Head head_;
  std::string body_;
  std::string line_;  // the part of a line that has arrived
  Refusal refusal_;
  std::size_t head_bytes_ = 0, body_bytes_max_ = 0, trailer_bytes_ = 0;
  std::uint64_t left_ = 0;     // bytes of the body or chunk that are missing
  std::uint64_t framing_ = 0;  // bytes of a chunked body that are not content
  bool http_1_0_ = false, blank_line_ = false;
};

}  // namespace ringup::http
