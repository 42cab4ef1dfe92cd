#include "model/site.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

namespace baton::model {

bool CallSite::operator==(const CallSite& other) const {
  return line == other.line && column == other.column &&
         (file == other.file || std::strcmp(file, other.file) == 0);
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kLoad:
      return "load";
    case Kind::kStore:
      return "store";
    case Kind::kExchange:
      return "exchange";
    case Kind::kFetchAdd:
      return "fetch_add";
    case Kind::kCas:
      return "cas";
    case Kind::kFence:
      return "fence";
    case Kind::kLock:
      return "lock";
    case Kind::kPost:
      return "post";
    case Kind::kWait:
      return "wait";
    case Kind::kClear:
      return "clear";
    case Kind::kPause:
      return "pause";
  }
  std::abort();
}

bool has_order(Kind kind) {
  switch (kind) {
    case Kind::kLoad:
    case Kind::kStore:
    case Kind::kExchange:
    case Kind::kFetchAdd:
    case Kind::kCas:
    case Kind::kFence:
      return true;
    default:
      return false;
  }
}

const char* name_of(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return "relaxed";
    case std::memory_order_consume:
      return "consume";
    case std::memory_order_acquire:
      return "acquire";
    case std::memory_order_release:
      return "release";
    case std::memory_order_acq_rel:
      return "acq_rel";
    case std::memory_order_seq_cst:
      return "seq_cst";
  }
  std::abort();
}

void OperationTable::add(const Operation& operation) {
  if (contains(operation)) return;
  if (size_ == kOperationsMax) std::abort();
  operations_[size_++] = operation;
}

bool OperationTable::contains(const Operation& operation) const {
  return std::find(begin(), end(), operation) != end();
}

namespace {

std::vector<std::memory_order> one_step_down(Kind kind, std::memory_order order) {
  switch (order) {
    case std::memory_order_seq_cst:
      if (kind == Kind::kLoad) return {std::memory_order_acquire};
      if (kind == Kind::kStore) return {std::memory_order_release};
      return {std::memory_order_acq_rel};
    case std::memory_order_acq_rel:
      return {std::memory_order_acquire, std::memory_order_release};
    case std::memory_order_acquire:
    case std::memory_order_release:
      return {std::memory_order_relaxed};
    default:
      return {};
  }
}

std::vector<Weakening> weakenings_of(const Operation& operation) {
  std::vector<Weakening> all;
  const Kind kind = operation.kind;
  const bool read_modify_write = kind == Kind::kExchange || kind == Kind::kFetchAdd || kind == Kind::kCas;
  const bool posts = kind == Kind::kStore || kind == Kind::kPost;
  if (has_order(kind)) {
    for (std::memory_order to : one_step_down(kind, operation.order)) {
      all.push_back({operation, Change::kOrder, to});
    }
  }
  if (kind != Kind::kLoad && !read_modify_write) all.push_back({operation, Change::kDrop, operation.order});
  if (read_modify_write) all.push_back({operation, Change::kSplit, operation.order});
  if (posts || kind == Kind::kLock) {
    for (unsigned delay : {1U, 2U, 4U}) {
      all.push_back({operation, Change::kDelay, operation.order, delay});
    }
  }
  if (posts) all.push_back({operation, Change::kDuplicate, operation.order});
  return all;
}

std::string place_of(const Operation& operation) {
  const char* base = std::strrchr(operation.site.file, '/');
  // g++ appends the arguments of a member template.
  const std::string function(operation.site.function, std::strcspn(operation.site.function, "<"));
  return std::string(base != nullptr ? base + 1 : operation.site.file) + ":" + function + ":" +
         name_of(operation.kind);
}

std::string order_of(const Operation& operation) {
  if (!has_order(operation.kind)) return "";
  return std::string(":") + name_of(operation.order);
}

std::string result_of(const Weakening& weakening) {
  switch (weakening.change) {
    case Change::kOrder:
      return name_of(weakening.to);
    case Change::kDrop:
      return "drop";
    case Change::kSplit:
      return "split";
    case Change::kDelay:
      return "delay" + std::to_string(weakening.delay);
    case Change::kDuplicate:
      return "duplicate";
    case Change::kNone:
      break;
  }
  std::abort();
}

}  // namespace

std::vector<NamedWeakening> weakenings_of(const OperationTable& table, const char* where) {
  std::vector<Operation> operations;
  for (const Operation& operation : table) {
    if (std::strstr(operation.site.file, where) != nullptr) operations.push_back(operation);
  }
  std::sort(operations.begin(), operations.end(), [](const Operation& a, const Operation& b) {
    const int files = std::strcmp(a.site.file, b.site.file);
    if (files != 0) return files < 0;
    return a.site.line != b.site.line ? a.site.line < b.site.line : a.site.column < b.site.column;
  });
  std::vector<NamedWeakening> named;
  std::map<std::string, int> met;
  for (const Operation& operation : operations) {
    const int nth = ++met[place_of(operation) + order_of(operation)];
    const std::string which = nth == 1 ? "" : "#" + std::to_string(nth);
    for (const Weakening& weakening : weakenings_of(operation)) {
      named.push_back(
          {weakening, place_of(operation) + which + order_of(operation) + "->" + result_of(weakening)});
    }
  }
  return named;
}

}  // namespace baton::model
