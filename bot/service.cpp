#include "bot/service.hpp"

#include "adapters/messenger/messenger.hpp"
#include "adapters/zalo/zalo.hpp"
#include "bot/async.hpp"
#include "bot/content.hpp"
#include "bot/courier.hpp"
#include "bot/desk/accounts.hpp"
#include "bot/desk/chat.hpp"
#include "bot/desk/console.hpp"
#include "bot/http/client.hpp"
#include "bot/http/router.hpp"
#include "bot/http/server.hpp"
#include "bot/http/static_files.hpp"
#include "bot/live.hpp"
#include "bot/metrics.hpp"
#include "bot/secrets.hpp"
#include "bot/store/sqlite/sqlite_store.hpp"
#include "bot/tokens.hpp"
#include "bot/turn.hpp"
#include "bot/webhooks.hpp"
#include "dialogs/model.hpp"

#include <boost/asio/detached.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <spdlog/fmt/ranges.h>
#include <spdlog/spdlog.h>

namespace thanthien::bot {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tokens_looked_at_every = 10min;

/// Own scripts and styles only, nothing inline, no frames: citizen text could not run even if it became HTML.
http::header_list security_headers(bool https) {
  http::header_list out{
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
       "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"}};
  if (https) out.emplace_back("Strict-Transport-Security", "max-age=31536000");
  return out;
}

std::shared_ptr<const content> first_content(const content_folders& from) {
  std::vector<knowledge::problem> problems;
  auto loaded = load_content(from, problems);
  if (!loaded) throw std::runtime_error("nội dung chưa dùng được, hãy sửa rồi chạy lại:\n" + knowledge::to_string(problems));
  return loaded;
}

std::shared_ptr<const adapters::messenger> messenger_of(const config& c) {
  if (!c.messenger) return nullptr;
  adapters::messenger_settings s;
  s.app_id = c.messenger->app_id;
  s.app_secrets = c.messenger->app_secrets;
  s.verify_token = c.messenger->verify_token;
  s.human_agent_tag = c.messenger->human_agent_tag;
  for (const auto& page : c.messenger->pages) s.accounts.push_back(page.page_id);
  return std::make_shared<const adapters::messenger>(std::move(s));
}

std::shared_ptr<const adapters::zalo> zalo_of(const config& c) {
  if (!c.zalo) return nullptr;
  adapters::zalo_settings s;
  s.app_id = c.zalo->app_id;
  s.oa_secret_keys = c.zalo->oa_secret_keys;
  for (const auto& account : c.zalo->accounts) s.accounts.push_back(account.oa_id);
  return std::make_shared<const adapters::zalo>(std::move(s));
}

std::filesystem::path key_file_beside(const std::string& store) {
  return store.substr(std::string_view("sqlite:").size()) + ".key";
}

http::response probe(int status, nlohmann::json body) { return http::json(status, body.dump()); }

}  // namespace

struct service::parts {
  parts(asio::any_io_executor ex, config c, clock_source clock)
      : executor(ex), settings(std::move(c)), now(std::move(clock)),
        folders(content_folders::shipped_and(settings.content)), keeper(folders, first_content(folders), reload_listener()),
        store(open_sqlite_store(settings.store.substr(std::string_view("sqlite:").size()))), tell(ex),
        client(ex, settings.ca_file), messenger(messenger_of(settings)), zalo(zalo_of(settings)),
        platforms(platforms_of()), keys(settings, *store, client, sealer(key_file_beside(settings.store)), now, count),
        post(ex, *store, keys, client, courier_settings_of(), now, tell, count),
        take(*store, [this] { return keeper.current(); }, renderer_of(), turn_settings_of(), now, tell, count,
             [this] { post.wake(); }),
        doors(messenger, zalo, take, *store, count, now), people(*store, now),
        desk(*store, people, take, tell, [this] { return keeper.current(); }, now, {secure_cookies()}),
        residents(*store, take, tell, now), housekeeping(ex),
        webhook_listener(ex, listener(settings.webhooks_listen), webhook_routes()),
        console_listener(ex, listener(settings.console_listen), console_routes()) {
    check_units();
  }

