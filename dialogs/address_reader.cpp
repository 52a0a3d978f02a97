#include "dialogs/file_reader.hpp"
#include "knowledge/text.hpp"

#include <algorithm>
#include <map>

namespace thanthien::dialogs {

using knowledge::yaml_node;

namespace {

class address_reader : private file_reader {
 public:
  using file_reader::file_reader;

  void address_into(address_rules& rules, const yaml_node& node);

 private:
  std::string lower_word(const yaml_node& map, const char* key);
  std::vector<std::string> lower_words(const yaml_node& list, const std::string& what);
  address_form form_of(const yaml_node& node);
};

std::string address_reader::lower_word(const yaml_node& map, const char* key) {
  const auto* found = map.find(key);
  return found ? knowledge::lower(scalar(*found, "\"" + std::string{key} + "\"")) : std::string{};
}

std::vector<std::string> address_reader::lower_words(const yaml_node& list, const std::string& what) {
  auto out = scalars(list, what);
  for (auto& word : out) word = knowledge::lower(word);
  return out;
}

address_form address_reader::form_of(const yaml_node& node) {
  address_form f;
  if (!is_map(node, "Cách xưng hô")) return f;
  keys_ok(node, "form of address", "Cách xưng hô");
  f.you = lower_word(node, "you");
  f.me = lower_word(node, "me");
  if (const auto* says = node.find("says")) f.says = lower_words(*says, "\"says\"");
  if (const auto* only = node.find("only_asking")) f.only_asking = flag(*only, "\"only_asking\"");
  return f;
}

void address_reader::address_into(address_rules& rules, const yaml_node& node) {
  if (!is_map(node, "\"address\"")) return;
  keys_ok(node, "address", "\"address\"");
  const std::map<std::string, std::vector<address_rules::expression>*> expressions{
      {"openers", &rules.openers},
      {"asking", &rules.asking},
      {"wanting", &rules.wanting},
      {"telling", &rules.telling},
      {"unaccented", &rules.unaccented}};
  for (const auto& e : node.entries) {
    const auto what = "\"" + e.key + "\"";
    if (e.key == "usual" && is_map(e.value, what)) {
      keys_ok(e.value, "usual address", what);
      rules.usual.you = lower_word(e.value, "you");
      rules.usual.me = lower_word(e.value, "me");
    } else if (e.key == "oneself") {
      rules.oneself = lower_words(e.value, what);
    } else if (e.key == "forms" && is_list(e.value, what)) {
      rules.forms.clear();
      for (const auto& item : e.value.items) rules.forms.push_back(form_of(item));
    } else if (const auto list = expressions.find(e.key); list != expressions.end()) {
      list->second->clear();
      for (const auto& text : scalars(e.value, what)) {
        auto words = address_rules::words_of(text);
        const bool own = e.key == "asking" || e.key == "wanting" || e.key == "telling";
        if (own && std::ranges::find(words, "x") == words.end())
          fail(e.value, "Cách nói \"" + text + "\" thiếu chữ X",
               "X đứng chỗ bà con tự xưng, ví dụ: cho X hỏi.");
        else if (!words.empty())
          list->second->push_back(std::move(words));
      }
    }
  }
}

}  // namespace

void read_address(const std::string& file, const yaml_node& node, address_rules& into,
                  std::vector<knowledge::problem>& problems) {
  address_reader{file, problems}.address_into(into, node);
}

}  // namespace thanthien::dialogs
