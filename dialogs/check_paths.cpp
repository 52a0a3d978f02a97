#include "dialogs/inspection.hpp"

#include <algorithm>
#include <set>

/// Where a conversation can go: every step is reached, every way ends, no circle goes on by itself, and who
/// is in danger comes to a person.
namespace thanthien::dialogs {
namespace {

void dead_ends(inspection& with, const dialog& d) {
  for (const auto& s : d.steps) {
    if (goes_on(s) && s.next.empty())
      with.fail(s.at, "Sau bước \"" + s.name + "\" cuộc trò chuyện đi vào ngõ cụt",
                "Thêm \"next: end\", hoặc \"next: tên-bước\".");
    if (s.what == step::kind::go && s.dialog.empty() && s.next.empty())
      with.fail(s.at, "Bước go chưa nói đi đâu", "Viết go: tên-bước, hoặc go: {dialog: tên-hội-thoại}.");
  }
}

void unreachable(inspection& with, const dialog& d) {
  if (d.steps.empty()) return;
  std::set<std::string> seen{d.steps.front().name};
  std::vector<const step*> open{&d.steps.front()};
  while (!open.empty()) {
    const auto* s = open.back();
    open.pop_back();
    for (const auto& target : ways_from(*s))
      if (const auto* next = d.find(target); next != nullptr && seen.insert(target).second)
        open.push_back(next);
  }
  for (const auto& s : d.steps)
    if (!seen.contains(s.name))
      with.fail(s.at, "Không có đường nào tới bước \"" + s.name + "\"",
                "Thêm next, go hoặc choices dẫn tới bước này, hoặc xóa nó.");
}

// --- circles

/// A circle of steps none of which waits for the resident never ends; looked for over all dialogs.
class circles {
 public:
  explicit circles(inspection& with) : with_{with} {}

  /// Returns the dialogs of which one was told.
  std::set<std::string> find() {
    for (const auto& [name, d] : with_.book.dialogs)
      for (const auto& s : d.steps) visit(d, s);
    return std::move(told_);
  }

 private:
  enum class state { fresh, on_the_way, done };

  void visit(const dialog& d, const step& s) {
    const auto key = d.name + "/" + s.name;
    auto& at = states_[key];
    if (at == state::done) return;
    if (at == state::on_the_way) {
      std::string path;
      for (auto part = std::ranges::find(path_, key); part != path_.end(); ++part) path += *part + " -> ";
      with_.fail(s.at, "Các bước đi vòng mãi mà không hỏi bà con câu nào: " + path + key,
                 "Đặt một bước ask hoặc end vào giữa vòng.");
      told_.insert(d.name);
      at = state::done;
      return;
    }
    at = state::on_the_way;
    path_.push_back(key);
    const bool stops = s.what == step::kind::ask || s.what == step::kind::rate ||
                       s.what == step::kind::hand_over || s.what == step::kind::end;
    if (!stops) {
      for (const auto& target : ways_from(s))
        if (const auto* next = d.find(target)) visit(d, *next);
      if (const auto* other = with_.book.find(s.dialog); other != nullptr && !other->steps.empty())
        visit(*other, other->steps.front());
    }
    path_.pop_back();
    states_[key] = state::done;
  }

  inspection& with_;
  std::map<std::string, state> states_;
  std::vector<std::string> path_;
  std::set<std::string> told_;
};

// --- every way ends

/// The steps from which the end can be reached. What is missing altogether is told elsewhere and counts as an
/// end here.
class endings {
 public:
  explicit endings(const book::contents& book) : book_{book} {
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [name, d] : book_.dialogs)
        for (const auto& s : d.steps)
          if (!ends_.contains(&s) && leads_to_end(d, s)) changed = ends_.insert(&s).second;
    }
  }

  bool ends(const step& s) const { return ends_.contains(&s); }

  /// A way round from `s`, which has no end: the steps until one comes again.
  static std::string way_round(const dialog& d, const step& s) {
    std::set<const step*> seen;
    std::string path;
    for (const auto* at = &s; at != nullptr;) {
      path += (path.empty() ? "" : " -> ") + at->name;
      if (!seen.insert(at).second) break;
      const step* next = nullptr;
      for (const auto& target : ways_from(*at))
        if (next == nullptr) next = d.find(target);
      at = next;
    }
    return path;
  }