  content_keeper::listener reload_listener() {
    return [this](bool good, const std::vector<knowledge::problem>& problems, const content_change& change) {
      count.count("content_reloads", good ? "outcome=\"taken\"" : "outcome=\"refused\"");
      if (good)
        asio::co_spawn(executor, tell_reloaded(problems.size(), change), asio::detached);
      else
        spdlog::error("event=content_refused hint=\"the old content stays in service\"\n{}", knowledge::to_string(problems));
    };
  }

  /// What changed, and how many residents stand in the middle of it: they go on where they are, or by the rule of their
  /// dialog.
  awaitable<void> tell_reloaded(std::size_t problems, content_change change) {
    std::int64_t touched = 0;
    try {
      const auto under_way = co_await store->forms_under_way(now() - keeper.current()->dialogs->inside().rules.forget);
      for (const auto& name : change.dialogs)
        if (const auto found = under_way.find(name); found != under_way.end()) touched += found->second;
    } catch (const std::exception& e) {
      spdlog::warn("event=content_report_failed why=\"{}\"", e.what());
    }
    spdlog::info("event=content_reloaded problems={} files=\"{}\" dialogs=\"{}\" conversations_under_way={}", problems,
                 fmt::join(change.files, " "), fmt::join(change.dialogs, " "), touched);
  }

  std::map<dialogs::channel, std::shared_ptr<const adapters::platform>> platforms_of() const {
    std::map<dialogs::channel, std::shared_ptr<const adapters::platform>> out;
    if (messenger) out[dialogs::channel::messenger] = messenger;
    if (zalo) out[dialogs::channel::zalo] = zalo;
    return out;
  }

  courier_settings courier_settings_of() {
    courier_settings s;
    s.platforms = platforms;
    if (settings.messenger) s.api[dialogs::channel::messenger] = settings.messenger->api;
    if (settings.zalo) s.api[dialogs::channel::zalo] = settings.zalo->api;
    s.thread_lost = [this](std::int64_t conversation) { return thread_lost(conversation); };
    return s;
  }

  renderer renderer_of() const {
    return [this](const dialogs::reply& reply, const conversation_key& key) -> std::vector<adapters::request> {
      const auto it = platforms.find(key.channel);
      if (it == platforms.end()) return {};  // the web chat reads the conversation itself
      return it->second->render(reply, key.account, key.person);
    };
  }

  turn_settings turn_settings_of() const {
    turn_settings s;
    s.case_time = settings.case_time;
    s.urgent_time = settings.urgent_time;
    s.new_case_code = random_case_code;
    s.unit_of = [units = units_of_accounts(settings)](const conversation_key& key) {
      const auto it = units.find(key.account);
      return it == units.end() ? std::string() : it->second;
    };
    return s;
  }

  /// A misspelled unit would leave its residents without address and hours.
  void check_units() const {
    const auto known = keeper.current()->known;
    for (const auto& [account, unit] : units_of_accounts(settings))
      if (!unit.empty() && !known->find_unit(unit))
        throw std::runtime_error("tệp cấu hình: không có đơn vị \"" + unit + "\" (xem knowledge/content/units)");
  }

  /// Cookies are Secure unless a person tries the program on his own machine.
  bool secure_cookies() const {
    const bool loopback = settings.console_listen.starts_with("127.") || settings.console_listen.starts_with("[::1]") ||
                          settings.console_listen.starts_with("localhost");
    return !loopback || !settings.trusted_proxies.empty();
  }

  http::server_options listener(const std::string& address) const {
    http::server_options out;
    out.listen = address;
    out.trusted_proxies = settings.trusted_proxies;
    out.security_headers = security_headers(secure_cookies());
    return out;
  }

  http::handler webhook_routes();
  http::handler console_routes();
  asio::awaitable<http::response> ready();
  asio::awaitable<http::response> measured();
  asio::awaitable<void> keep_house();
  asio::awaitable<void> thread_lost(std::int64_t conversation);

  asio::any_io_executor executor;
  config settings;
  clock_source now;
  metrics count;
  content_folders folders;
  content_keeper keeper;
  std::unique_ptr<bot::store> store;
  live tell;
  http::client client;
  std::shared_ptr<const adapters::messenger> messenger;
  std::shared_ptr<const adapters::zalo> zalo;
  std::map<dialogs::channel, std::shared_ptr<const adapters::platform>> platforms;
  tokens keys;
  courier post;
  turns take;
  webhooks doors;
  desk::accounts people;
  desk::console desk;
  desk::chat residents;
  asio::steady_timer housekeeping;
  http::server webhook_listener, console_listener;
  bool stopping = false;
  int running = 0;  ///< coroutines that stop() waits for
};

