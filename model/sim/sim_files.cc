#include "model/sim/sim_files.h"

#include <fnmatch.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace baton::sim {

SimFiles::OpenFile* SimFiles::opened(int fd, const char* call) {
  auto* const file = dynamic_cast<OpenFile*>(kernel_.find(fd, call));
  if (!file) kernel_.fail(std::string(call) + " on a descriptor that is no file");
  return file;
}

void SimFiles::change(std::vector<Change> changes) {
  for (const Change& change : changes) {
    if (change.inode)
      names_[change.name] = change.inode;
    else
      names_.erase(change.name);
  }
  unsynced_.push_back(std::move(changes));
}

int SimFiles::open(const std::string& path, OpenMode mode, unsigned permission) {
  kernel_.call("open");
  if (kernel_.faults().strike(Fault::open_failed)) return -EMFILE;
  const auto found = names_.find(path);
  auto file = std::make_shared<OpenFile>();
  if (found != names_.end()) {
    file->inode = found->second;
  } else {
    if (mode == OpenMode::read) return -ENOENT;
    file->inode = std::make_shared<Inode>();
    file->inode->permission = permission;
    change({{path, file->inode}});
  }
  file->writable = mode != OpenMode::read;
  if (mode == OpenMode::truncate) {
    file->inode->cached.clear();
    file->inode->clean_to = 0;
  }
  return kernel_.install(std::move(file));
}

void SimFiles::close(int fd) {
  kernel_.call("close");
  kernel_.close(fd);
}

ssize_t SimFiles::read(int fd, std::span<char> into) {
  kernel_.call("read");
  OpenFile* const file = opened(fd, "read");
  if (!file) return -EBADF;
  const std::size_t count =
      std::min(into.size(), file->inode->cached.size() - std::min(file->at, file->inode->cached.size()));
  std::memcpy(into.data(), file->inode->cached.data() + file->at, count);
  file->at += count;
  return static_cast<ssize_t>(count);
}

int SimFiles::write(int fd, std::string_view bytes) {
  kernel_.call("write");
  OpenFile* const file = opened(fd, "write");
  if (!file || !file->writable) return -EBADF;
  Faults& faults = kernel_.faults();
  if (faults.strike(Fault::write_failed)) return -EIO;
  const bool is_short = !bytes.empty() && faults.strike(Fault::write_short);
  if (is_short) bytes = bytes.substr(0, faults.below(Fault::write_short, bytes.size()));
  file->inode->cached.append(bytes);
  return is_short ? -ENOSPC : 0;
}

std::string SimFiles::synced(const Inode& inode) {
  std::string disk = inode.durable;
  disk.resize(inode.clean_to, '\0');
  return disk.append(inode.cached, inode.clean_to);
}

int SimFiles::sync(int fd) {
  kernel_.call("fsync");
  OpenFile* const file = opened(fd, "fsync");
  if (!file) return -EBADF;
  if (kernel_.faults().strike(Fault::sync_failed)) {
    file->inode->clean_to = file->inode->cached.size();
    return -EIO;
  }
  file->inode->durable = synced(*file->inode);
  file->inode->clean_to = file->inode->cached.size();
  return 0;
}

int SimFiles::sync_directory() {
  kernel_.call("fsync directory");
  if (kernel_.faults().strike(Fault::sync_failed)) return -EIO;
  durable_names_ = names_;
  unsynced_.clear();
  return 0;
}

int SimFiles::rename(const std::string& from, const std::string& to) {
  kernel_.call("rename");
  const auto found = names_.find(from);
  if (found == names_.end()) return -ENOENT;
  if (kernel_.faults().strike(Fault::rename_failed)) return -EIO;
  const std::shared_ptr<Inode> inode = found->second;
  change({{to, inode}, {from, nullptr}});
  return 0;
}

