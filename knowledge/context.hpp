#pragma once

#include "knowledge/expression.hpp"
#include "knowledge/text.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thanthien::knowledge {

struct language;

/// What a message says beside its question, and what it leaves out because it was said a moment ago.
///
/// People open with thanks and laughter, take back what was understood ("không phải mất, gãy thôi") and name
/// one changed circumstance of the matter under way ("còn đứa nhỏ 5 tuổi thì sao"). From
/// knowledge/content/language/: `openings`, `returns`, `asking`, `denials`, `meant`, `matters`. Immutable
/// once built.
class context_reader {
 public:
  using reading_of = std::function<message(std::string_view)>;
  using number_of = std::function<std::uint32_t(const std::string&)>;

  /// A thing that several procedures are about: the identity card, temporary residence, ...
  struct matter {
    message name;                       ///< as people call it most
    std::vector<expression> names;      ///< all the ways
    std::vector<std::uint32_t> topics;  ///< the procedures about it
    bool circumstance = false;        ///< told besides questions about other things: where one is registered
    std::vector<float> chances = {};  ///< of every topic, when nothing but the name is said
  };

  context_reader() = default;
  context_reader(const language& words, const reading_of& read, const number_of& topic);

  /// What is told besides the question about `topic` taken out: "em ở trọ", "hộ khẩu dưới quê". Unchanged
  /// where the topic itself is about that. May leave nothing.
  message without_circumstances(const message& m, std::uint32_t topic) const;

  /// The message without what is only polite; itself when it is nothing else.
  message without_courtesy(const message& m) const;

  /// The message without thanks, laughter and "back to" at its beginning; the same when nothing else is said.
  /// `returns`: "back to" was among them, and what follows names its matter.
  message without_opening(const message& m, bool& returns) const;

  /// Whether it holds a word that asks: "gì", "đâu", "chưa".
  bool asks(const message& m) const;

  /// "Không phải X, ý em là Y" is Y; the same message when nothing is taken back. `denied` tells.
  message without_denied(const message& m, bool& denied) const;

  /// What the topic is about, or nullptr.
  const matter* matter_of(std::uint32_t topic) const;
  /// Whether the message names the matter that the topic is about.
  bool names(const message& m, std::uint32_t topic) const;
  /// Whether the message names a matter that the topic is not about, with words that are not `used` to ask
  /// for something ("nộp trên vneid" asks for the way online) and not as a paper to bring along.
  bool names_other(const message& m, std::uint32_t topic, const std::vector<bool>& used) const;

  std::vector<matter>& matters() { return matters_; }

 private:
  expression_list courtesies_, openings_, returns_, circumstances_, brought_along_, rather_than_, asking_,
      denials_, meant_;
  std::vector<matter> matters_;
  std::unordered_map<std::uint32_t, std::size_t> matter_at_;  // of a topic
};

}  // namespace thanthien::knowledge
