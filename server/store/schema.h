#pragma once
/// The tables, as SQL text, one file per room. All are STRICT; every row of a tenant carries its tenant.
namespace ringup::store {

extern const char* const schema_business;   // tenants, hosts, branches, tax classes, users, sessions, tills
extern const char* const schema_catalogue;  // categories, products, barcodes, stock, the change log
extern const char* const schema_prices;     // step 2: how prices changed, what deleted products had
extern const char* const schema_sales;      // journal, sales, customers, tasks, outbox
extern const char* const schema_reports;    // step 2: the business's time zone, sums for reports
extern const char* const schema_counter;    // step 2: ended tasks, early voids, indexes to look for sales
extern const char* const schema_shifts;     // step 3: sales of a shift, where customers come from
extern const char* const schema_people;     // step 4: profiles, groups, how a business guards itself
extern const char* const schema_audit;      // step 4: who did what
extern const char* const schema_sign_in;    // step 4: sign-ins under way, known devices, links in mails, keys
extern const char* const schema_factors;    // step 4: one-time codes, second factors, mobile tokens
extern const char* const schema_messages;   // step 4: mails and text messages on their way
extern const char* const schema_permits;    // step 4: PINs of cashiers
extern const char* const schema_pictures;   // step 2: pictures of products

}  // namespace ringup::store
