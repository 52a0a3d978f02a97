#include "dialogs/story_coverage.hpp"

#include <algorithm>

namespace thanthien::dialogs {

coverage::coverage(const book& dialogs) {
  for (const auto& [name, d] : dialogs.inside().dialogs)
    for (const auto& s : d.steps) {
      wanted(&s, s.at, "bước \"" + s.name + "\"");
      for (const auto& arm : s.arms) wanted(&arm, arm.at, "nhánh tới \"" + arm.next + "\"");
      for (const auto& o : s.options)
        wanted(&o, o.at, "nút \"" + std::string{o.title.pick("vi", channel::web, 0)} + "\"");
    }
}

void coverage::wanted(const void* part, const mark& at, std::string what) {
  wanted_.push_back({part, {at, std::move(what)}});
}

void coverage::begin_conversation() { offered_.clear(); }

void coverage::add(const trace& seen) {
  walked_.insert(seen.steps.begin(), seen.steps.end());
  walked_.insert(seen.arms.begin(), seen.arms.end());
  // What was taken in this turn had been offered before it.
  for (const auto& payload : seen.taken)
    if (const auto found = offered_.find(payload); found != offered_.end()) walked_.insert(found->second);
  // Values belong to the question that waited for them.
  if (!seen.steps.empty())
    std::erase_if(offered_, [](const auto& o) { return o.first.starts_with("slot:"); });
  for (const auto& [payload, o] : seen.offered) {
    if (payload.empty())
      walked_.insert(o);
    else
      offered_[payload] = o;
  }
}

double coverage::file::percent() const {
  return lines == 0 ? 100.0 : 100.0 * static_cast<double>(walked) / static_cast<double>(lines);
}

std::vector<coverage::file> coverage::files() const {
  std::map<std::string, file> by_name;
  for (const auto& p : wanted_) {
    auto& f = by_name[p.where.at.file];
    f.name = p.where.at.file;
    ++f.lines;
    if (walked_.contains(p.address))
      ++f.walked;
    else
      f.missing.push_back(p.where);
  }
  std::vector<file> out;
  for (auto& [name, f] : by_name) {
    std::ranges::sort(f.missing, {}, [](const line& l) { return std::pair{l.at.line, l.at.column}; });
    out.push_back(std::move(f));
  }
  return out;
}

coverage::file coverage::total() const {
  file all;
  for (auto& f : files()) {
    all.lines += f.lines;
    all.walked += f.walked;
    all.missing.insert(all.missing.end(), f.missing.begin(), f.missing.end());
  }
  return all;
}

}  // namespace thanthien::dialogs
