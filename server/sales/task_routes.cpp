#include "core/base/time.h"
#include "core/till/task_kinds.h"
#include "server/http/audited.h"
#include "server/http/once.h"
#include "server/sales/json.h"
#include "server/sales/sales.h"
#include "server/sales/task_json.h"

namespace ringup::sales {
namespace {

constexpr std::size_t note_bytes_max = 1000;
constexpr std::size_t tasks_at_once_max = 200;

Result<store::TaskFilter> read_task_filter(const http::Request& request, http::Page& page) {
  page = TRY(http::read_page(request, {"state", "kind"}));
  store::TaskFilter filter;
  const std::string_view state = request.query_value("state").value_or("open");
  if (state != "open" && state != "done") return fail(Error::invalid_value, "state", "Either open or done.");
  filter.done = state == "done";
  if (const auto kind = request.query_value("kind")) {
    if (journal::find_task_kind(*kind) == nullptr)
      return fail(Error::invalid_value, "kind", "There are no tasks of this kind.");
    filter.kind = std::string(*kind);
  }
  filter.after = TRY(read_cursor(page));
  filter.limit = page.limit + 1;
  return filter;
}

/// {"note"?} or no body at all.
Result<std::string> read_note(const http::Request& request) {
  if (request.body.empty()) return std::string();
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  const auto note = TRY(in.optional_string("note", note_bytes_max));
  TRY(in.done());
  return std::string(note.value_or(""));
}

struct Several {
  std::vector<Id> ids;
  std::string note;
};
/// {"ids": [id, …], "note"?}
Result<Several> read_several(const json::Value& body) {
  json::Reader in = TRY(json::Reader::object(body));
  Several several;
  const json::Array& ids = *TRY(in.array("ids", tasks_at_once_max));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Result<Id> id = ids[i].as_string() != nullptr ? parse_id(*ids[i].as_string()) : Error::wrong_type;
    if (!id.ok()) return fail(Error::invalid_value, "ids[" + std::to_string(i) + "]", "This is no id.");
    several.ids.push_back(*id);
  }
  several.note = std::string(TRY(in.optional_string("note", note_bytes_max)).value_or(""));
  TRY(in.done());
  return several;
}

}  // namespace

void Sales::add_task_routes(http::Router& router, const http::Access& access) {
  router.add("GET", "/api/tasks/", [this, access](const http::Request& request) -> Result<http::Response> {
    const Principal principal = TRY(access.user_with(request, Right::sales_read));
    http::Page page;
    const store::TaskFilter filter = TRY(read_task_filter(request, page));
    return store_.read([&](store::Database& db) -> Result<http::Response> {
      const std::vector<store::Task> tasks = TRY(store::list_tasks(db, principal.tenant, filter));
      store::Names names(db, principal.tenant);
      std::vector<json::Value> items;
      for (const store::Task& task : tasks)
        items.push_back(TRY(task_json(db, names, principal.tenant, task)));
      std::size_t at = 0;
      return http::list_response(
          tasks, page, [&](const store::Task&) { return std::move(items[at++]); },
          [](const store::Task& task) { return write_cursor(store::task_key(task), task.id); });
    });
  });

  // In the order of urgency that core's table has.
  router.add(
      "GET", "/api/tasks/counts/", [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::sales_read));
        TRY(request.allow_query({}));
        const std::vector<store::TaskCount> counts =
            TRY(store_.read([&](store::Database& db) { return store::count_tasks(db, principal.tenant); }));
        std::int64_t open = 0;
        json::Array kinds;
        for (const store::TaskCount& count : counts) open += count.open;
        for (const journal::TaskKind& kind : journal::task_kinds()) {
          for (const store::TaskCount& count : counts) {
            if (count.kind != kind.name) continue;
            kinds.push_back(json::Object{{"kind", kind.name},
                                         {"title", kind.title},
                                         {"open", count.open},
                                         {"oldest_at", to_rfc3339(count.oldest_at)}});
          }
        }
        return http::json_response(json::Object{{"open", open}, {"kinds", std::move(kinds)}});
      });

  router.add("GET", "/api/tasks/{id}/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::sales_read));
               const Id id = TRY(request.parameter_id(0));
               return store_.read([&](store::Database& db) -> Result<http::Response> {
                 const auto task = TRY(store::find_task(db, principal.tenant, id));
                 if (!task) return Error::not_found;
                 store::Names names(db, principal.tenant);
                 return http::json_response(TRY(task_json(db, names, principal.tenant, *task)));
               });
             });

  router.add("POST", "/api/tasks/{id}/done/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::tasks_settle));
               const Id id = TRY(request.parameter_id(0));
               const std::string note = TRY(read_note(request));
               const auto once = TRY(http::read_once_key(request, principal.tenant, principal.user));
               const std::int64_t now = now_us_();
               return http::answer_response(TRY(store::write_once(
                   store_.writer(), once, now, [&](store::Database& db) -> Result<store::Answer> {
                     const store::Task task =
                         TRY(store::finish_task(db, principal.tenant, id, principal.user, note, now));
                     TRY(http::tell_deed(db, request, principal, {"task_done", "task", id}, now));
                     store::Names names(db, principal.tenant);
                     return http::answer_of(TRY(task_json(db, names, principal.tenant, task)));
                   })));
             });

  router.add("POST", "/api/tasks/{id}/reopen/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::tasks_settle));
               const Id id = TRY(request.parameter_id(0));
               if (!request.body.empty()) {
                 const json::Value body = TRY(request.json_body());
                 TRY(TRY(json::Reader::object(body)).done());
               }
               const auto once = TRY(http::read_once_key(request, principal.tenant, principal.user));
               return http::answer_response(TRY(store::write_once(
                   store_.writer(), once, now_us_(), [&](store::Database& db) -> Result<store::Answer> {
                     const store::Task task = TRY(store::reopen_task(db, principal.tenant, id));
                     TRY(http::tell_deed(db, request, principal, {"task_reopened", "task", id}, now_us_()));
                     store::Names names(db, principal.tenant);
                     return http::answer_of(TRY(task_json(db, names, principal.tenant, task)));
                   })));
             });

  // All of them or, where one is not there, none.
  router.add(
      "POST", "/api/tasks/done/", [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::tasks_settle));
        const Several several = TRY(read_several(TRY(request.json_body())));
        const auto once = TRY(http::read_once_key(request, principal.tenant, principal.user));
        const std::int64_t now = now_us_();
        return http::answer_response(TRY(
            store::write_once(store_.writer(), once, now, [&](store::Database& db) -> Result<store::Answer> {
              for (const Id& id : several.ids) {
                TRY(store::finish_task(db, principal.tenant, id, principal.user, several.note, now));
                TRY(http::tell_deed(db, request, principal, {"task_done", "task", id}, now));
              }
              return http::answer_of(json::Object{{"done", static_cast<std::int64_t>(several.ids.size())}});
            })));
      });
}

}  // namespace ringup::sales
