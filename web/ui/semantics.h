#pragma once
/// What the screen means: a node per widget, recorded while it is drawn, in reading order. The shell mirrors
/// the nodes into the DOM, tests find widgets by role and name, and nothing is findable that is not drawn.
///
/// Wire form (to shell/mirror.js): {"d": dark 0|1, "n": [[id, parent, role, name, value, flags, x, y, w, h,
/// extra|0], …]} in CSS pixels; parents before children; extra has only the members that apply.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "web/platform/platform.h"
#include "web/ui/rect.h"

namespace ringup::ui {

using platform::NodeId;

enum class Role : std::uint8_t {
  none,
  text,
  heading,
  button,
  link,
  textbox,
  searchbox,
  checkbox,
  toggle /* switch */,
  radio,
  radiogroup,
  tab,
  tablist,
  list,
  listitem,
  group,
  region,
  main,
  navigation,
  banner,
  form,
  dialog,
  status,
  alert,
  image,
  progressbar,
  spinbutton,
  table,
  row,
  cell,
  columnheader,
  grid,
  gridcell,
  menu,
  menuitem,
  menuitemcheckbox,
  combobox,
  listbox,
  option,
  complementary,
  figure,
  tooltip
};
/// ARIA's name of it.
std::string_view role_name(Role role);

/// Bits of Node::flags; shell/mirror.js has the same list.
namespace flag {
inline constexpr std::uint32_t disabled = 1, checked = 2, selected = 4, expanded = 8, pressed = 16,
                               has_checked = 32, has_selected = 64, has_expanded = 128, has_pressed = 256,
                               modal = 512, focusable = 1024, clipped = 2048, invalid = 4096, required = 8192,
                               current = 16384, busy = 32768, secret = 65536, overlay = 131072,
                               /* focusable, but reached by arrows instead of Tab */ skipped = 262144;
}

struct Node {
  NodeId id = 0, parent = 0;
  Role role = Role::none;
  std::string name, value;
  std::uint32_t flags = 0;
  Rect rect;          // what is visible of it; of a field all of it, see `clip`
  std::string extra;  // JSON members, without braces

  bool has(std::uint32_t bits) const { return (flags & bits) == bits; }
};

/// The nodes of the frame drawn last.
const std::vector<Node>& nodes();
/// The first node of that role whose name contains `name` (case counts; empty: any), or nullptr. Clipped
/// nodes are found, too.
const Node* find(Role role, std::string_view name);

std::string nodes_json(const std::vector<Node>& nodes, bool dark, float scale);

}  // namespace ringup::ui
