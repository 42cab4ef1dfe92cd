#include "server/resp/reply_writer.h"

#include <algorithm>
#include <cstring>

#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::size_t kHeaderBytesMax = 24;  // type, 20 digits, CR LF

char* put_end(char* out) {
  *out++ = '\r';
  *out++ = '\n';
  return out;
}

char* put_header(char* out, char type, std::int64_t count) {
  *out++ = type;
  if (count >= 0 && count < 10) {
    *out++ = static_cast<char>('0' + count);
  } else {
    out = format_int64(out, count);
  }
  return put_end(out);
}

}  // namespace

void ReplyWriter::header(char type, std::int64_t count) {
  char* const begin = out_->reserve(kHeaderBytesMax);
  out_->commit(static_cast<std::size_t>(put_header(begin, type, count) - begin));
}

void ReplyWriter::raw(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > 256) return out_->append(bytes);
  std::memcpy(out_->reserve(bytes.size()), bytes.data(), bytes.size());
  out_->commit(bytes.size());
}

void ReplyWriter::line(char type, std::string_view text) {
  char* const out = out_->reserve(text.size() + 3);
  out[0] = type;
  if (!text.empty()) std::memcpy(out + 1, text.data(), text.size());
  put_end(out + 1 + text.size());
  out_->commit(text.size() + 3);
}

void ReplyWriter::simple_string(std::string_view text) { line('+', text); }

namespace {

// INFO shows codes as names of fields: what would not be one is no code.
bool is_code_byte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

}  // namespace

void ReplyWriter::error(std::string_view text) {
  ++errors_;
  const std::size_t end = std::min(text.find_first_of(" \r\n"), text.size());
  std::string_view code = text.substr(0, end);
  if (code.empty() || code.size() >= kErrorCodeBytesMax ||
      !std::all_of(code.begin(), code.end(), is_code_byte))
    code = "ERR";
  std::copy(code.begin(), code.end(), error_code_);
  error_code_bytes_ = code.size();
  char* const out = out_->reserve(text.size() + 3);
  out[0] = '-';
  std::transform(text.begin(), text.end(), out + 1, [](char c) { return c == '\r' || c == '\n' ? ' ' : c; });
  put_end(out + 1 + text.size());
  out_->commit(text.size() + 3);
}

void ReplyWriter::integer(std::int64_t value) { header(':', value); }

void ReplyWriter::bulk(std::string_view bytes) {
  // A small one takes one reservation; a large one fills blocks as they come.
  constexpr std::size_t kSmall = 1024;
  if (bytes.size() > kSmall) {
    header('$', static_cast<std::int64_t>(bytes.size()));
    out_->append(bytes);
    return raw("\r\n");
  }
  char* const begin = out_->reserve(kHeaderBytesMax + bytes.size() + 2);
  char* out = put_header(begin, '$', static_cast<std::int64_t>(bytes.size()));
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  out = put_end(out + bytes.size());
  out_->commit(static_cast<std::size_t>(out - begin));
}

void ReplyWriter::bulk_integer(std::int64_t value) {
  char digits[20];
  bulk({digits, static_cast<std::size_t>(format_int64(digits, value) - digits)});
}

void ReplyWriter::null() { raw(protocol_ == Protocol::resp3 ? "_\r\n" : "$-1\r\n"); }

void ReplyWriter::null_array() { raw(protocol_ == Protocol::resp3 ? "_\r\n" : "*-1\r\n"); }

void ReplyWriter::boolean(bool value) {
  if (protocol_ == Protocol::resp3) return raw(value ? "#t\r\n" : "#f\r\n");
  integer(value ? 1 : 0);
}

void ReplyWriter::number(double value) {
  char digits[kDoubleBytesMax];
  const std::string_view text(digits, static_cast<std::size_t>(format_double(digits, value) - digits));
  if (protocol_ == Protocol::resp2) return bulk(text);
  line(',', text);
}

void ReplyWriter::big_number(std::string_view digits) {
  if (protocol_ == Protocol::resp2) return bulk(digits);
  line('(', digits);
}

void ReplyWriter::verbatim(std::string_view format3, std::string_view text) {
  if (protocol_ == Protocol::resp2) return bulk(text);
  header('=', static_cast<std::int64_t>(text.size() + 4));
  raw(format3);
  raw(":");
  out_->append(text);
  raw("\r\n");
}

void ReplyWriter::array(std::size_t count) { header('*', static_cast<std::int64_t>(count)); }

void ReplyWriter::map(std::size_t pairs) {
  protocol_ == Protocol::resp3 ? header('%', static_cast<std::int64_t>(pairs)) : array(2 * pairs);
}

void ReplyWriter::set(std::size_t count) {
  protocol_ == Protocol::resp3 ? header('~', static_cast<std::int64_t>(count)) : array(count);
}

void ReplyWriter::push(std::size_t count) {
  protocol_ == Protocol::resp3 ? header('>', static_cast<std::int64_t>(count)) : array(count);
}

void ReplyWriter::attribute(std::size_t pairs) { header('|', static_cast<std::int64_t>(pairs)); }

ReplyWriter::Deferred ReplyWriter::begin(Aggregate kind) { return {out_->size(), kind}; }

void ReplyWriter::end(Deferred mark, std::size_t count) {
  char type = '*';
  if (protocol_ == Protocol::resp3)
    type = mark.kind == Aggregate::map    ? '%'
           : mark.kind == Aggregate::set  ? '~'
           : mark.kind == Aggregate::push ? '>'
                                          : '*';
  else if (mark.kind == Aggregate::map)
    count *= 2;
  char text[kHeaderBytesMax];
  const char* const end = put_header(text, type, static_cast<std::int64_t>(count));
  out_->insert(mark.position, {text, static_cast<std::size_t>(end - text)});
}

}  // namespace baton
