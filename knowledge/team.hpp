#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

namespace thanthien::knowledge {

/// All processors of the machine, for work that comes in pieces: reading and learning the content. The caller
/// is member 0 and works along; a piece is never waited for that nobody has begun, so that a busy machine
/// slows a team down no more than it would slow one thread.
class team {
 public:
  /// At most so many members, the caller included; fewer where there are fewer processors or no threads to be
  /// had.
  explicit team(std::size_t most = 8);
  ~team();
  team(const team&) = delete;
  team& operator=(const team&) = delete;

  std::size_t size() const { return helpers_.size() + 1; }

  /// Runs work(piece, member) for every piece below `count` and returns when all are done. Which member does
  /// which piece is chance: the result of a piece must not depend on it, nor on what other pieces do
  /// meanwhile. One call at a time. Throws what a piece threw.
  void each(std::size_t count, const std::function<void(std::size_t piece, std::size_t member)>& work);

  /// Makes all pieces below `count` in any order, and takes them one by one in their order, as soon as may be
  /// and without letting many wait.
  void in_order(std::size_t count, const std::function<void(std::size_t piece)>& make,
                const std::function<void(std::size_t piece)>& take);

 private:
  void help(std::size_t member);
  void take_pieces(std::uint32_t step, std::size_t member);

  const std::function<void(std::size_t, std::size_t)>* work_ = nullptr;
  std::uint32_t count_ = 0;              // of this step's pieces
  std::atomic<std::uint64_t> left_ = 0;  // the step, and in the lower half how many pieces nobody has taken
  std::atomic<std::uint32_t> done_ = 0;  // pieces of this step
  std::atomic<std::uint32_t> step_ = 0;  // 0xFFFFFFFF: go home
  std::atomic_flag failed_;
  std::exception_ptr failure_;
  std::vector<std::jthread> helpers_;  // last: they use what stands above
};

}  // namespace thanthien::knowledge
