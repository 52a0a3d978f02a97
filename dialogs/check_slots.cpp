#include "dialogs/inspection.hpp"

#include <algorithm>
#include <optional>
#include <set>

/// Whether an answer is asked for before it is used. The answers that are there at a step are followed along
/// all ways through all dialogs: those of every way, and those of at least one.
namespace thanthien::dialogs {
namespace {

void same_type_everywhere(inspection& with) {
  std::map<std::string, std::pair<slot_type, std::string>> types;
  for (const auto& [name, d] : with.book.dialogs)
    for (const auto& s : d.steps) {
      if (s.what != step::kind::ask || s.slot.empty()) continue;
      const auto [found, fresh] = types.emplace(s.slot, std::pair{s.type, name + "/" + s.name});
      if (!fresh && found->second.first != s.type)
        with.fail(s.at,
                  "\"" + s.slot + "\" ở đây là loại " + std::string{to_string(s.type)} + ", còn ở bước " +
                      found->second.second + " là loại " + std::string{to_string(found->second.first)},
                  "Đặt tên khác cho một trong hai.");
    }
}

struct asked {
  std::set<std::string> always, sometimes;

  bool operator==(const asked&) const = default;
};

using maybe_asked = std::optional<asked>;  // nothing: no way comes here (yet)

void meet(maybe_asked& into, const asked& from) {
  if (!into) {
    into = from;
    return;
  }
  std::erase_if(into->always, [&](const auto& slot) { return !from.always.contains(slot); });
  into->sometimes.insert(from.sometimes.begin(), from.sometimes.end());
}

class flow {
 public:
  explicit flow(const book::contents& book) : book_{book} {
    // Each round carries what is asked one step further, until nothing changes: a few rounds for a sound
    // book.
    for (;;) {
      next_at_ = {};
      next_end_ = {};
      for (const auto& [name, d] : book_.dialogs)
        if (opened_by_resident(d)) enter(d, {});
      for (const auto& [name, d] : book_.dialogs)
        for (const auto& s : d.steps)
          if (const auto here = at_.find(&s); here != at_.end()) step_on(d, s, *here->second);
      if (next_at_ == at_ && next_end_ == end_) return;
      at_ = std::move(next_at_);
      end_ = std::move(next_end_);
    }
  }

  /// What is asked when the step begins; nullptr when nothing leads to it.
  const asked* before(const step& s) const {
    const auto found = at_.find(&s);
    return found == at_.end() ? nullptr : &*found->second;
  }

 private:
  /// By a topic, a choice or a command; a dialog that nothing opens is looked at as if something did.
  bool opened_by_resident(const dialog& d) const {
    bool called = false;
    for (const auto& [name, other] : book_.dialogs)
      for (const auto& s : other.steps) {
        if (s.dialog == d.name) called = true;
        for (const auto& o : s.options)
          if (o.dialog == d.name) return true;
      }
    return !d.on.empty() || !called;
  }

  void enter(const dialog& d, const asked& with) {
    if (!d.steps.empty()) meet(next_at_[&d.steps.front()], with);
  }

  void enter(const std::string& name, const asked& with) {
    if (const auto* d = book_.find(name)) enter(*d, with);
  }

  void step_on(const dialog& d, const step& s, asked here) {
    if (s.what == step::kind::ask && !s.slot.empty()) {
      here.always.insert(s.slot);
      here.sometimes.insert(s.slot);
    }
    if (s.what == step::kind::go && !s.dialog.empty()) {
      enter(s.dialog, here);
      if (const auto ended = end_.find(s.dialog); ended != end_.end())
        meet(next_end_[d.name], *ended->second);
      return;
    }
    if (s.what == step::kind::call && book_.find(s.dialog) != nullptr) {
      auto there = here;
      for (const auto& [slot, value] : s.arguments) {
        there.always.insert(slot);
        there.sometimes.insert(slot);
      }
      enter(s.dialog, there);
      const auto ended = end_.find(s.dialog);
      if (ended == end_.end()) return;
      here.always.insert(ended->second->always.begin(), ended->second->always.end());
      here.sometimes.insert(ended->second->sometimes.begin(), ended->second->sometimes.end());
      for (const auto& [mine, theirs] : s.results)
        for (auto* set : {&here.always, &here.sometimes})
          if (set->erase(theirs) > 0) set->insert(mine);
    }
    if (s.what == step::kind::end) meet(next_end_[d.name], here);
    for (const auto& target : ways_from(s)) {
      if (const auto* next = d.find(target))
        meet(next_at_[next], here);
      else
        meet(next_end_[d.name], here);
    }
  }

  const book::contents& book_;
  std::map<const step*, maybe_asked> at_, next_at_;
  std::map<std::string, maybe_asked> end_, next_end_;  // by dialog
};

class uses {
 public:
  uses(inspection& with, const flow& ways) : with_{with}, ways_{ways} {}

  void of(const dialog& d, const step& s) {
    before_ = ways_.before(s);
    if (before_ == nullptr) return;  // told as unreachable
    const auto& slots = with_.slots_of(d.name);
    slots_ = &slots;
    for (const auto* w : {&s.words, &s.again, &s.summary}) in(*w);
    for (const auto& o : s.options) in(o.title);
    for (const auto& [slot, value] : s.arguments) in(value);
    for (const auto& arm : s.arms) in(arm.when);
  }

 private:
  void in(const wording& w) {
    std::set<std::string> told;
    for (const auto& version : w.versions)
      for (std::size_t i = 0; i < version.variants.size(); ++i)
        each_placeholder(version.variants[i], [&](std::string_view name, std::size_t) {
          if (told.insert(std::string{name}).second)
            use(std::string{name}, "{" + std::string{name} + "}", version.marks[i]);
        });
  }

  void in(const condition& c) {
    for (const auto& part : c.parts) in(part);
    // Whether there is an answer is just what "filled" asks.
    if (c.what == condition::kind::test && c.subject.starts_with("slot.") &&
        c.how != condition::comparison::filled && c.how != condition::comparison::empty)
      use(c.subject.substr(5), c.subject, c.at);
  }

  void use(const std::string& slot, const std::string& written, const mark& at) {
    if (std::ranges::find(*slots_, slot) == slots_->end() || before_->always.contains(slot)) return;
    if (before_->sometimes.contains(slot))
      with_.advise(at, "Có đường đi tới đây mà chưa hỏi " + written,
                   "Bà con đi đường đó thì chỗ này để trống; hỏi trước, hoặc rẽ nhánh với {filled: yes}.");
    else
      with_.fail(at, written + " được dùng trước khi hỏi", "Chuyển bước hỏi lên trước chỗ dùng.");
  }

  inspection& with_;
  const flow& ways_;
  const asked* before_ = nullptr;
  const std::vector<std::string>* slots_ = nullptr;
};

}  // namespace

void check_slots(inspection& with) {
  same_type_everywhere(with);
  const flow ways{with.book};
  uses used{with, ways};
  for (const auto& [name, d] : with.book.dialogs)
    for (const auto& s : d.steps) used.of(d, s);
}

}  // namespace thanthien::dialogs
