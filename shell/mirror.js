// The semantics mirror: a transparent DOM tree of what the canvas shows, for screen readers, keyboards, password
// managers and tests. wasm sends all nodes after a frame in which they changed; here they are compared by id with
// the ones that stand, and only differences touch the DOM.
//
// A node is [id, parent, role, name, value, flags, x, y, width, height, extra|0]; parents come before children and
// siblings in reading order. Flags and extras are listed in web/ui/semantics.h.
//
// Text fields are real inputs: made once, never moved while focused. While one has the focus its own value is the
// truth; wasm's value is written into it only when the app changed it.
const disabled = 1, checked = 2, selected = 4, expanded = 8, pressed = 16, hasChecked = 32, hasSelected = 64,
  hasExpanded = 128, hasPressed = 256, modal = 512, focusable = 1024, clipped = 2048, invalid = 4096, required = 8192,
  current = 16384, busy = 32768, secret = 65536, overlay = 131072, skipped = 262144;

const fieldRoles = new Set(["textbox", "searchbox"]);
const plainRoles = new Set(["text", "none", "textbox", "searchbox", "form"]);

export class Mirror {
  // calls: {activate(id), edit(id, text), submit(id), focus(id, visible)}
  constructor(root, calls) {
    this.root = root;
    this.calls = calls;
    this.entries = new Map();
    this.wantedFocus = 0;
    root.addEventListener("click", (event) => {
      const id = this.idOf(event.target);
      if (id && !fieldRoles.has(this.entries.get(id).node[2])) calls.activate(id);
    });
    root.addEventListener("input", (event) => {
      const id = this.idOf(event.target);
      if (!id) return;
      this.entries.get(id).known = event.target.value;
      calls.edit(id, event.target.value);
    });
    root.addEventListener("submit", (event) => event.preventDefault());
    root.addEventListener("focusin", (event) => {
      calls.focus(this.idOf(event.target), event.target.matches(":focus-visible"));
    });
    root.addEventListener("focusout", () => calls.focus(0, false));
  }

  idOf(element) {
    const id = Number(element?.dataset?.id ?? 0);
    return this.entries.has(id) ? id : 0;
  }

  isField(element) {
    return element instanceof HTMLInputElement && this.idOf(element) !== 0;
  }

  focus(id) {
    if (id === 0) {
      if (this.root.contains(document.activeElement)) document.activeElement.blur();
      this.wantedFocus = 0;
      return;
    }
    this.wantedFocus = id;
    this.tryFocus();
  }

  tryFocus() {
    const entry = this.entries.get(this.wantedFocus);
    if (!entry || entry.element.closest("[inert]")) return;
    this.wantedFocus = 0;
    entry.element.focus({ preventScroll: true });
  }

  update(text) {
    const { n: nodes, d: dark } = JSON.parse(text);
    document.documentElement.classList.toggle("dark", dark === 1);
    document.documentElement.classList.toggle("light", dark === 0);
    const seen = new Set();
    const children = new Map([[0, []]]);
    let topModal = 0;
    for (const node of nodes) {
      const [id, parent] = node;
      seen.add(id);
      let entry = this.entries.get(id);
      if (entry && tagOf(entry.node) !== tagOf(node)) {
        entry.element.remove();
        entry = undefined;
      }
      if (!entry) {
        entry = { element: document.createElement(tagOf(node)), node: null, known: "" };
        entry.element.dataset.id = id;
        entry.element.id = "n" + id;
        this.entries.set(id, entry);
      }
      apply(entry, node);
      entry.node = node;
      if (!children.has(parent)) children.set(parent, []);
      children.get(parent).push(entry.element);
      if (node[5] & modal) topModal = id;
    }
    for (const [id, entry] of this.entries) {
      if (seen.has(id)) continue;
      entry.element.remove();
      this.entries.delete(id);
    }
    for (const [parent, list] of children) {
      arrange(parent === 0 ? this.root : this.entries.get(parent)?.element ?? this.root, list);
    }
    for (const element of this.root.children) {
      const entry = this.entries.get(Number(element.dataset.id));
      const behind = topModal !== 0 && entry.node[0] !== topModal && !(entry.node[5] & overlay);
      if (element.inert === behind) continue;
      element.inert = behind;
      attribute(element, "aria-hidden", behind ? "true" : null);
    }
    if (this.wantedFocus !== 0) this.tryFocus();
  }
}

function tagOf(node) {
  if (fieldRoles.has(node[2])) return "input";
  if (node[2] === "form") return "form";
  return node[2] === "text" ? "span" : "div";
}

// Puts `list` in order under `parent` without ever moving the element that holds the focus.
function arrange(parent, list) {
  const held = list.findIndex((element) => element.contains(document.activeElement));
  if (held >= 0 && list[held].parentNode === parent) {
    let after = list[held];
    for (let i = held - 1; i >= 0; --i) {
      if (after.previousSibling !== list[i]) parent.insertBefore(list[i], after);
      after = list[i];
    }
    let before = list[held];
    for (let i = held + 1; i < list.length; ++i) {
      if (before.nextSibling !== list[i]) parent.insertBefore(list[i], before.nextSibling);
      before = list[i];
    }
    return;
  }
  let before = null;
  for (const element of list) {
    const next = before === null ? parent.firstChild : before.nextSibling;
    if (next !== element) parent.insertBefore(element, next);
    before = element;
  }
}

