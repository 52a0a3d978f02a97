#include "dialogs/book.hpp"

#include "dialogs/loader.hpp"
#include "dialogs/model.hpp"

namespace thanthien::dialogs {

book::book() : contents_{std::make_unique<contents>()} {}
book::~book() = default;

std::shared_ptr<const book> book::load(const std::vector<std::filesystem::path>& folders,
                                       const knowledge::library& known,
                                       std::vector<knowledge::problem>& problems) {
  std::vector<knowledge::problem> found;
  auto read = read_dialogs(folders, found);
  check_dialogs(read, &known, found);
  const bool broken = knowledge::has_errors(found);
  problems.insert(problems.end(), found.begin(), found.end());
  if (broken) return nullptr;
  std::shared_ptr<book> made{new book};
  *made->contents_ = std::move(read.contents);
  return made;
}

void book::check_alone(const std::vector<std::filesystem::path>& folders,
                       std::vector<knowledge::problem>& problems) {
  auto read = read_dialogs(folders, problems);
  check_dialogs(read, nullptr, problems);
}

std::vector<std::string> book::names() const {
  std::vector<std::string> out;
  for (const auto& [name, d] : contents_->dialogs) out.push_back(name);
  return out;
}

std::string book::phrase(std::string_view name) const {
  const auto found = contents_->phrases.find(std::string{name});
  return found == contents_->phrases.end() ? std::string{}
                                           : std::string{found->second.pick("vi", channel::terminal, 0)};
}

}  // namespace thanthien::dialogs
