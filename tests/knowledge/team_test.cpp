#include "knowledge/team.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <vector>

using thanthien::knowledge::team;

TEST(Team, DoesEveryPieceOnceInEveryStep) {
  team workers;
  std::vector<int> done(1000, 0);
  for (int step = 0; step < 200; ++step)
    workers.each(static_cast<std::size_t>(5 * step), [&](std::size_t piece, std::size_t member) {
      ASSERT_LT(member, workers.size());
      ++done[piece];
    });
  for (std::size_t piece = 0; piece < done.size(); ++piece)
    ASSERT_EQ(done[piece], 199 - static_cast<int>(piece) / 5) << piece;
}

TEST(Team, TakesInOrderWhatIsMadeInAny) {
  team workers;
  std::vector<std::size_t> made(777, 0), taken;
  workers.in_order(
      made.size(), [&](std::size_t piece) { made[piece] = piece * piece; },
      [&](std::size_t piece) { taken.push_back(made[piece]); });
  std::vector<std::size_t> wanted(made.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = i * i;
  EXPECT_EQ(taken, wanted);
}

TEST(Team, OneMemberIsEnough) {
  team alone(1);
  int sum = 0;
  alone.each(10, [&](std::size_t piece, std::size_t member) { sum += static_cast<int>(piece + member); });
  EXPECT_EQ(alone.size(), 1U);
  EXPECT_EQ(sum, 45);
}

TEST(Team, WhatAPieceThrowsReachesTheCallerAndTheNextStepWorks) {
  team workers;
  auto fail = [](std::size_t piece, std::size_t) {
    if (piece == 7) throw std::runtime_error("seven");
  };
  EXPECT_THROW(workers.each(20, fail), std::runtime_error);
  std::atomic<int> done = 0;
  workers.each(20, [&](std::size_t, std::size_t) { ++done; });
  EXPECT_EQ(done, 20);
}
