#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <variant>

namespace thanthien::bot::http {

/// One address, or a range of them.
class network {
 public:
  /// "10.0.0.7", "10.0.0.0/8", "fd00::/8"; throws std::invalid_argument with a text for the admin.
  explicit network(const std::string& text);
  bool holds(const boost::asio::ip::address& address) const;

 private:
  std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6> net_;
};

/// A peer that came over IPv4 to an IPv6 listener is the same person.
boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

/// "127.0.0.1:8080", "[::1]:0", "localhost:8080"; throws std::system_error with a text for the admin.
boost::asio::ip::tcp::endpoint endpoint_of(const boost::asio::any_io_executor& executor,
                                           const std::string& listen);

}  // namespace thanthien::bot::http