int SimFiles::unlink(const std::string& path) {
  kernel_.call("unlink");
  if (!names_.contains(path)) return -ENOENT;
  change({{path, nullptr}});
  return 0;
}

int SimFiles::chmod(const std::string& path, unsigned permission) {
  kernel_.call("chmod");
  const auto found = names_.find(path);
  if (found == names_.end()) return -ENOENT;
  found->second->permission = permission;
  return 0;
}

bool SimFiles::exists(const std::string& path) {
  kernel_.call("access");
  return names_.contains(path);
}

int SimFiles::match(const std::string& pattern, std::vector<std::string>& out) {
  kernel_.call("glob");
  for (const auto& [name, inode] : names_)
    if (::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0) out.push_back(name);
  return 0;
}

int SimFiles::load(const std::string& path, std::string& content, std::size_t bytes_max) {
  const int fd = open(path, OpenMode::read, 0);
  if (fd < 0) return fd;
  const std::string& whole = opened(fd, "read")->inode->cached;
  const bool fits = whole.size() <= bytes_max;
  if (fits) content = whole;
  close(fd);
  return fits ? 0 : -EFBIG;
}

void SimFiles::replacing() {
  ++replacing_steps_;
  if (on_replacing_) on_replacing_(replacing_steps_);
}

// The steps of the real one: a temporary file, synced, renamed over the old one, the directory synced.
int SimFiles::replace(const std::string& path, std::string_view content) {
  possible_[path].emplace_back(content);
  const std::string temporary = path + ".XXXXXX";
  replacing();
  const auto old = names_.find(path);
  const unsigned permission = old == names_.end() ? 0644 : old->second->permission;
  const int fd = open(temporary, OpenMode::truncate, permission);
  if (fd < 0) return fd;
  replacing();
  int error = write(fd, content);
  replacing();
  if (error == 0) error = sync(fd);
  replacing();
  close(fd);
  if (error == 0) error = rename(temporary, path);
  replacing();
  if (error != 0) {
    unlink(temporary);
    return error;
  }
  error = sync_directory();
  if (error != 0) return error;
  possible_[path] = {std::string(content)};
  ++replaced_[path];
  replacing();
  return 0;
}

std::map<std::string, std::string> SimFiles::contents() const {
  std::map<std::string, std::string> all;
  for (const auto& [name, inode] : names_) all[name] = inode->cached;
  return all;
}

void SimFiles::put(const std::string& path, std::string content) {
  possible_[path] = {content};
  auto inode = std::make_shared<Inode>();
  inode->cached = inode->durable = std::move(content);
  inode->clean_to = inode->durable.size();
  names_[path] = durable_names_[path] = std::move(inode);
}

const std::string* SimFiles::content(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? nullptr : &found->second->cached;
}

void SimFiles::crash(Dice& dice) {
  const std::size_t kept = dice.below(unsynced_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) {
    for (Change& change : unsynced_[i]) {
      if (change.inode)
        durable_names_[change.name] = change.inode;
      else
        durable_names_.erase(change.name);
    }
  }
  unsynced_.clear();
  names_ = durable_names_;
  for (auto& [name, inode] : names_) {
    std::string after = inode->durable;
    const std::string wanted = synced(*inode);
    // How far the file's length got.
    const std::size_t least = std::min(after.size(), wanted.size());
    const std::size_t most = std::max(after.size(), wanted.size());
    after.resize(least + dice.below(most - least + 1), '\0');
    for (std::size_t at = 0; at < std::min(after.size(), wanted.size()); at += kBlock) {
      const std::size_t length = std::min({kBlock, after.size() - at, wanted.size() - at});
      const std::uint64_t fate = dice.below(3);
      const std::size_t written = fate == 0 ? 0 : fate == 1 ? length : dice.below(length);
      after.replace(at, written, wanted, at, written);
    }
    inode->cached = inode->durable = std::move(after);
    inode->clean_to = inode->durable.size();
  }
}

}  // namespace baton::sim
