#include "bot/http/address.hpp"

#include <charconv>
#include <stdexcept>
#include <system_error>

namespace thanthien::bot::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

network::network(const std::string& text) {
  error_code ec;
  const bool range = text.find('/') != std::string::npos;
  const auto address = range ? asio::ip::address{} : asio::ip::make_address(text, ec);
  if (range) {
    const auto four = asio::ip::make_network_v4(text, ec);
    if (!ec) {
      net_ = four.canonical();
      return;
    }
    const auto six = asio::ip::make_network_v6(text, ec);
    if (!ec) net_ = six.canonical();
  } else if (!ec) {
    if (address.is_v4()) net_ = asio::ip::network_v4(address.to_v4(), 32);
    if (address.is_v6()) net_ = asio::ip::network_v6(address.to_v6(), 128);
  }
  if (ec)
    throw std::invalid_argument("\"" + text + "\" không phải là địa chỉ IP hay dải mạng (ví dụ 10.0.0.0/8)");
}

bool network::holds(const asio::ip::address& address) const {
  if (const auto* four = std::get_if<asio::ip::network_v4>(&net_)) {
    if (!address.is_v4()) return false;
    const auto mask = four->netmask().to_uint();
    return (address.to_v4().to_uint() & mask) == (four->address().to_uint() & mask);
  }
  if (!address.is_v6()) return false;
  const auto& six = std::get<asio::ip::network_v6>(net_);
  return asio::ip::network_v6(address.to_v6(), six.prefix_length()).network() == six.network();
}

asio::ip::address plain_address(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

tcp::endpoint endpoint_of(const asio::any_io_executor& executor, const std::string& listen) {
  const auto colon = listen.rfind(':');
  std::string host = colon == std::string::npos ? "" : listen.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  unsigned number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  if (host.empty() || port.empty() || read.ec != std::errc{} || read.ptr != port.data() + port.size() ||
      number > 65535) {
    throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                            "địa chỉ lắng nghe \"" + listen + "\" chưa đúng: hãy viết như 127.0.0.1:8080");
  }
  error_code ec;
  const auto address = asio::ip::make_address(host, ec);
  if (!ec) return {address, static_cast<std::uint16_t>(number)};
  tcp::resolver resolver(executor);
  const auto found =
      resolver.resolve(host, port, tcp::resolver::passive | tcp::resolver::numeric_service, ec);
  if (ec || found.empty()) {
    throw std::system_error(std::make_error_code(std::errc::address_not_available),
                            "không tìm thấy địa chỉ của máy \"" + host + "\" để lắng nghe " + listen +
                                ": hãy ghi một địa chỉ IP của máy này");
  }
  return found.begin()->endpoint();
}

}  // namespace thanthien::bot::http
