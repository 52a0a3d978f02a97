#include "knowledge/classifier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace thanthien::knowledge;

namespace {

// Topic t has two words of its own and one that it shares with its neighbours.
std::string phrase(std::uint32_t t, int which) {
  auto name = [](char kind, std::uint32_t n) {
    std::string out(1, kind);
    for (int i = 0; i < 3; ++i, n /= 20) out += static_cast<char>('a' + n % 20);
    return out;
  };
  auto own = name('x', t), other = name('y', t), shared = name('z', t / 10);
  return which == 0 ? "cho em hỏi " + shared + " " + own + " cần gì"
                    : shared + " " + own + " " + other + " ở đâu";
}

std::vector<example> examples(std::uint32_t topics, const text_reader& reader) {
  std::vector<example> out;
  for (std::uint32_t t = 0; t < topics; ++t)
    for (int which : {0, 1}) out.push_back({reader.read(phrase(t, which)), t, 1.0F});
  return out;
}

classifier learned_from(const std::vector<example>& examples, std::size_t topics, std::size_t threads = 8) {
  team workers(threads);
  return classifier(learn(examples, topics, {}, workers));
}

class Learns : public testing::TestWithParam<std::uint32_t> {};

}  // namespace

// With few topics a step visits all of them, with many only those that the words of the example speak for.
TEST_P(Learns, EveryTopicFromItsOwnWords) {
  const auto topics = GetParam();
  text_reader reader;
  auto learned = learned_from(examples(topics, reader), topics);
  for (std::uint32_t t = 0; t < topics; ++t) {
    auto m = reader.read(phrase(t, 1) + " vậy ạ");
    auto p = learned.probabilities(m);
    ASSERT_EQ(p.size(), topics);
    auto best = std::ranges::max_element(p);
    ASSERT_EQ(static_cast<std::uint32_t>(best - p.begin()), t) << phrase(t, 1);
    float sum = 0;
    for (auto v : p) sum += v;
    ASSERT_NEAR(sum, 1, 1e-3);
  }
}

TEST_P(Learns, TheSameWithOneThreadAndWithMany) {
  const auto topics = GetParam();
  text_reader reader;
  auto lessons = examples(topics, reader);
  auto first = learned_from(lessons, topics, 1), second = learned_from(lessons, topics);
  for (std::uint32_t t = 0; t < topics; t += 37)
    ASSERT_EQ(first.probabilities(lessons[2 * t].words), second.probabilities(lessons[2 * t].words));
}

TEST(Classifier, NothingIsLearnedFromNothing) {
  text_reader reader;
  auto m = reader.read("khai sinh ở đâu");
  EXPECT_TRUE(learned_from({}, 0).probabilities(m).empty());
  auto p = learned_from({}, 2).probabilities(m);
  ASSERT_EQ(p.size(), 2U);
  EXPECT_FLOAT_EQ(p[0], p[1]);
}

INSTANTIATE_TEST_SUITE_P(Classifier, Learns, testing::Values(50U, 1000U, 1500U));