function attribute(element, name, value) {
  if (value === null || value === undefined || value === "") element.removeAttribute(name);
  else element.setAttribute(name, value);
}

function apply(entry, node) {
  const { element, node: old } = entry;
  const [, , role, name, value, flags, x, y, width, height, extra] = node;
  const style = element.style;
  if (!old || old[6] !== x) style.left = x + "px";
  if (!old || old[7] !== y) style.top = y + "px";
  if (!old || old[8] !== width) style.width = width + "px";
  if (!old || old[9] !== height) style.height = height + "px";
  if (!old || old[2] !== role) attribute(element, "role", plainRoles.has(role) ? null : role);
  if (!old || old[3] !== name || old[2] !== role) {
    if (role === "text" || role === "columnheader") element.textContent = name;
    else attribute(element, "aria-label", name);
  }
  if (!old || old[5] !== flags) applyFlags(element, role, flags);
  const more = extra || {};
  if (!old || JSON.stringify(old[10]) !== JSON.stringify(extra)) applyExtra(element, role, more);
  if (fieldRoles.has(role)) {
    if (value !== entry.known) {
      entry.known = value;
      element.value = value;
    }
  } else if (!old || old[4] !== value) {
    if (role === "combobox") element.textContent = value;
    else attribute(element, "aria-valuetext", value);
  }
}

function applyFlags(element, role, flags) {
  const state = (has, bit) => (flags & has ? String((flags & bit) !== 0) : null);
  attribute(element, "aria-checked", state(hasChecked, checked));
  attribute(element, "aria-selected", state(hasSelected, selected));
  attribute(element, "aria-expanded", state(hasExpanded, expanded));
  attribute(element, "aria-pressed", state(hasPressed, pressed));
  attribute(element, "aria-modal", flags & modal ? "true" : null);
  attribute(element, "aria-invalid", flags & invalid ? "true" : null);
  attribute(element, "aria-required", flags & required ? "true" : null);
  attribute(element, "aria-current", flags & current ? "true" : null);
  attribute(element, "aria-busy", flags & busy ? "true" : null);
  attribute(element, "data-clipped", flags & clipped ? "true" : null);
  if (element instanceof HTMLInputElement) {
    element.disabled = (flags & disabled) !== 0;
    element.type = flags & secret ? "password" : "text";
    element.classList.toggle("there", (flags & (clipped | disabled)) === 0);
  } else {
    attribute(element, "aria-disabled", flags & disabled ? "true" : null);
    attribute(element, "tabindex", flags & focusable && !(flags & disabled) ? flags & skipped ? "-1" : "0" : flags & modal ? "-1" : null);
  }
}

function applyExtra(element, role, more) {
  attribute(element, "aria-setsize", more.set);
  attribute(element, "aria-posinset", more.pos);
  attribute(element, "aria-level", more.level);
  attribute(element, "aria-valuemin", more.min);
  attribute(element, "aria-valuemax", more.max);
  attribute(element, "aria-valuenow", more.now);
  attribute(element, "aria-description", more.desc);
  attribute(element, "aria-rowindex", more.row);
  attribute(element, "aria-colindex", more.col);
  attribute(element, "aria-rowcount", more.rows);
  attribute(element, "aria-colcount", more.cols);
  attribute(element, "aria-keyshortcuts", more.keys);
  attribute(element, "aria-sort", more.sort);
  attribute(element, "aria-activedescendant", more.active ? "n" + more.active : null);
  attribute(element, "aria-multiselectable", more.many ? "true" : null);
  attribute(element, "aria-haspopup", more.popup);
  attribute(element, "aria-autocomplete", more.complete);
  if (!(element instanceof HTMLInputElement)) return;
  attribute(element, "role", more.active ? "combobox" : role === "searchbox" ? "searchbox" : null);
  attribute(element, "aria-expanded", more.active ? "true" : null);
  attribute(element, "aria-controls", null);
  // The list below the field is made after the field.
  if (more.active) queueMicrotask(() => attribute(element, "aria-controls",
    document.getElementById("n" + more.active)?.closest("[role=listbox]")?.id));
  attribute(element, "inputmode", more.mode);
  attribute(element, "enterkeyhint", more.hint);
  attribute(element, "autocomplete", more.ac ?? "off");
  attribute(element, "name", more.field);
  attribute(element, "placeholder", null);
  attribute(element, "autocapitalize", more.caps ?? "off");
  attribute(element, "autocorrect", "off");
  attribute(element, "spellcheck", "false");
  attribute(element, "maxlength", more.length);
  const style = element.style;
  style.paddingLeft = (more.left ?? 0) + "px";
  style.paddingRight = (more.right ?? 0) + "px";
  style.fontSize = (more.size ?? 16) + "px";
  style.textAlign = more.align ?? "";
  style.clipPath = more.clip ? `inset(${more.clip.map((edge) => edge + "px").join(" ")})` : "";
}
