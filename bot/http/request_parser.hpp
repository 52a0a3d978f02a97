#pragma once

#include "bot/http/server.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <utility>

namespace thanthien::bot::http {

/// Fills our own request directly: the fields are copied once, into their place. Beast does the grammar; what
/// it lets pass and two servers might read differently (repeated lengths, other codings, fields after the
/// last chunk) is refused here.
class request_parser final : public boost::beast::http::basic_parser<true> {
 public:
  request_parser(request& into, const server_limits& limits) : into_(into) {
    // The session counts head bytes itself, over all reads; Beast would count only what it was given last.
    header_limit(static_cast<std::uint32_t>(limits.header_bytes + 1));
    body_limit(limits.body_bytes);
  }

  bool smuggling() const {
    return lengths_ > 1 || (lengths_ > 0 && codings_ > 0) || codings_ > 1 || odd_coding_ || odd_length_ ||
           (codings_ > 0 && version_ < 11);
  }
  bool bad_host() const { return hosts_ > 1 || (hosts_ == 0 && version_ >= 11); }
  bool http_1_1() const { return version_ >= 11; }
  bool expects_continue() const { return expects_continue_; }

 private:
  using view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, view method, view target, int version,
                       boost::system::error_code& ec) override {
    into_.method.assign(method.data(), method.size());
    version_ = version;
    if (!into_.set_target(std::string(target.data(), target.size())))
      ec = boost::beast::http::error::bad_target;
  }
  void on_response_impl(int, view, int, boost::system::error_code&) override {}

  void on_field_impl(boost::beast::http::field name, view text, view value,
                     boost::system::error_code&) override {
    if (head_done_) return;  // a trailer never becomes a header: nobody checked it
    switch (name) {
      case boost::beast::http::field::content_length:
        ++lengths_;
        odd_length_ = odd_length_ ||
                      !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        break;
      case boost::beast::http::field::transfer_encoding:
        ++codings_;
        odd_coding_ = odd_coding_ || !same_name({value.data(), value.size()}, "chunked");
        break;
      case boost::beast::http::field::host:
        ++hosts_;
        break;
      case boost::beast::http::field::expect:
        expects_continue_ = same_name({value.data(), value.size()}, "100-continue");
        break;
      default:
        break;
    }
    into_.headers.emplace_back(std::piecewise_construct, std::forward_as_tuple(text.data(), text.size()),
                               std::forward_as_tuple(value.data(), value.size()));
  }

  void on_header_impl(boost::system::error_code&) override { head_done_ = true; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, boost::system::error_code&) override {
    // A promise of a megabyte is not yet a reason to hold one.
    if (length) into_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 64 << 10)));
  }
  std::size_t on_body_impl(view piece, boost::system::error_code&) override {
    into_.body.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t, view, boost::system::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, view piece, boost::system::error_code&) override {
    into_.body.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_finish_impl(boost::system::error_code&) override {}

  request& into_;
  int version_ = 11;
  int lengths_ = 0;
  int codings_ = 0;
  int hosts_ = 0;
  bool odd_coding_ = false;
  bool odd_length_ = false;
  bool expects_continue_ = false;
  bool head_done_ = false;
};

}  // namespace thanthien::bot::http
