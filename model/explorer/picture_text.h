// The page's source files as they were when the program was built (baton_embed_text).
#pragma once

#include <string_view>

namespace baton::explorer {

extern const std::string_view kPicturePage;
extern const std::string_view kPictureStyle;
extern const std::string_view kPictureTrace;
extern const std::string_view kPictureElements;
extern const std::string_view kPictureScript;

}  // namespace baton::explorer
