#include "model/sim/oracle/reply.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/core.h>

namespace baton::sim {

namespace {

constexpr unsigned kDepthMax = 16;
constexpr std::int64_t kCountMax = 1 << 24;
constexpr std::int64_t kBytesMax = std::int64_t{1} << 30;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Is there a way to give each expected item an actual one of its own? Few items: tried in turn.
bool match_unordered(const std::vector<Reply>& expected, std::vector<const Reply*> actual) {
  for (const Reply& item : expected) {
    auto found =
        std::find_if(actual.begin(), actual.end(), [&](const Reply* other) { return matches(item, *other); });
    if (found == actual.end()) return false;
    actual.erase(found);
  }
  return actual.empty();
}

}  // namespace

std::string_view Reply::code() const noexcept {
  return std::string_view(text).substr(0, std::min(text.find(' '), text.size()));
}

Reply Reply::simple(std::string_view text) {
  Reply reply = plain(Kind::simple);
  reply.text = text;
  return reply;
}
Reply Reply::error(std::string_view text) {
  Reply reply = plain(Kind::error);
  reply.text = text;
  return reply;
}
Reply Reply::of(std::int64_t value) {
  Reply reply = plain(Kind::integer);
  reply.integer = value;
  return reply;
}
Reply Reply::bulk(std::string_view text) {
  Reply reply = plain(Kind::bulk);
  reply.text = text;
  return reply;
}
Reply Reply::between(std::int64_t least, std::int64_t most) {
  Reply reply = plain(Kind::integer_between);
  reply.integer = least;
  reply.integer_max = most;
  return reply;
}
Reply Reply::list(Kind kind, std::vector<Reply> items) {
  Reply reply = plain(kind);
  reply.items = std::move(items);
  return reply;
}

bool matches(const Reply& expected, const Reply& actual) {
  using Kind = Reply::Kind;
  switch (expected.kind) {
    case Kind::anything:
      return true;
    case Kind::any_success:
      return !actual.is_error();
    case Kind::any_of_size:
      return actual.kind == Kind::bulk && static_cast<std::int64_t>(actual.text.size()) == expected.integer;
    case Kind::integer_between:
      return actual.kind == Kind::integer && actual.integer >= expected.integer &&
             actual.integer <= expected.integer_max;
    case Kind::one_of:
      return std::any_of(expected.items.begin(), expected.items.end(),
                         [&](const Reply& item) { return matches(item, actual); });
    case Kind::unordered: {
      if (actual.kind != Kind::array && actual.kind != Kind::set) return false;
      std::vector<const Reply*> items;
      for (const Reply& item : actual.items) items.push_back(&item);
      return match_unordered(expected.items, std::move(items));
    }
    case Kind::error:
      return actual.is_error() && expected.code() == actual.code();
    default:
      return expected.kind == actual.kind && expected.text == actual.text &&
             expected.integer == actual.integer && expected.items.size() == actual.items.size() &&
             std::equal(expected.items.begin(), expected.items.end(), actual.items.begin(), matches);
  }
}

std::string printable(std::string_view bytes, std::size_t bytes_max) {
  std::string text;
  const bool cut = bytes.size() > bytes_max;
  for (const char c : bytes.substr(0, bytes_max)) {
    if (c == '\\' || c == '"')
      text += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f)
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      text += c;
  }
  if (cut) text += fmt::format("...({} bytes)", bytes.size());
  return text;
}

std::string to_text(const Arguments& args) {
  std::string text;
  for (const std::string& arg : args) {
    if (!text.empty()) text += ' ';
    const bool bare = !arg.empty() && std::all_of(arg.begin(), arg.end(), [](char c) {
      return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    });
    text += bare && arg.size() <= 40 ? arg : fmt::format("\"{}\"", printable(arg));
  }
  return text;
}

std::string to_text(const Reply& reply) {
  using Kind = Reply::Kind;
  constexpr std::size_t kItemsMax = 12;
  const auto all = [&](std::string_view open, std::string_view close) {
    std::string text(open);
    for (std::size_t i = 0; i < reply.items.size(); ++i) {
      if (i != 0) text += ", ";
      if (i == kItemsMax) {
        text += fmt::format("...({} items)", reply.items.size());
        break;
      }
      text += to_text(reply.items[i]);
    }
    return text += close;
  };
  switch (reply.kind) {
    case Kind::simple:
      return printable(reply.text);
    case Kind::error:
      return fmt::format("-{}", printable(reply.text));
    case Kind::integer:
      return fmt::format("{}", reply.integer);
    case Kind::bulk:
      return fmt::format("\"{}\"", printable(reply.text));
    case Kind::null_bulk:
      return "nil";
    case Kind::null_array:
      return "nil array";
    case Kind::null:
      return "null";
    case Kind::array:
      return all("[", "]");
    case Kind::map:
      return all("{", "}");
    case Kind::set:
      return all("~[", "]");
    case Kind::push:
      return all(">[", "]");
    case Kind::real:
    case Kind::big_number:
      return reply.text;
    case Kind::boolean:
      return reply.integer != 0 ? "true" : "false";
    case Kind::verbatim:
      return fmt::format("={}", printable(reply.text));
    case Kind::anything:
      return "anything";
    case Kind::any_success:
      return "anything but an error";
    case Kind::any_of_size:
      return fmt::format("{} bytes", reply.integer);
    case Kind::integer_between:
      return fmt::format("an integer from {} to {}", reply.integer, reply.integer_max);
    case Kind::unordered:
      return all("in any order [", "]");
    case Kind::one_of:
      return all("one of (", ")");
  }
  return "?";
}

