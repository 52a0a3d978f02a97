#pragma once

#include "dialogs/model.hpp"
#include "knowledge/library.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace thanthien::dialogs {

/// What a dialog file says in the short forms of the language, said in plain Vietnamese for a picture of it.
class plain_words {
 public:
  plain_words(const dialog& of, const book::contents& dialogs, const knowledge::library& known)
      : of_{of}, book_{dialogs}, known_{known} {}

  /// "ngày", "số điện thoại", ...
  static std::string type(slot_type t);

  /// "Kênh là Zalo hoặc Messenger"; "Còn lại" for a condition that always holds.
  std::string condition(const dialogs::condition& c) const;

  /// What opens the dialog, one line each: topics, commands, events, choices of other dialogs.
  std::vector<std::string> opened_by() const;

  /// The first variant in Vietnamese, its placeholders said in words: "‹tên xã, phường›".
  std::string text(const wording& w) const;

  /// How many other ways there are to say it in Vietnamese on every channel.
  static std::size_t other_ways(const wording& w);

  /// The name of an answer as officers see it.
  std::string slot(std::string_view name) const;

  std::string dialog_title(std::string_view name) const;
  std::string topic_title(std::string_view topic, std::string_view aspect) const;

  /// Where a choice leads outside of this dialog: a title; "" when it stays here.
  std::string leads_to(const option& o) const;

  std::string phrase(const std::string& name) const;

 private:
  std::string test(const dialogs::condition& c) const;
  std::string joined(const std::vector<dialogs::condition>& parts, const std::string& by) const;
  std::string value(const std::string& subject, const std::string& v) const;
  std::string placeholder(std::string_view name) const;
  const step* asks(std::string_view slot) const;

  const dialog& of_;
  const book::contents& book_;
  const knowledge::library& known_;
};

}  // namespace thanthien::dialogs
