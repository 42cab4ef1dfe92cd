// SimFiles: a file system in memory that tells what is written from what would survive a power failure.
//
// Content   A write changes what readers see (cached). sync() makes it durable; when that fails (EIO)
//           what was written before is lost to the disk for good, though a later sync() says 0, as on Linux.
// Names     create, rename and unlink change the directory at once; they are durable once the directory was
//           synced, which replace() does, and otherwise a prefix of them survives.
// crash()   The power fails: of each file, each unsynced block of 512 bytes is there, torn or not, in any
//           combination; of the names, a prefix of what was not synced. Open descriptors are gone.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/sim/kernel.h"
#include "server/platform/files.h"

namespace baton::sim {

class SimFiles final : public Files {
 public:
  explicit SimFiles(Kernel& kernel) : kernel_(kernel) {}

  int open(const std::string& path, OpenMode mode, unsigned permission) override;
  void close(int fd) override;
  ssize_t read(int fd, std::span<char> into) override;
  int write(int fd, std::string_view bytes) override;
  int sync(int fd) override;
  int rename(const std::string& from, const std::string& to) override;
  int unlink(const std::string& path) override;
  int chmod(const std::string& path, unsigned permission) override;
  bool exists(const std::string& path) override;
  int match(const std::string& pattern, std::vector<std::string>& out) override;
  int load(const std::string& path, std::string& content, std::size_t bytes_max) override;
  int replace(const std::string& path, std::string_view content) override;

  // ---- the experimenter's: no call, no fault
  void put(const std::string& path, std::string content);  // durable
  // What the disk holds, by name.
  [[nodiscard]] std::map<std::string, std::string> contents() const;
  // What may be found at a path, after a crash or before: what it last held for certain, and what calls of
  // replace() since then have tried to put there, which failed or were cut.
  [[nodiscard]] const std::vector<std::string>& possible(const std::string& path) { return possible_[path]; }
  // Calls of replace() that returned 0.
  [[nodiscard]] std::uint64_t replaced(const std::string& path) { return replaced_[path]; }
  // Called at each step of a replace(), with its number.
  void set_on_replacing(std::function<void(std::uint64_t)> observer) { on_replacing_ = std::move(observer); }
  [[nodiscard]] const std::string* content(const std::string& path) const;
  void crash(Dice& dice);

 private:
  struct Inode {
    std::string cached, durable;
    std::size_t clean_to = 0;  // a sync writes nothing below this: it is durable, or a failed sync lost it
    unsigned permission = 0644;
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;
  struct Change {  // of the directory, not durable yet
    std::string name;
    std::shared_ptr<Inode> inode;  // null: taken away
  };
  struct OpenFile final : Descriptor {
    [[nodiscard]] const char* kind() const override { return "file"; }
    std::shared_ptr<Inode> inode;
    std::size_t at = 0;
    bool writable = false;
  };

  [[nodiscard]] OpenFile* opened(int fd, const char* call);
  void change(std::vector<Change> changes);
  void replacing();
  int sync_directory();
  // What the disk would hold after a sync.
  static std::string synced(const Inode& inode);

  static constexpr std::size_t kBlock = 512;

  Kernel& kernel_;
  Names names_, durable_names_;
  std::deque<std::vector<Change>> unsynced_;  // each entry is atomic
  std::map<std::string, std::vector<std::string>> possible_;
  std::map<std::string, std::uint64_t> replaced_;
  std::uint64_t replacing_steps_ = 0;
  std::function<void(std::uint64_t)> on_replacing_;
};

}  // namespace baton::sim
