// Properties of the reply writer: an independent decoder of RESP2 and RESP3 reads back what a handler meant.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "server/resp/reply_buffer.h"
#include "server/resp/reply_writer.h"

namespace baton {
namespace {

// What a handler means.
enum class Kind {
  kSimple,
  kError,
  kInteger,
  kBulk,
  kBulkInteger,
  kNull,
  kNullArray,
  kBoolean,
  kNumber,
  kBigNumber,
  kVerbatim,
  kArray,
  kMap,
  kSet,
  kPush,  // of items, from here on
  kKinds
};

struct Value {
  Kind kind = Kind::kNull;
  std::string text;
  std::int64_t integer = 0;
  double number = 0;
  bool deferred = false;  // an aggregate written by begin() and end()
  std::vector<Value> items;
};

// What is on the wire: type byte, text or items. A null of RESP2 has the text "null".
struct Wire {
  char type = 0;
  std::string text;
  std::vector<Wire> items;

  bool operator==(const Wire&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Wire& wire) {
  out << wire.type << "'" << wire.text << "'";
  for (const Wire& item : wire.items) out << " (" << item << ")";
  return out;
}

// Reads one reply off the front of `bytes`; false if it is none.
bool decode(std::string_view& bytes, Wire& wire) {
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos || end == 0) return false;
  wire.type = bytes[0];
  std::string line(bytes.substr(1, end - 1));
  bytes.remove_prefix(end + 2);
  if (std::string_view("+-:_#,(").find(wire.type) != std::string_view::npos) {
    wire.text = line;
    return true;
  }
  if (line == "-1") {
    wire.text = "null";
    return true;
  }
  char* rest = nullptr;
  const std::size_t count = std::strtoull(line.c_str(), &rest, 10);
  if (*rest != 0 || line.empty()) return false;
  if (wire.type == '$' || wire.type == '=') {
    if (bytes.size() < count + 2 || bytes.substr(count, 2) != "\r\n") return false;
    wire.text = bytes.substr(0, count);
    bytes.remove_prefix(count + 2);
    return true;
  }
  if (std::string_view("*%~>").find(wire.type) == std::string_view::npos) return false;
  wire.items.resize(wire.type == '%' ? 2 * count : count);
  for (Wire& item : wire.items) {
    if (!decode(bytes, item)) return false;
  }
  return true;
}

std::string one_line(std::string text) {
  for (char& c : text) c = c == '\r' || c == '\n' ? ' ' : c;
  return text;
}

// How a value should look on the wire. Numbers keep their place: their text is checked apart.
Wire expected(const Value& value, bool resp3) {
  Wire wire;
  switch (value.kind) {
    case Kind::kSimple:
      return {'+', value.text, {}};
    case Kind::kError:
      return {'-', one_line(value.text), {}};
    case Kind::kInteger:
      return {':', std::to_string(value.integer), {}};
    case Kind::kBulk:
      return {'$', value.text, {}};
    case Kind::kBulkInteger:
      return {'$', std::to_string(value.integer), {}};
    case Kind::kNull:
      return resp3 ? Wire{'_', "", {}} : Wire{'$', "null", {}};
    case Kind::kNullArray:
      return resp3 ? Wire{'_', "", {}} : Wire{'*', "null", {}};
    case Kind::kBoolean: {
      const bool yes = value.integer % 2 != 0;
      return resp3 ? Wire{'#', yes ? "t" : "f", {}} : Wire{':', yes ? "1" : "0", {}};
    }
    case Kind::kNumber:
      return {resp3 ? ',' : '$', "", {}};
    case Kind::kBigNumber:
      return {resp3 ? '(' : '$', std::to_string(value.integer), {}};
    case Kind::kVerbatim:
      return resp3 ? Wire{'=', "txt:" + value.text, {}} : Wire{'$', value.text, {}};
    case Kind::kArray:
      wire.type = '*';
      break;
    case Kind::kMap:
      wire.type = resp3 ? '%' : '*';
      break;
    case Kind::kSet:
      wire.type = resp3 ? '~' : '*';
      break;
    case Kind::kPush:
      wire.type = resp3 ? '>' : '*';
      break;
    case Kind::kKinds:
      std::abort();
  }
  for (const Value& item : value.items) wire.items.push_back(expected(item, resp3));
  return wire;
}

// Takes the text of each number out of `wire`; false if one does not read back as it was.
bool numbers_round_trip(const Value& value, Wire& wire) {
  if (value.kind == Kind::kNumber) {
    const double back = std::strtod(wire.text.c_str(), nullptr);
    wire.text.clear();
    return std::isnan(value.number) ? std::isnan(back) : back == value.number;
  }
  if (wire.items.size() != value.items.size()) return value.items.empty();
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (!numbers_round_trip(value.items[i], wire.items[i])) return false;
  }
  return true;
}

void write(ReplyWriter& writer, const Value& value) {
  const std::size_t count = value.kind == Kind::kMap ? value.items.size() / 2 : value.items.size();
  ReplyWriter::Deferred mark{};
  using Aggregate = ReplyWriter::Aggregate;
  switch (value.kind) {
    case Kind::kSimple:
      return writer.simple_string(value.text);
    case Kind::kError:
      return writer.error(value.text);
    case Kind::kInteger:
      return writer.integer(value.integer);
    case Kind::kBulk:
      return writer.bulk(value.text);
    case Kind::kBulkInteger:
      return writer.bulk_integer(value.integer);
    case Kind::kNull:
      return writer.null();
    case Kind::kNullArray:
      return writer.null_array();
    case Kind::kBoolean:
      return writer.boolean(value.integer % 2 != 0);
    case Kind::kNumber:
      return writer.number(value.number);
    case Kind::kBigNumber:
      return writer.big_number(std::to_string(value.integer));
    case Kind::kVerbatim:
      return writer.verbatim("txt", value.text);
    case Kind::kArray:
      value.deferred ? void(mark = writer.begin(Aggregate::array)) : writer.array(count);
      break;
    case Kind::kMap:
      value.deferred ? void(mark = writer.begin(Aggregate::map)) : writer.map(count);
      break;
    case Kind::kSet:
      value.deferred ? void(mark = writer.begin(Aggregate::set)) : writer.set(count);
      break;
    case Kind::kPush:
      value.deferred ? void(mark = writer.begin(Aggregate::push)) : writer.push(count);
      break;
    case Kind::kKinds:
      std::abort();
  }
  for (const Value& item : value.items) write(writer, item);
  if (value.deferred) writer.end(mark, count);
}

// Draws a value inside a property.
Value any_value(int depth) {
  Value value;
  value.kind =
      *rc::gen::cast<Kind>(rc::gen::inRange(0, static_cast<int>(depth > 0 ? Kind::kKinds : Kind::kArray)));
  if (value.kind >= Kind::kArray) {
    value.deferred = *rc::gen::arbitrary<bool>();
    int count = *rc::gen::inRange(0, 5);
    if (value.kind == Kind::kMap) count *= 2;
    for (int i = 0; i < count; ++i) value.items.push_back(any_value(depth - 1));
    return value;
  }
  value.integer = *rc::gen::arbitrary<std::int64_t>();
  switch (value.kind) {
    case Kind::kSimple:
      value.text = one_line(*rc::gen::string<std::string>());
      break;
    case Kind::kError:
      value.text = "ERR " + *rc::gen::string<std::string>();
      break;
    case Kind::kNumber:
      value.number =
          *rc::gen::oneOf(rc::gen::arbitrary<double>(),
                          rc::gen::element(0.1, -0.0, 1e300, 5e-324, HUGE_VAL, -HUGE_VAL, std::nan("")));
      break;
    default:
      value.text = *rc::gen::string<std::string>();
      // Longer than what a block of the buffer holds, at times.
      if (*rc::gen::inRange(0, 12) == 0) value.text.resize(*rc::gen::inRange<std::size_t>(500, 40'000), 'x');
  }
  return value;
}

std::string take_all(ReplyBuffer& buffer) {
  std::string bytes;
  for (ReplyBlock* block = buffer.take(); block != nullptr;) {
    bytes.append(block->data(), block->size);
    ReplyBlock* const next = block->next;
    ReplyBlock::free(block);
    block = next;
  }
  return bytes;
}

void replies_read_back(Protocol protocol) {
  std::vector<Value> values;
  const std::size_t count = *rc::gen::inRange<std::size_t>(1, 6);
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) values.push_back(any_value(3));
  ReplyBuffer buffer;
  ReplyWriter writer(buffer, protocol);
  for (const Value& value : values) write(writer, value);
  const std::size_t size = buffer.size();
  const std::string bytes = take_all(buffer);
  RC_ASSERT(bytes.size() == size);
  std::string_view rest = bytes;
  for (const Value& value : values) {
    Wire wire;
    RC_ASSERT(decode(rest, wire));
    RC_ASSERT(numbers_round_trip(value, wire));
    RC_ASSERT(wire == expected(value, protocol == Protocol::resp3));
  }
  RC_ASSERT(rest.empty());
}

RC_GTEST_PROP(ReplyProperty, replies_of_resp2_read_back, ()) { replies_read_back(Protocol::resp2); }
RC_GTEST_PROP(ReplyProperty, replies_of_resp3_read_back, ()) { replies_read_back(Protocol::resp3); }

}  // namespace
}  // namespace baton
