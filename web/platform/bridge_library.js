// Linked into each wasm module: the functions that C++ may call. Each one passes on to `Module.host`
// (shell/host.js), so that what the browser does is written in plain ES modules and this file stays a table.
// Texts are UTF-8 at a pointer with a length; memory is read anew on every call because it may have grown.
mergeInto(LibraryManager.library, {
  $hostText: function (pointer, length) {
    return new TextDecoder().decode(HEAPU8.subarray(pointer, pointer + length));
  },
  host_request_frame: function () { Module.host.requestFrame(); },
  host_wake: function (ms) { Module.host.wake(ms); },
  host_nodes__deps: ['$hostText'],
  host_nodes: function (pointer, length) { Module.host.nodes(hostText(pointer, length)); },
  host_undo_typing: function () { Module.host.undoTyping(); },
  host_focus: function (id) { Module.host.focus(id >>> 0); },
  host_announce__deps: ['$hostText'],
  host_announce: function (pointer, length, assertive) { Module.host.announce(hostText(pointer, length), !!assertive); },
  host_fetch__deps: ['$hostText'],
  host_fetch: function (request, head, headLength, body, bodyLength) {
    Module.host.fetch(request, hostText(head, headLength), bodyLength ? HEAPU8.slice(body, body + bodyLength) : undefined);
  },
  host_follow__deps: ['$hostText'],
  host_follow: function (run, path, pathLength, share, shareLength) {
    Module.host.follow(run, hostText(path, pathLength), hostText(share, shareLength));
  },
  host_authorized__deps: ['$hostText'],
  host_authorized: function (text, length) { Module.host.authorized(hostText(text, length)); },
  host_unfollow: function () { Module.host.unfollow(); },
  host_tell_tabs__deps: ['$hostText'],
  host_tell_tabs: function (words, length) { Module.host.tellTabs(hostText(words, length)); },
  host_local_get__deps: ['$hostText', 'malloc'],
  host_local_get: function (key, keyLength, out) {
    var value = Module.host.localGet(hostText(key, keyLength));
    if (value === null) return -1;
    var bytes = new TextEncoder().encode(value);
    var pointer = _malloc(bytes.length + 1);
    HEAPU8.set(bytes, pointer);
    HEAPU32[out >> 2] = pointer;
    return bytes.length;
  },
  host_local_set__deps: ['$hostText'],
  host_local_set: function (key, keyLength, value, valueLength) {
    return Module.host.localSet(hostText(key, keyLength), hostText(value, valueLength)) ? 1 : 0;
  },
  host_local_remove__deps: ['$hostText'],
  host_local_remove: function (key, keyLength) { Module.host.localRemove(hostText(key, keyLength)); },
  host_blob__deps: ['$hostText'],
  host_blob: function (request, verb, key, keyLength, bytes, bytesLength) {
    Module.host.blob(request, verb, hostText(key, keyLength), HEAPU8.slice(bytes, bytes + bytesLength));
  },
  // The till's ledger (shell/ledger.js). `writes`: see BrowserBridge::ledger_write.
  host_ledger_watch: function () { Module.host.ledger.watch(); },
  host_ledger_write: function (request, writes, length) {
    Module.host.ledger.write(request, HEAPU8.slice(writes, writes + length));
  },
  host_ledger_read__deps: ['$hostText'],
  host_ledger_read: function (request, from, fromLength, to, toLength, limit) {
    Module.host.ledger.read(request, hostText(from, fromLength), hostText(to, toLength), limit);
  },
  host_after: function (request, ms) { Module.host.after(request, ms); },
  host_now: function () { return Date.now(); },
  host_monotonic: function () { return performance.now(); },
  host_utc_offset__deps: ['$hostText'],
  host_utc_offset: function (unixMs, zone, length) {
    return length ? Module.host.zoneOffset(unixMs, hostText(zone, length)) : -new Date(unixMs).getTimezoneOffset();
  },
  host_random: function (pointer, length) { crypto.getRandomValues(HEAPU8.subarray(pointer, pointer + length)); },
  host_print__deps: ['$hostText'],
  host_print: function (title, titleLength, text, textLength) {
    Module.host.print(hostText(title, titleLength), hostText(text, textLength));
  },
  // Paper: shell/printer.js.
  host_print_strip__deps: ['$hostText'],
  host_print_strip: function (strip, length) { Module.host.printStrip(JSON.parse(hostText(strip, length))); },
  host_printer_ports: function () { return Module.host.printerPorts(); },
  host_printer__deps: ['$hostText'],
  host_printer: function (request, job, jobLength, bytes, length) {
    Module.host.printer(request, JSON.parse(hostText(job, jobLength)), HEAPU8.slice(bytes, bytes + length));
  },
  // A cashier's permit: shell/permit.js.
  host_crypto_there: function () { return Module.host.cryptoThere() ? 1 : 0; },
  host_permit_verify__deps: ['$hostText'],
  host_permit_verify: function (request, key, keyLength, jws, length) {
    Module.host.permitVerify(request, hostText(key, keyLength), hostText(jws, length));
  },
  host_permit_derive: function (request, password, passwordLength, salt, saltLength, iterations) {
    Module.host.permitDerive(request, HEAPU8.slice(password, password + passwordLength),
      HEAPU8.slice(salt, salt + saltLength), iterations);
  },
  host_copy__deps: ['$hostText'],
  host_copy: function (text, length) { Module.host.copy(hostText(text, length)); },
  host_vibrate: function (ms) { Module.host.vibrate(ms); },
  host_beep: function () { Module.host.beep(); },
  host_keep: function (act) { Module.host.keep(act); },
  host_online: function () { return navigator.onLine ? 1 : 0; },
  host_camera: function (verb, flag) { Module.host.camera(verb, !!flag); },
  host_camera_place: function (x, y, width, height) { Module.host.cameraPlace(x, y, width, height); },
  host_camera_photo: function (request) { Module.host.cameraPhoto(request); },
  host_pick_file__deps: ['$hostText'],
  host_pick_file: function (request, accept, length) { Module.host.pickFile(request, hostText(accept, length)); },
  host_save_file__deps: ['$hostText'],
  host_save_file: function (name, nameLength, type, typeLength, bytes, length) {
    Module.host.saveFile(hostText(name, nameLength), hostText(type, typeLength), HEAPU8.slice(bytes, bytes + length));
  },
  host_picture__deps: ['$hostText'],
  host_picture: function (request, url, length) { Module.host.picture(request, hostText(url, length)); },
  // From the browser's memory into the texture, past the module's.
  host_picture_upload__deps: ['$GL'],
  host_picture_upload: function (texture) {
    GLctx.bindTexture(GLctx.TEXTURE_2D, GL.textures[texture]);
    GLctx.texImage2D(GLctx.TEXTURE_2D, 0, GLctx.RGBA, GLctx.RGBA, GLctx.UNSIGNED_BYTE, Module.host.bitmap);
  },
  host_ask_before_leaving: function (ask) { Module.host.askBeforeLeaving(ask !== 0); },
  host_go_to__deps: ['$hostText'],
  host_go_to: function (url, length) { Module.host.goTo(hostText(url, length)); },
  host_location__deps: ['malloc'],
  host_location: function (part, out) {
    var bytes = new TextEncoder().encode(part ? location.origin : Module.host.location());
    var pointer = _malloc(bytes.length + 1);
    HEAPU8.set(bytes, pointer);
    HEAPU32[out >> 2] = pointer;
    return bytes.length;
  },
  host_set_location__deps: ['$hostText'],
  host_set_location: function (hash, length, replace) { Module.host.setLocation(hostText(hash, length), !!replace); },
  host_set_title__deps: ['$hostText'],
  host_set_title: function (title, length) { document.title = hostText(title, length); },
});