namespace {

using reply = asio::awaitable<http::response>;

/// A handler without or with one value of the path.
template <class Owner>
http::route_handler plain(Owner& owner, reply (Owner::*handle)(http::request)) {
  return [&owner, handle](http::request r, http::path_values) { return (owner.*handle)(std::move(r)); };
}

template <class Owner>
http::route_handler with(std::string name, Owner& owner, reply (Owner::*handle)(http::request, std::string)) {
  return [&owner, handle, name](http::request r, http::path_values values) {
    return (owner.*handle)(std::move(r), std::string(values[name]));
  };
}

http::route_handler pages(std::shared_ptr<const http::static_files> files) {
  return [files](http::request r, http::path_values values) -> reply { co_return files->serve(r, values["name"]); };
}

http::route_handler moved_to(std::string where) {
  return [where](http::request, http::path_values) -> reply {
    http::response out;
    out.status = 308;
    out.headers.emplace_back("Location", where);
    co_return out;
  };
}

}  // namespace

http::handler service::parts::webhook_routes() {
  http::router r;
  r.add("GET", "/webhooks/messenger", plain(doors, &webhooks::messenger_handshake));
  r.add("POST", "/webhooks/messenger", plain(doors, &webhooks::messenger), http::wants::anything);
  r.add("GET", "/webhooks/zalo", plain(doors, &webhooks::zalo_probe));
  r.add("POST", "/webhooks/zalo", plain(doors, &webhooks::zalo), http::wants::anything);
  r.add("POST", "/chat/api/conversations", plain(residents, &desk::chat::begin));
  r.add("GET", "/chat/api/messages", plain(residents, &desk::chat::read));
  r.add("POST", "/chat/api/messages", plain(residents, &desk::chat::write));
  r.add("GET", "/", moved_to("/chat/"));
  r.add("GET", "/chat", moved_to("/chat/"));
  r.add("GET", "/chat/{name...}", pages(std::make_shared<http::static_files>(settings.web_files / "chat")));
  return r.as_handler();
}

http::handler service::parts::console_routes() {
  using desk::console;
  http::router r;
  r.add("GET", "/healthz", [](http::request, http::path_values) -> reply { co_return http::text(200, "ok\n"); });
  r.add("GET", "/readyz", [this](http::request, http::path_values) { return ready(); });
  r.add("GET", "/metrics", [this](http::request, http::path_values) { return measured(); });
  r.add("GET", "/api/session", plain(desk, &console::session));
  r.add("POST", "/api/setup", plain(desk, &console::set_up));
  r.add("POST", "/api/sign-in", plain(desk, &console::sign_in));
  r.add("POST", "/api/sign-out", plain(desk, &console::sign_out));
  r.add("GET", "/api/cases", plain(desk, &console::cases));
  r.add("GET", "/api/cases/{code}", with("code", desk, &console::one_case));
  r.add("POST", "/api/cases/{code}/take", with("code", desk, &console::take));
  r.add("POST", "/api/cases/{code}/messages", with("code", desk, &console::answer));
  r.add("POST", "/api/cases/{code}/notes", with("code", desk, &console::add_note));
  r.add("POST", "/api/cases/{code}/return", with("code", desk, &console::give_back));
  r.add("POST", "/api/cases/{code}/close", with("code", desk, &console::close));
  r.add("POST", "/api/messages/{id}/send-again", with("id", desk, &console::send_again));
  r.add("GET", "/api/officers", plain(desk, &console::officers));
  r.add("POST", "/api/officers", plain(desk, &console::add_officer));
  r.add("POST", "/api/officers/{id}/disable", with("id", desk, &console::disable_officer));
  r.add("GET", "/api/units", plain(desk, &console::units));
  r.add("GET", "/api/stream", plain(desk, &console::stream));
  r.add("GET", "/{name...}", pages(std::make_shared<http::static_files>(settings.web_files / "console")));
  return r.as_handler();
}

