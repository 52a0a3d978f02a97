#include "adapters/platform.hpp"

namespace thanthien::adapters {

std::string_view to_string(verdict::kind k) {
  switch (k) {
    case verdict::kind::accepted:
      return "accepted";
    case verdict::kind::retry:
      return "retry";
    case verdict::kind::renew_token:
      return "renew_token";
    case verdict::kind::plain_text:
      return "plain_text";
    case verdict::kind::failed:
      return "failed";
    case verdict::kind::stop_account:
      return "stop_account";
    case verdict::kind::thread_elsewhere:
      return "thread_elsewhere";
    case verdict::kind::uncertain:
      return "uncertain";
  }
  return "uncertain";
}

}  // namespace thanthien::adapters
