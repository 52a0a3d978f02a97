#include "knowledge/team.hpp"

#include <algorithm>
#include <system_error>

namespace thanthien::knowledge {

namespace {

constexpr std::uint32_t go_home = 0xFFFFFFFF;

}  // namespace

team::team(std::size_t most) {
  const auto wanted = std::min<std::size_t>(most, std::thread::hardware_concurrency());
  try {
    helpers_.reserve(wanted);
    while (helpers_.size() + 1 < wanted)
      helpers_.emplace_back([this, member = helpers_.size() + 1] { help(member); });
  } catch (const std::system_error&) {
    // The limit of threads is reached: those that are there will do.
  }
}

team::~team() {
  step_ = go_home;
  step_.notify_all();
}

void team::each(std::size_t count, const std::function<void(std::size_t, std::size_t)>& work) {
  if (count == 0) return;
  const auto step = step_ + 1;
  failure_ = nullptr;
  failed_.clear();
  work_ = &work;
  done_ = 0;
  count_ = static_cast<std::uint32_t>(count);
  left_ = static_cast<std::uint64_t>(step) << 32 | count_;
  step_ = step;
  if (count > 1) step_.notify_all();
  take_pieces(step, 0);
  for (auto done = done_.load(); done < count; done = done_.load()) done_.wait(done);
  if (failure_) std::rethrow_exception(failure_);
}

void team::in_order(std::size_t count, const std::function<void(std::size_t)>& make,
                    const std::function<void(std::size_t)>& take) {
  // While some members make the next pieces, one takes those before.
  const std::size_t at_once = 8 * size();
  for (std::size_t from = 0, taken = 0; taken < count; from += at_once) {
    const auto made = std::min(from, count), to = std::min(from + at_once, count);
    each(1 + to - made, [&](std::size_t piece, std::size_t) {
      if (piece > 0)
        make(made + piece - 1);
      else
        while (taken < made) take(taken++);
    });
  }
}

void team::help(std::size_t member) {
  for (std::uint32_t seen = 0;;) {
    step_.wait(seen);
    seen = step_;
    if (seen == go_home) return;
    take_pieces(seen, member);
  }
}

// A member that comes late finds another step, or no piece left. As long as a piece is not done its step is
// not over, so what belongs to the step may be read.
void team::take_pieces(std::uint32_t step, std::size_t member) {
  auto left = left_.load();
  while (static_cast<std::uint32_t>(left >> 32) == step && static_cast<std::uint32_t>(left) > 0) {
    if (!left_.compare_exchange_weak(left, left - 1)) continue;
    const auto count = count_;
    try {
      (*work_)(count - static_cast<std::uint32_t>(left), member);
    } catch (...) {
      if (!failed_.test_and_set()) failure_ = std::current_exception();
    }
    if (++done_ == count) done_.notify_all();
    left = left_.load();
  }
}

}  // namespace thanthien::knowledge
