// Big arguments: received into blocks of their own, with what came of them moved out of the input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/resp/request_parser.h"

namespace baton {
namespace {

using testing::ElementsAre;

RequestLimits small_bodies() {
  RequestLimits limits;
  limits.body_min = 10;
  return limits;
}

class RequestParserBody : public testing::Test {
 protected:
  Parsed parse() { return parser_.parse(pending_, limits_, args_); }

  RequestLimits limits_ = small_bodies();
  RequestParser parser_;
  std::vector<std::string_view> args_;
  std::string pending_;
};

TEST_F(RequestParserBody, ABigArgumentThatIsNotWholeIsReported) {
  pending_ = "*3\r\n$3\r\nSET\r\n$10\r\n01234";
  ASSERT_EQ(parse(), Parsed::body);
  EXPECT_EQ(parser_.body_size(), 10u);
  EXPECT_EQ(pending_.substr(parser_.body_offset()), "01234");
  EXPECT_TRUE(args_.empty());
  // The rest of it went elsewhere; what follows stands where it began.
  pending_.resize(parser_.body_offset());
  const std::string body = "0123456789";
  parser_.supply_body(body);
  EXPECT_EQ(parser_.partial_bytes(), 13u);
  ASSERT_EQ(parse(), Parsed::incomplete);
  pending_ += "$1\r\nx\r\n*1\r\n";
  ASSERT_EQ(parse(), Parsed::command);
  EXPECT_THAT(args_, ElementsAre("SET", "0123456789", "x"));
  EXPECT_EQ(args_[1].data(), body.data());
  EXPECT_EQ(pending_.substr(parser_.consumed()), "*1\r\n");
}

TEST_F(RequestParserBody, ABigArgumentThatIsWholeStaysWhereItIs) {
  pending_ = "*1\r\n$10\r\n0123456789\r\n";
  ASSERT_EQ(parse(), Parsed::command);
  EXPECT_EQ(args_.at(0).data(), pending_.data() + 9);
}

TEST_F(RequestParserBody, OnlyItsCrLfMissing) {
  pending_ = "*1\r\n$10\r\n0123456789\r";
  ASSERT_EQ(parse(), Parsed::body);
}

TEST_F(RequestParserBody, ASmallArgumentIsWaitedFor) {
  pending_ = "*1\r\n$9\r\n01234";
  EXPECT_EQ(parse(), Parsed::incomplete);
}

TEST_F(RequestParserBody, AsTheLastArgumentItCompletesTheCommand) {
  pending_ = "*2\r\n$4\r\nECHO\r\n$12\r\n";
  ASSERT_EQ(parse(), Parsed::body);
  const std::string body(12, 'b');
  parser_.supply_body(body);
  ASSERT_EQ(parse(), Parsed::command);
  EXPECT_THAT(args_, ElementsAre("ECHO", body));
  EXPECT_EQ(parser_.consumed(), pending_.size());
}

TEST_F(RequestParserBody, SeveralInOneCommand) {
  pending_ = "*3\r\n$12\r\n";
  const std::vector<std::string> bodies = {std::string(12, 'a'), std::string(13, 'b'), std::string(14, 'c')};
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    ASSERT_EQ(parse(), Parsed::body);
    ASSERT_EQ(parser_.body_size(), bodies[i].size());
    parser_.supply_body(bodies[i]);
    if (i < 2) pending_ += "$" + std::to_string(bodies[i + 1].size()) + "\r\n";
  }
  ASSERT_EQ(parse(), Parsed::command);
  EXPECT_THAT(args_, ElementsAre(bodies[0], bodies[1], bodies[2]));
}

using RequestParserBodyDeathTest = RequestParserBody;

TEST_F(RequestParserBodyDeathTest, ABodyNotAskedForStopsTheProcess) {
  EXPECT_DEATH(parser_.supply_body("x"), "not asked for");
}

TEST_F(RequestParserBodyDeathTest, ParsingOnWithoutTheBodyStopsTheProcess) {
  pending_ = "*1\r\n$10\r\n";
  ASSERT_EQ(parse(), Parsed::body);
  EXPECT_DEATH(static_cast<void>(parse()), "before the body was supplied");
}

}  // namespace
}  // namespace baton
