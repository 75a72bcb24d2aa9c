#include "web/till/export.h"

#include <memory>
#include <utility>

#include "core/till/exchange.h"

namespace ringup::till {
namespace {

struct Export {
  std::map<std::int64_t, std::vector<std::int64_t>> left;
  std::string file;
  std::function<void(std::string)> done;
};

void write_next(Memory& memory, std::shared_ptr<Export> work) {
  if (work->left.empty()) return work->done(std::move(work->file));
  const auto next = work->left.extract(work->left.begin());
  const std::int64_t epoch = next.key();
  memory.texts(
      epoch, next.mapped(),
      [&memory, work, epoch, seqs = next.mapped()](const std::vector<std::string>& texts) {
        const Enrolment& enrolment = *memory.enrolment();
        work->file += journal::write_export_header({enrolment.till, epoch, enrolment.token}) + "\n";
        for (std::size_t i = 0; i < texts.size(); ++i) {
          if (texts[i].empty()) continue;  // lost here; the import reports the gap
          work->file += journal::write_outgoing({seqs[i], texts[i], memory.damaged(epoch, seqs[i])}) + "\n";
        }
        write_next(memory, work);
      });
}

}  // namespace

void export_unsent(Memory& memory, std::function<void(std::string)> done) {
  auto work = std::make_shared<Export>();
  if (memory.enrolment().has_value()) work->left = memory.unsent();
  work->done = std::move(done);
  write_next(memory, std::move(work));
}

}  // namespace ringup::till