 private:
  bool dialog_ends(const std::string& name) const {
    const auto* d = book_.find(name);
    return d == nullptr || d->steps.empty() || ends_.contains(&d->steps.front());
  }

  bool leads_to_end(const dialog& d, const step& s) const {
    if (s.what == step::kind::hand_over || s.what == step::kind::end) return true;
    if (s.what == step::kind::go && !s.dialog.empty()) return dialog_ends(s.dialog);
    if (s.what == step::kind::call && !dialog_ends(s.dialog)) return false;
    const auto ways = ways_from(s);
    return ways.empty() || std::ranges::any_of(ways, [&](const auto& target) {
             const auto* next = d.find(target);
             return next == nullptr || ends_.contains(next);
           });
  }

  const book::contents& book_;
  std::set<const step*> ends_;
};

void without_end(inspection& with, const std::set<std::string>& told) {
  const endings reach{with.book};
  for (const auto& [name, d] : with.book.dialogs) {
    if (told.contains(name)) continue;
    const auto stuck = std::ranges::find_if(d.steps, [&](const auto& s) { return !reach.ends(s); });
    if (stuck != d.steps.end())
      with.fail(stuck->at, "Từ bước này cuộc trò chuyện không bao giờ hết: " + endings::way_round(d, *stuck),
                "Thêm một đường ra: next: end, hand_over, hoặc một lựa chọn dẫn ra khỏi vòng.");
  }
}

// --- a person

/// A way through the dialog, and those that it goes to, that ends without a person; "" when there is none.
class ways_past_person {
 public:
  explicit ways_past_person(const book::contents& book) : book_{book} {}

  std::string from(const dialog& d) { return d.steps.empty() ? std::string{} : from(d, d.steps.front()); }

 private:
  std::string from(const dialog& d, const step& s) {
    if (s.what == step::kind::hand_over || !seen_.insert(&s).second) return {};
    if (s.what == step::kind::end) return s.name;
    const auto* other = book_.find(s.dialog);
    if (s.what == step::kind::go && other != nullptr && !other->steps.empty()) {
      const auto rest = from(*other, other->steps.front());
      return rest.empty() ? rest : s.name + " -> " + rest;
    }
    // A called dialog that always ends with a person does not come back.
    if (s.what == step::kind::call && other != nullptr && !other->steps.empty() &&
        from(*other, other->steps.front()).empty())
      return {};
    for (const auto& target : ways_from(s)) {
      const auto* next = d.find(target);
      if (next == nullptr) return s.name + " -> end";
      if (const auto rest = from(d, *next); !rest.empty()) return s.name + " -> " + rest;
    }
    return {};
  }

  const book::contents& book_;
  std::set<const step*> seen_;
};

bool leads_to_person(const book::contents& book, const std::string& start) {
  std::set<std::string> seen{start};
  std::vector<std::string> open{start};
  while (!open.empty()) {
    const auto* d = book.find(open.back());
    open.pop_back();
    if (d == nullptr) continue;
    for (const auto& s : d->steps) {
      if (s.what == step::kind::hand_over) return true;
      if (!s.dialog.empty() && seen.insert(s.dialog).second) open.push_back(s.dialog);
    }
  }
  return false;
}

/// In danger every way comes to a person; so does some way of the dialog that opens when one asks for one.
void to_a_person(inspection& with, const dialog& d) {
  const bool danger = d.act == "emergency" ||
                      std::ranges::any_of(d.on, [](const auto& t) { return t.first == "kind:emergency"; });
  const bool asked = std::ranges::any_of(d.on, [](const auto& t) { return t.first == "command:person"; });
  if (!danger && !asked) return;
  if (!leads_to_person(with.book, d.name)) {
    with.fail(d.at, "Hội thoại \"" + d.name + "\" không có đường nào tới cán bộ", "Thêm một bước hand_over.");
  } else if (danger) {
    if (const auto past = ways_past_person{with.book}.from(d); !past.empty())
      with.fail(d.at, "Có đường đi hết hội thoại khẩn cấp mà không tới cán bộ: " + past,
                "Cho mọi đường trong hội thoại này tới một bước hand_over.");
  }
}

}  // namespace

void check_paths(inspection& with) {
  for (const auto& [name, d] : with.book.dialogs) {
    dead_ends(with, d);
    unreachable(with, d);
    to_a_person(with, d);
  }
  without_end(with, circles{with}.find());
}

}  // namespace thanthien::dialogs
