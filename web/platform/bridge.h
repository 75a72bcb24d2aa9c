#pragma once
/// Everything an app may ask of the machine it runs on: network, storage, time, chance, paper, noise. One
/// bridge for all of it; the browser stands behind it in the wasm build, a scripted fake in native tests.
///
/// Threads: one. Callbacks arrive as events of their own, never inside a frame and never inside the call that
/// asked for them; each is called exactly once. A callback may ask for more. Redrawing after a callback is
/// automatic. Times are milliseconds.
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringup::platform {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct FetchRequest {
  std::string method = "GET";
  std::string url;  // a path of our own origin, e.g. "/api/till/catalogue/"
  Headers headers;
  std::string body;  // empty: none
  int timeout_ms = 15'000;
  /// Told how much of the body has been sent, as often as the browser knows more; it draws each time.
  std::function<void(std::uint64_t sent, std::uint64_t total)> progress = {};
};
struct FetchResponse {
  int status = 0;  // 0: no answer (offline, cut off, timed out)
  std::string body;
  Headers headers = {};  // names in lower case

  /// Empty where it is missing. `name` in lower case.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};
/// A file that a person chose or dropped. One above file_bytes_max comes without its bytes.
struct File {
  std::string name, type;  // as the browser knows them: "products.csv", "text/csv" or empty
  std::string bytes;
  bool too_large = false;
};
inline constexpr std::size_t file_bytes_max = 64 * 1024 * 1024;
using PickDone = std::function<void(std::optional<File>)>;
using FetchDone = std::function<void(FetchResponse)>;
using BlobDone = std::function<void(std::optional<std::string>)>;
using StoreDone = std::function<void(bool stored)>;

/// One server-sent event. A stream begins with "hello".
struct ServerEvent {
  std::string kind, data;
};
/// How a followed stream is: live from each hello on; waiting while it is to come or to come back; refused
/// where the server has no such stream for us. It is tried again by itself in every case.
enum class Stream : std::uint8_t { live, waiting, refused };
/// What is followed, and by whom. All three are called as events of their own, any number of times.
struct Follow {
  std::string path;   // "/api/events"
  std::string share;  // tabs of this browser that say the same share one connection
  /// Before each connection: give(the Authorization header), once, now or later; empty where there is none at
  /// the moment. `fresh`: the last one was refused. Only one tab of those that share is asked.
  std::function<void(bool fresh, std::function<void(std::string)> give)> authorize;
  std::function<void(const ServerEvent&)> on_event;
  std::function<void(Stream)> on_state;
};

/// How the app itself and what it keeps lie on this device (shell/offline.js), for a start without network.
struct Keeping {
  enum class Start : std::uint8_t {
    unknown,    // not looked at yet, or an app that does not start without network
    unsafe,     // the page came over plain HTTP: the browser allows no service worker
    unable,     // this browser has none, or forbids it
    preparing,  // being fetched
    ready,      // every file of the app lies here
    lacking,    // some do not: they are fetched when the network is back
  };
  enum class Storage : std::uint8_t { unknown, kept, may_go };  // whether the browser may clear it
  enum class Install : std::uint8_t {
    no,       // the browser offers nothing
    offered,  // KeepAct::install shows its question
    by_hand,  // iOS: Share, then Add to Home Screen
    done,     // runs as an installed app
  };
  Start start = Start::unknown;
  Storage storage = Storage::unknown;
  Install install = Install::no;
  bool newer = false;      // a newer version lies here, whole, and waits
  std::uint64_t used = 0;  // bytes, about; 0: unknown
  std::uint64_t room = 0;  // bytes that the browser gives in all, about; 0: unknown
  std::string version;     // of the program that runs, short; empty: unknown
  bool operator==(const Keeping&) const = default;
};
enum class KeepAct : std::uint8_t {
  look,     // look again how much is used
  ask,      // ask the browser never to clear what is kept; some ask the person
  install,  // ask the person to install the app; call it in answer to a press
  renew,    // start the newer version now: the page is loaded anew
  idle,     // from now on nothing is lost if the page is loaded anew: a newer version may start by itself
  busy,     // from now on it would be
};
/// How the camera is: asking until the person and the device have answered; refused by the person or the
/// browser; missing where the device has none; busy where it has one that does not come (another app has
/// it); lost when it went away while it ran; insecure where the page came over plain HTTP; unloaded where the
/// barcode reader could not be fetched.
enum class CameraState : std::uint8_t {
  closed,
  asking,
  live,
  refused,
  missing,
  busy,
  lost,
  insecure,
  unloaded
};
struct CameraFacts {
  CameraState state = CameraState::closed;
  std::optional<bool> torch;  // on or off; nullopt where it has none
  std::optional<bool> zoom;   // twice as near, or not; likewise
  int cameras = 0;            // how many the device has, as far as it says
};
/// Both are called as events of their own, any number of times.
struct CameraWatch {
  std::function<void(const CameraFacts&)> on_state;
  /// What was read, once for each time that it comes into the picture: the digits, text, or GS1's
  /// "(01)…(3103)…".
  std::function<void(const std::string& code)> on_code;
};
/// What came of a photo. none: the person gave up; nothing: no code is in it.
enum class Photo : std::uint8_t { none, unreadable, nothing, found };
using PhotoDone = std::function<void(Photo, std::string code)>;

// --- the till's ledger ---

/// One change of the ledger. `add` fails where the key is there already; `remove` of a missing key does
/// nothing. Keys are ASCII and sort byte by byte; bytes come back as they were.
struct LedgerWrite {
  enum class Verb : std::uint8_t { add, put, remove };
  Verb verb = Verb::put;
  std::string key, bytes = {};
};
enum class LedgerOutcome : std::uint8_t {
  stored,  // the transaction is complete and flushed to the device
  taken,   // a key that was to be added is there already: nothing was written
  full,    // the browser gives no more room: nothing was written
  failed,  // anything else. Nothing was written, or (a connection that broke) nobody knows: read it back
};
using LedgerDone = std::function<void(LedgerOutcome)>;
using LedgerRead = std::function<void(std::optional<std::vector<std::pair<std::string, std::string>>>)>;
/// How the ledger stands, as the browser tells it.
enum class LedgerState : std::uint8_t {
  mine,     // this tab is the only one that writes (or the browser has no locks, and `add` has to guard)
  others,   // another tab writes; this one becomes the next when that is closed
  emptied,  // the browser deleted the database under the running app; an empty one stands in its place
};

// --- paper (shell/printer.js) ---
enum class PrinterPort : std::uint8_t { usb, serial };
/// The printer that somebody chose, as the browser knows it again.
struct PrinterAddress {
  PrinterPort port = PrinterPort::usb;
  std::string device;  // of PrinterAnswer
  int baud = 9600;     // serial only
};
enum class PrinterOutcome : std::uint8_t {
  done,      // all bytes were taken
  given_up,  // nobody chose one in the dialog
  missing,   // not connected
  in_use,    // another program or the system's own driver holds it
  no_paper,  // it says so
  silent,    // it takes nothing
  no_port,   // the device has nothing to print through, or the browser no way to it
  failed,
};
struct PrinterAnswer {
  PrinterOutcome outcome = PrinterOutcome::failed;
  std::string device, name;  // of the one that was chosen
};
using PrinterDone = std::function<void(PrinterAnswer)>;
/// A page for the system's printer, as wide as its paper and as long as what is on it.
struct PaperStrip {
  struct Line {
    std::string text;
    bool strong = false;
  };
  std::string title;
  int width_mm = 80;  // 58 or 80
  std::vector<Line> lines;
  std::string qr_path;  // under the lines: QrCode::svg_path(); empty: none
  int qr_size = 0;      // modules with the margin
};

// --- a cashier's permit (shell/permit.js) ---
/// The bytes that were found; nullopt: it is not so, or could not be found out.
using PermitDone = std::function<void(std::optional<std::string>)>;

class Bridge {
 public:
  virtual ~Bridge() = default;

  virtual void fetch(FetchRequest request, FetchDone done) = 0;

  /// Follows what a server tells of by itself, through reloads of the server and sleep of the device: after a
  /// gap the stream goes on with what was missed, or says "resync". One at a time; the next takes its place.
  virtual void follow(Follow follow) = 0;
  virtual void unfollow() = 0;
  /// Says words to the other tabs of this app in this browser, where they come as EventKind::told.
  virtual void tell_tabs(std::string_view words) = 0;

  /// Small values that stay on this device (localStorage). Setting answers false where the browser refuses.
  virtual std::optional<std::string> local_get(std::string_view key) = 0;
  virtual bool local_set(std::string_view key, std::string_view value) = 0;
  virtual void local_remove(std::string_view key) = 0;

  /// Large values that stay on this device (IndexedDB): bytes under a key. A missing key yields nullopt.
  virtual void blob_get(std::string_view key, BlobDone done) = 0;
  virtual void blob_put(std::string_view key, std::string bytes, StoreDone done) = 0;
  virtual void blob_remove(std::string_view key, StoreDone done) = 0;

  /// The ledger of the till: a database of its own (IndexedDB "ringup till", durability "strict"), apart from
  /// the blobs. Called with `mine` or `others` as soon as that is known and at each change, any number of
  /// times; one who watches at a time.
  virtual void ledger_watch(std::function<void(LedgerState)> is) = 0;
  /// All of it or nothing, in one transaction; writes happen in the order they were asked for. `done` after
  /// its `complete` event.
  virtual void ledger_write(std::vector<LedgerWrite> writes, LedgerDone done) = 0;
  /// What lies from `from` to before `to`, at most `limit`, keys in order. nullopt: it cannot be read.
  virtual void ledger_read(std::string_view from, std::string_view to, int limit, LedgerRead done) = 0;

  /// Calls back once, not before `ms` have passed. For clock and sync; it draws nothing by itself.
  virtual void after(int ms, std::function<void()> done) = 0;

  /// Milliseconds since 1970 UTC.
  virtual std::int64_t now_ms() = 0;
  /// Milliseconds that never run backwards, from an unknown start.
  virtual double monotonic_ms() = 0;
  /// Minutes that local time is ahead of UTC at `unix_ms`.
  virtual int utc_offset_minutes(std::int64_t unix_ms) = 0;
  /// The same in a time zone by its IANA name; UTC's where the browser does not know it.
  virtual int utc_offset_minutes(std::int64_t unix_ms, std::string_view zone) = 0;
  /// Fills with unpredictable bytes.
  virtual void random(std::span<std::uint8_t> out) = 0;

  /// Opens the system's print dialog with preformatted text.
  virtual void print_text(std::string_view title, std::string_view text) = 0;
  virtual void print_strip(const PaperStrip& strip) = 0;
  /// Whether the browser can reach printers there at all.
  virtual bool has_printer_port(PrinterPort port) = 0;
  /// Lets a person choose a printer in the browser's own dialog; call it in answer to a press.
  virtual void choose_printer(PrinterPort port, PrinterDone done) = 0;
  /// Sends the bytes, after those of jobs before; nothing is opened meanwhile or afterwards.
  virtual void send_to_printer(const PrinterAddress& to, std::string bytes, PrinterDone done) = 0;
  /// Whether this page may compute the next two: browsers give that to HTTPS and localhost only.
  virtual bool has_crypto() = 0;
  /// The payload of a compact JWS that this key (SPKI as base64url) signed with ES256; whatever else its
  /// header says is not followed.
  virtual void verify_es256(std::string_view key, std::string_view jws, PermitDone done) = 0;
  /// PBKDF2-HMAC-SHA-256, 32 bytes. Takes most of a second on a slow phone, beside the page.
  virtual void derive_pbkdf2(std::string_view password, std::string_view salt, int iterations,
                             PermitDone done) = 0;
  virtual void copy_text(std::string_view text) = 0;
  /// Feels and sounds, where the device can; never an error.
  virtual void vibrate(int ms) = 0;
  virtual void beep() = 0;

  /// Opens the device's camera as a scanner; one watch at a time. It stops by itself while the page is hidden
  /// and comes back with it. The picture lies over the canvas where camera_place() says.
  virtual void camera_open(CameraWatch watch) = 0;
  virtual void camera_close() = 0;
  /// In CSS pixels of the window; a width of 0 hides the picture and reads nothing meanwhile. Cheap when
  /// nothing changed: call it in each frame.
  virtual void camera_place(float x, float y, float width, float height) = 0;
  virtual void camera_torch(bool on) = 0;
  virtual void camera_zoom(bool on) = 0;
  /// The next one of several, remembered on this device.
  virtual void camera_next() = 0;
  /// Lets the person take or choose a photo of a code; works without a camera. Call it in answer to a press.
  virtual void camera_photo(PhotoDone done) = 0;

  /// Opens the system's dialog to choose a file; call it in answer to a press. `accept` as in HTML:
  /// ".csv,text/csv", "image/*". Nothing where the person gives up.
  virtual void pick_file(std::string_view accept, PickDone done) = 0;
  /// Saves to where downloads go, under this name or one like it.
  virtual void save_file(std::string_view name, std::string_view content_type, std::string_view bytes) = 0;

  /// A frame is drawn whenever it changes.
  virtual const Keeping& keeping() = 0;
  virtual void keep(KeepAct act) = 0;

  virtual bool online() = 0;
  /// Leaves the page for another one of our own origin.
  virtual void go_to(std::string_view url) = 0;
  /// "https://shop.example": where this page came from.
  virtual std::string origin() = 0;
  /// What the address holds after its '#', as it stands there (percent-encoded).
  virtual std::string location() = 0;
  /// Changes that part of the address: a new entry in the history, or (replace) another form of the current
  /// one. EventKind::navigated follows only when the person goes back, forward or types an address.
  virtual void set_location(std::string_view hash, bool replace) = 0;
  /// While it is set the browser asks before the page is closed or loaded anew: something is not saved.
  virtual void ask_before_leaving(bool ask) = 0;
  /// The words in the browser's tab.
  virtual void set_title(std::string_view title) = 0;
};

}  // namespace ringup::platform
