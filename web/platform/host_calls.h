#pragma once
/// What web/platform/bridge_library.js offers to the wasm module: the table on this side. Texts and bytes are
/// a pointer with a length, valid for the call; whoever gets an `out` frees it.
#include <cstddef>
#include <cstdint>

extern "C" {
void host_request_frame();
void host_wake(double ms);
void host_nodes(const char* text, std::size_t length);
void host_undo_typing();
void host_focus(std::uint32_t id);
void host_announce(const char* text, std::size_t length, int assertive);
void host_fetch(std::uint32_t request, const char* head, std::size_t head_length, const char* body,
                std::size_t body_length);
void host_follow(std::uint32_t run, const char* path, std::size_t path_length, const char* share,
                 std::size_t share_length);
void host_authorized(const char* authorization, std::size_t length);
void host_unfollow();
void host_tell_tabs(const char* words, std::size_t length);
int host_local_get(const char* key, std::size_t key_length, char** out);
int host_local_set(const char* key, std::size_t key_length, const char* value, std::size_t value_length);
void host_local_remove(const char* key, std::size_t key_length);
void host_blob(std::uint32_t request, int verb, const char* key, std::size_t key_length, const char* bytes,
               std::size_t length);
void host_ledger_watch();
void host_ledger_write(std::uint32_t request, const char* writes, std::size_t length);
void host_ledger_read(std::uint32_t request, const char* from, std::size_t from_length, const char* to,
                      std::size_t to_length, int limit);
void host_after(std::uint32_t request, int ms);
double host_now();
double host_monotonic();
int host_utc_offset(double unix_ms, const char* zone, std::size_t zone_length);
void host_random(std::uint8_t* out, std::size_t length);
void host_print(const char* title, std::size_t title_length, const char* text, std::size_t length);
void host_print_strip(const char* strip, std::size_t length);
int host_printer_ports();
void host_printer(std::uint32_t request, const char* job, std::size_t job_length, const char* bytes,
                  std::size_t length);
int host_crypto_there();
void host_permit_verify(std::uint32_t request, const char* key, std::size_t key_length, const char* jws,
                        std::size_t length);
void host_permit_derive(std::uint32_t request, const char* password, std::size_t password_length,
                        const char* salt, std::size_t salt_length, int iterations);
void host_copy(const char* text, std::size_t length);
void host_vibrate(int ms);
void host_beep();
int host_online();
void host_keep(int act);
void host_go_to(const char* url, std::size_t length);
void host_ask_before_leaving(int ask);
void host_camera(int verb, int flag);
void host_camera_place(float x, float y, float width, float height);
void host_camera_photo(std::uint32_t request);
void host_pick_file(std::uint32_t request, const char* accept, std::size_t length);
void host_save_file(const char* name, std::size_t name_length, const char* type, std::size_t type_length,
                    const char* bytes, std::size_t length);
void host_picture(std::uint32_t request, const char* url, std::size_t length);
void host_picture_upload(std::uint32_t texture);
int host_location(int part, char** out);
void host_set_location(const char* hash, std::size_t length, int replace);
void host_set_title(const char* title, std::size_t length);
}