ReplyDecoder::Step ReplyDecoder::line(std::size_t& at, std::string_view& text) const {
  const std::size_t end = buffer_.find("\r\n", at);
  if (end == std::string::npos) return Step::more;
  text = std::string_view(buffer_).substr(at, end - at);
  at = end + 2;
  return text.find('\n') == std::string_view::npos ? Step::whole : Step::bad;
}

ReplyDecoder::Step ReplyDecoder::parse(std::size_t& at, Reply& reply, unsigned depth) {
  using Kind = Reply::Kind;
  if (depth > kDepthMax) return Step::bad;
  if (at == buffer_.size()) return Step::more;
  const char type = buffer_[at++];
  std::string_view text;
  if (const Step step = line(at, text); step != Step::whole) return step;

  const auto with_text = [&](Kind kind) {
    reply.kind = kind;
    reply.text = text;
    return Step::whole;
  };
  const auto blob = [&](Kind kind) {
    const auto size = number(text);
    if (size == -1 && kind == Kind::bulk) {
      reply.kind = Kind::null_bulk;
      return Step::whole;
    }
    if (!size || *size < 0 || *size > kBytesMax) return Step::bad;
    const auto bytes = static_cast<std::size_t>(*size);
    if (buffer_.size() - at < bytes + 2) {
      needed_ = at + bytes + 2;
      return Step::more;
    }
    if (buffer_.compare(at + bytes, 2, "\r\n") != 0) return Step::bad;
    reply.kind = kind;
    reply.text = buffer_.substr(at, bytes);
    at += bytes + 2;
    return Step::whole;
  };
  const auto aggregate = [&](Kind kind, std::int64_t each) {
    const auto count = number(text);
    if (count == -1 && kind == Kind::array) {
      reply.kind = Kind::null_array;
      return Step::whole;
    }
    if (!count || *count < 0 || *count > kCountMax) return Step::bad;
    reply.kind = kind;
    for (std::int64_t i = 0; i < *count * each; ++i) {
      Reply item;
      if (const Step step = parse(at, item, depth + 1); step != Step::whole) return step;
      reply.items.push_back(std::move(item));
    }
    return Step::whole;
  };
  switch (type) {
    case '+':
      return with_text(Kind::simple);
    case '-':
      return with_text(Kind::error);
    case ',':
      return text.empty() ? Step::bad : with_text(Kind::real);
    case '(':
      return text.empty() ? Step::bad : with_text(Kind::big_number);
    case ':': {
      const auto value = number(text);
      if (!value) return Step::bad;
      reply.kind = Kind::integer;
      reply.integer = *value;
      return Step::whole;
    }
    case '#':
      reply.kind = Kind::boolean;
      reply.integer = text == "t" ? 1 : 0;
      return text == "t" || text == "f" ? Step::whole : Step::bad;
    case '_':
      reply.kind = Kind::null;
      return text.empty() ? Step::whole : Step::bad;
    case '$':
      return blob(Kind::bulk);
    case '=':
      return blob(Kind::verbatim);
    case '*':
      return aggregate(Kind::array, 1);
    case '~':
      return aggregate(Kind::set, 1);
    case '>':
      return aggregate(Kind::push, 1);
    case '%':
      return aggregate(Kind::map, 2);
    default:
      return Step::bad;
  }
}

std::optional<Reply> ReplyDecoder::next() {
  if (malformed_ || buffer_.size() < needed_) return std::nullopt;
  needed_ = 0;
  std::size_t at = consumed_;
  Reply reply;
  const Step step = parse(at, reply, 0);
  if (step != Step::whole) {
    malformed_ = step == Step::bad;
    return std::nullopt;
  }
  consumed_ = at;
  if (consumed_ == buffer_.size() || consumed_ > (std::size_t{1} << 16)) {
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
  return reply;
}

}  // namespace baton::sim
