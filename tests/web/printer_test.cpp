#include "web/till/printer.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "core/base/qr.h"
#include "tests/web/fake_bridge.h"

namespace ringup::till {
namespace {

using platform::PrinterOutcome;
using platform::PrinterPort;
using test::FakeBridge;

const std::string kick = escpos_part::open_drawer();

Receipt receipt() {
  Receipt made = make_document("Corner Shop", "Milk");
  made.rows.push_back({ReceiptRow::Kind::total, "Total", "€ 1.19", {}});
  made.rows.push_back({ReceiptRow::Kind::qr, "https://shop.example/r/1", "Online", {}});
  return made;
}

class TillPrinter : public ::testing::Test {
 protected:
  /// A printer at USB that was chosen, unless told otherwise.
  void SetUp() override { set(PrintWay::usb); }
  void set(PrintWay way) {
    PrinterSettings settings = printer->settings();
    settings.way = way;
    printer->change(settings);
    if (way != PrintWay::usb && way != PrintWay::serial) return;
    printer->choose(keep());
    ASSERT_EQ(bridge.chosen.size(), 1u);
    EXPECT_EQ(bridge.chosen.front().first, way == PrintWay::usb ? PrinterPort::usb : PrinterPort::serial);
    bridge.chosen.front().second({PrinterOutcome::done, "1208:514:", "Acme T1"});
    bridge.chosen.clear();
  }
  template <class Change>
  void change(Change change) {
    PrinterSettings settings = printer->settings();
    change(settings);
    printer->change(settings);
  }
  Printer::Done keep() {
    return [this](const std::string& words) { said.push_back(words); };
  }
  FakeBridge::PrintJob take() {
    EXPECT_FALSE(bridge.print_jobs.empty());
    FakeBridge::PrintJob job = std::move(bridge.print_jobs.front());
    bridge.print_jobs.pop_front();
    return job;
  }
  FakeBridge bridge;
  std::unique_ptr<Printer> printer = std::make_unique<Printer>(bridge);
  std::vector<std::string> said;
};

TEST_F(TillPrinter, SendsWhatCoreWrites) {
  printer->print(receipt(), "Receipt A1", keep());
  EXPECT_TRUE(printer->busy());
  const FakeBridge::PrintJob job = take();
  EXPECT_EQ(job.bytes, escpos(receipt(), {receipt_columns_wide, PaperCut::partial, false}));
  EXPECT_EQ(job.to.device, "1208:514:");
  job.done({PrinterOutcome::done, {}, {}});
  EXPECT_FALSE(printer->busy());
  EXPECT_EQ(said.back(), "");
  change([](PrinterSettings& settings) { settings.width_mm = 58; });
  printer->print(receipt(), "Receipt A1", keep());
  EXPECT_EQ(take().bytes, escpos(receipt(), {receipt_columns_narrow, PaperCut::partial, false}));
}

TEST_F(TillPrinter, FollowsABookingWithPaperAndDrawer) {
  const auto after = [&](bool cash) {
    printer->after_booking(receipt(), "Receipt", cash, keep());
    return bridge.print_jobs.empty() ? std::string() : take().bytes;
  };
  EXPECT_EQ(after(true), "\x1b@" + kick);  // the drawer alone
  EXPECT_EQ(after(false), "");
  change([](PrinterSettings& settings) { settings.automatic = true; });
  EXPECT_EQ(after(true), escpos(receipt(), {receipt_columns_wide, PaperCut::partial, true}));
  EXPECT_EQ(after(false), escpos(receipt(), {receipt_columns_wide, PaperCut::partial, false}));
  change([](PrinterSettings& settings) { settings.open_drawer = false; });
  EXPECT_EQ(after(true).find(kick), std::string::npos);
  set(PrintWay::system);
  EXPECT_EQ(after(true), "");
  EXPECT_EQ(bridge.strips.size(), 1u);
  set(PrintWay::none);
  EXPECT_EQ(after(true), "");
  EXPECT_EQ(bridge.strips.size(), 1u);
}

TEST_F(TillPrinter, SaysWhatToDo) {
  for (const PrinterOutcome outcome :
       {PrinterOutcome::missing, PrinterOutcome::in_use, PrinterOutcome::no_paper, PrinterOutcome::silent,
        PrinterOutcome::no_port, PrinterOutcome::failed}) {
    printer->print(receipt(), "Receipt", keep());
    take().done({outcome, {}, {}});
    EXPECT_TRUE(said.back().ends_with(".")) << said.back();
  }
  EXPECT_EQ(std::set<std::string>(said.end() - 6, said.end()).size(), 6u);
  EXPECT_FALSE(printer->busy());
  // It can be printed again at once.
  printer->print(receipt(), "Receipt", keep());
  take().done({PrinterOutcome::done, {}, {}});
  EXPECT_EQ(said.back(), "");
}

TEST_F(TillPrinter, RemembersItsSettingsOnTheDevice) {
  set(PrintWay::serial);
  change([](PrinterSettings& settings) {
    settings.baud = 115200;
    settings.width_mm = 58;
    settings.automatic = true;
    settings.open_drawer = false;
  });
  const Printer again(bridge);
  EXPECT_EQ(again.settings(), printer->settings());
  EXPECT_EQ(again.settings().name, "Acme T1");
  EXPECT_EQ(again.columns(), receipt_columns_narrow);
  bridge.local["till/printer"] = "{\"way\":\"fax\"}";
  EXPECT_EQ(Printer(bridge).settings(), PrinterSettings{});
}

TEST_F(TillPrinter, NeedsADeviceForItsWay) {
  change([](PrinterSettings& settings) { settings.way = PrintWay::serial; });
  EXPECT_FALSE(printer->ready());
  printer->print(receipt(), "Receipt", keep());
  printer->open_drawer(keep());
  EXPECT_TRUE(bridge.print_jobs.empty());
  EXPECT_NE(said[said.size() - 2], "");
  EXPECT_NE(said.back(), "");
  printer->choose(keep());
  bridge.chosen.front().second({PrinterOutcome::given_up, {}, {}});
  EXPECT_EQ(said.back(), "");
  EXPECT_FALSE(printer->ready());
  bridge.has_serial = false;
  EXPECT_FALSE(printer->can(PrintWay::serial));
  EXPECT_TRUE(printer->can(PrintWay::usb));
  EXPECT_TRUE(printer->can(PrintWay::system));
}

TEST_F(TillPrinter, GivesTheSystemAStripWithItsCode) {
  set(PrintWay::system);
  change([](PrinterSettings& settings) { settings.width_mm = 58; });
  printer->print(receipt(), "Receipt A1", keep());
  ASSERT_EQ(bridge.strips.size(), 1u);
  const platform::PaperStrip& strip = bridge.strips[0];
  EXPECT_EQ(strip.title, "Receipt A1");
  EXPECT_EQ(strip.width_mm, 58);
  ASSERT_EQ(strip.lines.size(), 5u);
  EXPECT_TRUE(strip.lines[0].strong);
  EXPECT_EQ(strip.lines[2].text, "Milk");
  EXPECT_FALSE(strip.lines[2].strong);
  EXPECT_EQ(strip.lines[3].text, "Total                     € 1.19");
  EXPECT_TRUE(strip.lines[3].strong);
  EXPECT_EQ(strip.qr_path, QrCode::of("https://shop.example/r/1").value().svg_path());
  EXPECT_EQ(strip.qr_size, 25 + 8);
}

}  // namespace
}  // namespace ringup::till