asio::awaitable<http::response> service::parts::ready() {
  nlohmann::json body{{"store", "ok"}, {"content", "ok"}};
  bool good = !stopping;
  try {
    co_await store->totals(now());
  } catch (const std::exception&) {
    body["store"] = "failing";
    good = false;
  }
  // An unsound new file is no reason to send residents away: the old content answers them.
  if (knowledge::has_errors(keeper.problems())) body["content"] = "new files refused, old ones in service";
  if (stopping) body["stopping"] = true;
  co_return probe(good ? 200 : 503, std::move(body));
}

asio::awaitable<http::response> service::parts::measured() {
  const auto t = co_await store->totals(now());
  const auto number = [](auto value) { return static_cast<double>(value); };
  auto out = http::text(200, count.text({{"cases_waiting", number(t.cases_waiting)},
                                         {"cases_held", number(t.cases_held)},
                                         {"cases_late", number(t.cases_late)},
                                         {"replies_queued", number(t.queued)},
                                         {"replies_sending", number(t.sending)},
                                         {"replies_uncertain", number(t.uncertain)},
                                         {"replies_failed", number(t.failed)},
                                         {"quarantined", number(t.quarantined)},
                                         {"connections_webhooks", number(webhook_listener.open_connections())},
                                         {"connections_console", number(console_listener.open_connections())},
                                         {"content_refused", knowledge::has_errors(keeper.problems()) ? 1.0 : 0.0}}));
  co_return out;
}

asio::awaitable<void> service::parts::keep_house() {
  while (!stopping) {
    try {
      co_await keys.renew_what_ends_soon();
    } catch (const std::exception& e) {
      spdlog::error("event=token_renewal_failed error=\"{}\"", e.what());
    }
    housekeeping.expires_after(tokens_looked_at_every);
    co_await housekeeping.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<void> service::parts::thread_lost(std::int64_t conversation) {
  const auto key = co_await store->key_of(conversation);
  if (!key) co_return;
  dialogs::event lost;
  lost.channel = key->channel;
  lost.account = key->account;
  lost.person = key->person;
  lost.kind = dialogs::event_kind::thread_taken;
  lost.id = "thread:" + random_token();
  lost.at = now();
  co_await take.take(std::move(lost));
}

service::service(asio::any_io_executor executor, config settings, clock_source now)
    : parts_(std::make_unique<parts>(executor, std::move(settings), std::move(now))) {}

service::~service() = default;

std::string service::webhooks_address() const { return parts_->webhook_listener.address(); }
std::string service::console_address() const { return parts_->console_listener.address(); }

asio::awaitable<std::string> service::start() {
  auto& p = *parts_;
  const int unsure = co_await p.store->recover_sending(p.now());
  if (unsure > 0) spdlog::warn("event=recovered uncertain={}", unsure);
  co_await p.keys.adopt_configured();
  auto code = co_await p.people.prepare_setup();
  const auto ended = [&p](const char* what) {
    return [&p, what](std::exception_ptr failure) {
      --p.running;
      p.housekeeping.cancel();
      if (failure) try {
          std::rethrow_exception(failure);
        } catch (const std::exception& e) {
          spdlog::critical("event=part_ended part={} error=\"{}\"", what, e.what());
        }
    };
  };
  p.running = 2;
  asio::co_spawn(p.executor, p.post.run(), ended("courier"));
  asio::co_spawn(p.executor, p.keep_house(), ended("housekeeping"));
  p.webhook_listener.start();
  p.console_listener.start();
  spdlog::info("event=started webhooks={} console={} procedures={}", webhooks_address(), console_address(),
               p.keeper.current()->known->procedures().size());
  co_return code;
}

asio::awaitable<void> service::stop(std::chrono::milliseconds patience) {
  auto& p = *parts_;
  p.stopping = true;
  p.tell.close();
  co_await run_all({[&p, patience] { return p.webhook_listener.stop(patience); },
                    [&p, patience] { return p.console_listener.stop(patience); }});
  p.post.stop();
  p.housekeeping.cancel();
  const auto until = std::chrono::steady_clock::now() + patience;
  while (p.running > 0 && std::chrono::steady_clock::now() < until) {
    asio::steady_timer pause(p.executor, 20ms);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  p.client.close();
}

}  // namespace thanthien::bot
