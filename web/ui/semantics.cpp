#include "web/ui/semantics.h"

#include <cmath>

#include "core/base/json.h"
#include "web/ui/state.h"

namespace ringup::ui {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::none:
      return "none";
    case Role::text:
      return "text";
    case Role::heading:
      return "heading";
    case Role::button:
      return "button";
    case Role::link:
      return "link";
    case Role::textbox:
      return "textbox";
    case Role::searchbox:
      return "searchbox";
    case Role::checkbox:
      return "checkbox";
    case Role::toggle:
      return "switch";
    case Role::radio:
      return "radio";
    case Role::radiogroup:
      return "radiogroup";
    case Role::tab:
      return "tab";
    case Role::tablist:
      return "tablist";
    case Role::list:
      return "list";
    case Role::listitem:
      return "listitem";
    case Role::group:
      return "group";
    case Role::region:
      return "region";
    case Role::main:
      return "main";
    case Role::navigation:
      return "navigation";
    case Role::banner:
      return "banner";
    case Role::form:
      return "form";
    case Role::dialog:
      return "dialog";
    case Role::status:
      return "status";
    case Role::alert:
      return "alert";
    case Role::image:
      return "img";
    case Role::progressbar:
      return "progressbar";
    case Role::spinbutton:
      return "spinbutton";
    case Role::table:
      return "table";
    case Role::row:
      return "row";
    case Role::cell:
      return "cell";
    case Role::columnheader:
      return "columnheader";
    case Role::grid:
      return "grid";
    case Role::gridcell:
      return "gridcell";
    case Role::menu:
      return "menu";
    case Role::menuitem:
      return "menuitem";
    case Role::menuitemcheckbox:
      return "menuitemcheckbox";
    case Role::combobox:
      return "combobox";
    case Role::listbox:
      return "listbox";
    case Role::option:
      return "option";
    case Role::complementary:
      return "complementary";
    case Role::figure:
      return "figure";
    case Role::tooltip:
      return "tooltip";
  }
  return "none";
}

const std::vector<Node>& nodes() {
  return state().last_nodes;
}

const Node* find(Role role, std::string_view name) {
  for (const Node& node : nodes()) {
    if (node.role == role && node.name.find(name) != std::string::npos) return &node;
  }
  return nullptr;
}

void add_extra(std::string& extra, std::string_view name, std::string_view text) {
  if (!extra.empty()) extra += ',';
  json::append_quoted(extra, name);
  extra += ':';
  json::append_quoted(extra, text);
}

void add_extra(std::string& extra, std::string_view name, std::int64_t number) {
  if (!extra.empty()) extra += ',';
  json::append_quoted(extra, name);
  extra += ':';
  extra += std::to_string(number);
}

namespace {

// Tenths of a CSS pixel are finer than anything on a screen.
void append_length(std::string& out, float points, float scale) {
  const long tenths = std::lround(points * scale * 10);
  out += ',';
  if (tenths < 0) out += '-';
  const long magnitude = std::labs(tenths);
  out += std::to_string(magnitude / 10);
  if (magnitude % 10 != 0) {
    out += '.';
    out += std::to_string(magnitude % 10);
  }
}

}  // namespace

std::string nodes_json(const std::vector<Node>& nodes, bool dark, float scale) {
  std::string out;
  out.reserve(nodes.size() * 96 + 32);
  out += dark ? "{\"d\":1,\"n\":[" : "{\"d\":0,\"n\":[";
  bool first = true;
  for (const Node& node : nodes) {
    if (!first) out += ',';
    first = false;
    out += '[';
    out += std::to_string(node.id);
    out += ',';
    out += std::to_string(node.parent);
    out += ",\"";
    out += role_name(node.role);
    out += "\",";
    json::append_quoted(out, node.name);
    out += ',';
    json::append_quoted(out, node.value);
    out += ',';
    out += std::to_string(node.flags);
    append_length(out, node.rect.x, scale);
    append_length(out, node.rect.y, scale);
    append_length(out, node.rect.w, scale);
    append_length(out, node.rect.h, scale);
    if (node.extra.empty()) {
      out += ",0]";
    } else {
      out += ",{";
      out += node.extra;
      out += "}]";
    }
  }
  out += "]}";
  return out;
}

}  // namespace ringup::ui
