// The catalogue and its search: products come and go by the input's lines, every line is searched for.
#include <map>
#include <string>
#include <vector>

#include "core/base/utf8.h"
#include "core/catalogue/catalogue.h"
#include "tests/fuzz/fuzz.h"

using namespace ringup;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A line "nNAME" puts product n's name, "-n" takes it out, "?QUERY" searches; n is one character.
  Catalogue catalogue;
  SearchIndex::Scratch scratch;
  std::map<unsigned char, std::string> names;
  std::string_view text = fuzz::text_of(data, std::min<std::size_t>(size, 2000));
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (line.size() < 2) continue;
    if (line[0] == '?') {
      const Catalogue::Page page = catalogue.search(line.substr(1), {}, 10, scratch);
      fuzz::promise(page.total >= page.handles.size() && page.handles.size() <= 10, "hits are counted");
      for (const Handle handle : page.handles) (void)catalogue.at(handle);
      continue;
    }
    CatalogueDelta delta;
    delta.cursor = "1";
    const bool gone = line[0] == '-';
    const auto number = static_cast<unsigned char>(line[gone ? 1 : 0]);
    Id id;
    id.bytes[0] = 1;
    id.bytes[15] = number;
    if (gone) {
      delta.deleted.push_back(id);
      names.erase(number);
    } else {
      Product product;
      product.id = id;
      product.sku = std::string(1, line[0]);
      product.name = line.substr(1);
      product.tax_class = "standard";
      names[number] = product.name;
      delta.products.push_back(std::move(product));
    }
    fuzz::promise(catalogue.apply(std::move(delta)).ok(), "a change is taken");
    fuzz::promise(catalogue.size() == names.size(), "products are counted");
    fuzz::promise(catalogue.browse({}, 0, 1000).handles.size() == names.size(), "all are listed");
  }
  for (const auto& [number, name] : names) {
    if (fold_words(name).empty() || fold_words(name).size() > 1 || name.size() > 20) continue;
    bool found = false;
    const Catalogue::Page page = catalogue.search(name, {}, 1000, scratch);
    for (const Handle handle : page.handles) found = found || catalogue.at(handle).name == name;
    fuzz::promise(found, "a product is found by its name");
  }
  return 0;
}
