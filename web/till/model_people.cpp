// Who is at the till: signing in through its gates, changing places by PIN, and going.
#include "web/till/model.h"

namespace ringup::till {
namespace {

// A session in this browser that is to end, but the server has not heard it yet.
constexpr std::string_view leaving_draft = "leaving";

}  // namespace

Server::StepDone Model::step_taken(Done done) {
  return [this, done = std::move(done)](Result<SignInStep> taken) {
    if (!taken.ok()) return done(taken.failure());
    step_ = std::move(taken).value();
    if (!step_->cashier.has_value()) return done({});
    const Cashier cashier = *std::exchange(step_, std::nullopt)->cashier;
    if (!cashier.may(Right::sell)) {
      server_.sign_out([](bool) {});
      return done(
          fail(Error::forbidden, {},
               "This account may not sell. Ask the owner for the right to, or sign in with another."));
    }
    memory_.keep_draft(leaving_draft, {});  // the new session took the place of the old one
    permits_.forgive(cashier.user);
    memory_.sign_in(cashier);
    done({});
  };
}

void Model::sign_in(std::string email, std::string password, Done done) {
  server_.sign_in(memory_.enrolment()->tenant, std::move(email), std::move(password),
                  step_taken(std::move(done)));
}

void Model::send_factor_code(const std::string& method, Done done) {
  ASSERT(step_.has_value());
  server_.send_factor_code(method, step_->challenge, std::move(done));
}

void Model::show_factor(const std::string& method, std::string code, Done done) {
  ASSERT(step_.has_value());
  server_.show_factor(method, step_->challenge, std::move(code), step_taken(std::move(done)));
}

void Model::replace_password(std::string new_password, Done done) {
  ASSERT(step_.has_value());
  server_.replace_password(step_->challenge, std::move(new_password), step_taken(std::move(done)));
}

void Model::send_code(const std::string& address, Done done) {
  server_.send_code(memory_.enrolment()->tenant, address, std::move(done));
}

void Model::sign_in_by_code(const std::string& address, std::string code, Done done) {
  server_.sign_in_by_code(memory_.enrolment()->tenant, address, std::move(code), step_taken(std::move(done)));
}

void Model::switch_to(const Id& user, std::string pin, Done done) {
  if (looks_on())
    return done(fail(Error::conflict, {}, "Another tab is the till. Change the cashier there."));
  permits_.prove(user, std::move(pin), [this, done = std::move(done)](Result<Cashier> proved) {
    if (!proved.ok()) return done(proved.failure());
    if (saving_) return done(fail(Error::conflict, {}, "Wait until the payment is saved."));
    // Whoever showed the password of the same person before keeps that session.
    const bool same = cashier().has_value() && !cashier()->by_pin && cashier()->user == proved->user;
    if (!same) {
      memory_.sign_in(*proved);
      leave_session();
    }
    done({});
  });
}

void Model::set_pin(std::string pin, std::string password, Done done) {
  ASSERT(cashier().has_value());
  server_.set_pin(cashier()->user, std::move(pin), std::move(password),
                  [this, done = std::move(done)](Result<void> set) {
                    if (set.ok()) permits_.fetch();
                    done(std::move(set));
                  });
}

void Model::sign_out() {
  memory_.sign_out();
  leave_session();
}

/// Without a network it is noted, and done as soon as the server answers.
void Model::leave_session() {
  step_.reset();
  memory_.keep_draft(leaving_draft, "1");
  server_.sign_out([this](bool heard) {
    if (heard) memory_.keep_draft(leaving_draft, {});
  });
}

void Model::people_known() {
  if (!memory_.draft(leaving_draft).empty() && permits_.told()) leave_session();
  look_at_cashier();
}

/// Who may not sell here any more leaves, at once where the server says so; the cart stays for the next one.
/// A permit that ended in the middle of a sale is asked for after it.
void Model::look_at_cashier() {
  if (!cashier().has_value() || looks_on() || saving_) return;
  const Permits::Person* person = cashier()->by_pin ? permits_.find(cashier()->user) : nullptr;
  const bool expired = person != nullptr && permits_.is_expired(person->permit) && cart_.empty();
  if (!permits_.is_gone(*cashier()) && !expired) return;
  const std::string name = cashier()->name();
  sign_out();
  if (on_notice) {
    on_notice(expired ? "The permit of " + name + " for this till has expired. Sign in again."
                      : name + " may not sell at this till any more.");
  }
}

}  // namespace ringup::till
