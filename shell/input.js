// Pointers, wheel and keys: from DOM events to calls into wasm. What they mean (tap, scroll, long press, scan) is
// decided there; here only what the browser does by itself is held back where it would get in the way.
const move = 0, down = 1, up = 2, cancel = 3;
const far = -1e9;
const slop = 10;  // CSS px; the same as in web/ui

// calls: {pointer(phase, x, y, touch, field, time, modifiers), wheel(x, y, dx, dy, time),
//         key(name, modifiers, target, inField, time) → boolean, activate(id), submit(id), edit(id, text)}
export function listen(stage, canvas, mirror, calls) {
  const unpassive = { passive: false };
  let origin = null;

  const send = (phase, event, x, y) => {
    const box = stage.getBoundingClientRect();
    const field = mirror.isField(event.target) ? mirror.idOf(event.target) : 0;
    const touch = event.pointerType !== "mouse";
    // Between two frames a finger is reported several times; how fast it left the glass needs all of them.
    const steps = phase === move && touch && event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const step of steps.slice(0, -1)) {
      calls.pointer(phase, step.clientX - box.left, step.clientY - box.top, touch, field, step.timeStamp, 0);
    }
    calls.pointer(phase, (x ?? event.clientX) - box.left, (y ?? event.clientY) - box.top, touch, field, event.timeStamp,
      (event.ctrlKey || event.metaKey ? 1 : 0) | (event.shiftKey ? 2 : 0));
  };
  stage.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    origin = { x: event.clientX, y: event.clientY };
    if (event.target === canvas) canvas.setPointerCapture(event.pointerId);
    send(down, event);
  }, unpassive);
  stage.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    send(move, event);
  }, unpassive);
  stage.addEventListener("pointerup", (event) => {
    if (!event.isPrimary || event.button > 0) return;
    const still = origin && Math.hypot(event.clientX - origin.x, event.clientY - origin.y) <= slop;
    origin = null;
    send(up, event);
    // A tap beside the field puts the keyboard away; at release, so that nothing moves under the finger.
    const focused = document.activeElement;
    if (still && event.target === canvas && mirror.root.contains(focused)) focused.blur();
  }, unpassive);
  stage.addEventListener("pointercancel", (event) => {
    if (!event.isPrimary) return;
    origin = null;
    send(cancel, event);
  });
  stage.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && event.buttons === 0) send(move, event, far, far);
  });
  // Inputs keep the browser's own handling (caret, selection, paste); the canvas gets none of it: no focus change on
  // press, no double-tap zoom, no selection, no menu on long press.
  const hold = (event) => { if (event.target === canvas && event.cancelable) event.preventDefault(); };
  for (const name of ["mousedown", "touchstart", "touchmove", "touchend", "contextmenu", "dblclick"]) {
    stage.addEventListener(name, hold, unpassive);
  }
  stage.addEventListener("gesturestart", (event) => event.preventDefault(), unpassive);
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.ctrlKey) return;
    const unit = event.deltaMode === 1 ? 40 : event.deltaMode === 2 ? stage.clientHeight * 0.8 : 1;
    const box = stage.getBoundingClientRect();
    calls.wheel(event.clientX - box.left, event.clientY - box.top, event.deltaX * unit, event.deltaY * unit,
      event.timeStamp);
  }, unpassive);

  return keys(mirror, calls);
}

function keys(mirror, calls) {
  const pause = 90;  // ms; as scan_pause_ms_max
  const pressable = new Set(["button", "link", "tab", "checkbox", "radio", "switch", "option", "menuitem", "menuitemcheckbox", "combobox", "row"]);
  let before = null, lastKey = -Infinity;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const target = event.target;
    const field = mirror.isField(target);
    if (event.key.length === 1) {
      if (field && event.timeStamp - lastKey > pause) {
        before = { target, value: target.value, start: target.selectionStart, end: target.selectionEnd };
      }
      lastKey = event.timeStamp;
    }
    const modifiers = (event.ctrlKey || event.metaKey ? 1 : 0) | (event.shiftKey ? 2 : 0) | (event.altKey ? 4 : 0);
    const id = mirror.idOf(target);
    if (calls.key(event.key, modifiers, id, field, event.timeStamp)) {
      event.preventDefault();
      return;
    }
    if (field && event.key === "Enter") {
      event.preventDefault();
      calls.submit(id);
    } else if (field && event.key === "Escape") {
      target.blur();
    } else if (!field && id && (event.key === "Enter" || event.key === " ") &&
               pressable.has(target.getAttribute("role"))) {
      event.preventDefault();
      if (!event.repeat) calls.activate(id);
    }
  });

  // A scan went into a field before it could be told from typing: put back what was there.
  return {
    undo() {
      if (!before?.target.isConnected) return;
      const { target, value, start, end } = before;
      target.value = value;
      target.setSelectionRange(start, end);
      target.dispatchEvent(new Event("input", { bubbles: true }));
      before = null;
    },
  };
}
