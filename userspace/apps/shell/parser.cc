// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/parser.h"

#include <utility>

namespace sirocco::shell {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kOperatorCharacters = ";&|><";

bool IsBlank(char c) { return kBlanks.find(c) != kBlanks.npos; }
bool IsOperator(char c) { return kOperatorCharacters.find(c) != kOperatorCharacters.npos; }

struct Token {
  enum class Kind { kWord, kOperator, kEnd, kError };
  Kind kind = Kind::kEnd;
  std::string text = {};  // The operator, or what is wrong.
  Word word = {};
  size_t start = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view line) : line_(line) {}

  Token Next() {
    while (at_ < line_.size() && IsBlank(line_[at_])) ++at_;
    const size_t start = at_;
    if (at_ == line_.size() || line_[at_] == '#') {
      at_ = line_.size();
      return {Token::Kind::kEnd, {}, {}, start};
    }
    Token token = IsOperator(line_[at_]) ? Operator() : ReadWord();
    token.start = start;
    return token;
  }

  size_t at() const { return at_; }

 private:
  Token Operator() {
    const std::string_view rest = line_.substr(at_);
    for (std::string_view name : {"&&", "||", ">>", ";", "&", "|", ">", "<"}) {
      if (!rest.starts_with(name)) continue;
      at_ += name.size();
      const bool is_known = name != "||" && name != ">>" && name != "<";
      if (is_known) return {Token::Kind::kOperator, std::string(name)};
      return Wrong("'" + std::string(name) + "' is not supported");
    }
    return Wrong("no operator");  // The caller saw one of their characters.
  }

  static Token Wrong(std::string what) { return {Token::Kind::kError, std::move(what)}; }

  Token ReadWord() {
    Token token{Token::Kind::kWord};
    // A word of nothing but "" is a word.
    token.word.parts.emplace_back();
    while (at_ < line_.size() && !IsBlank(line_[at_]) && !IsOperator(line_[at_])) {
      const char c = line_[at_++];
      bool is_closed = true;
      if (c == '\'') {
        is_closed = Single(token.word);
      } else if (c == '"') {
        is_closed = Double(token.word);
      } else if (c == '\\') {
        if (at_ == line_.size()) return Wrong("nothing follows the last '\\'");
        Append(token.word, line_[at_++]);
      } else {
        AppendOrStatus(token.word, c);
      }
      if (!is_closed) return Wrong(std::string("the quote ") + c + " is not closed");
    }
    return token;
  }

  bool Single(Word& word) {
    for (; at_ < line_.size(); ++at_) {
      if (line_[at_] == '\'') return ++at_, true;
      Append(word, line_[at_]);
    }
    return false;
  }

  bool Double(Word& word) {
    while (at_ < line_.size()) {
      const char c = line_[at_++];
      if (c == '"') return true;
      const bool is_escape = c == '\\' && at_ < line_.size() &&
                             std::string_view("\"\\$").find(line_[at_]) != std::string_view::npos;
      if (is_escape) {
        Append(word, line_[at_++]);
      } else {
        AppendOrStatus(word, c);
      }
    }
    return false;
  }

  void AppendOrStatus(Word& word, char c) {
    if (c == '$' && at_ < line_.size() && line_[at_] == '?') {
      ++at_;
      word.parts.push_back({.is_status = true});
    } else {
      Append(word, c);
    }
  }

  static void Append(Word& word, char c) {
    if (word.parts.back().is_status) word.parts.emplace_back();
    word.parts.back().text.push_back(c);
  }

  std::string_view line_;
  size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view line) : line_(line), lexer_(line) { Advance(); }

  ParseResult Run() {
    ParseResult result;
    while (error_.empty() && token_.kind != Token::Kind::kEnd) {
      List list;
      const size_t start = token_.start;
      if (!ParseList(list)) break;
      list.text = Trim(line_.substr(start, token_.start - start));
      list.is_background = IsOperator("&");
      result.lists.push_back(std::move(list));
      if (IsOperator("&") || IsOperator(";")) {
        Advance();
      } else if (token_.kind != Token::Kind::kEnd) {
        Unexpected();
      }
    }
    result.error = error_;
    if (!result.ok()) result.lists.clear();
    return result;
  }

 private:
  static std::string Trim(std::string_view text) {
    while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
    return std::string(text);
  }

  void Advance() {
    token_ = lexer_.Next();
    if (token_.kind == Token::Kind::kError && error_.empty()) error_ = token_.text;
  }

  bool IsOperator(std::string_view name) const {
    return token_.kind == Token::Kind::kOperator && token_.text == name;
  }

  bool Unexpected() {
    if (error_.empty()) {
      error_ = token_.kind == Token::Kind::kEnd ? "a command is missing at the end"
                                                : "'" + token_.text + "' is not expected here";
    }
    return false;
  }

  bool ParseList(List& list) {
    do {
      if (!list.pipelines.empty()) Advance();
      list.pipelines.emplace_back();
      if (!ParsePipeline(list.pipelines.back())) return false;
    } while (IsOperator("&&"));
    return error_.empty();
  }

  bool ParsePipeline(Pipeline& pipeline) {
    do {
      if (!pipeline.commands.empty()) Advance();
      pipeline.commands.emplace_back();
      if (!ParseCommand(pipeline.commands.back())) return false;
    } while (IsOperator("|"));
    return error_.empty();
  }

  bool ParseCommand(Command& command) {
    for (;; Advance()) {
      if (token_.kind == Token::Kind::kWord) {
        command.words.push_back(std::move(token_.word));
      } else if (IsOperator(">")) {
        Advance();
        if (token_.kind != Token::Kind::kWord) return Missing("a file name after '>'");
        if (command.output.has_value()) return Missing("no second '>'");
        command.output = std::move(token_.word);
      } else {
        break;
      }
    }
    return command.words.empty() ? Unexpected() : error_.empty();
  }

  bool Missing(std::string_view what) {
    if (error_.empty()) error_ = "expected " + std::string(what);
    return false;
  }

  std::string_view line_;
  Lexer lexer_;
  Token token_;
  std::string error_;
};

}  // namespace

std::string Word::Expand(int last_status) const {
  std::string text;
  for (const Part& part : parts) {
    text += part.is_status ? std::to_string(last_status) : part.text;
  }
  return text;
}

ParseResult Parse(std::string_view line) { return Parser(line).Run(); }

Context FindContext(std::string_view line, size_t cursor) {
  const std::string_view before = line.substr(0, cursor);
  Context context{.word_start = before.size(), .is_command = true};
  Lexer lexer(before);
  for (;;) {
    const Token token = lexer.Next();
    if (token.kind == Token::Kind::kEnd) return context;
    if (token.kind == Token::Kind::kError) return {token.start, false, true};
    if (token.kind == Token::Kind::kOperator) {
      context.is_command = token.text != ">";
    } else if (lexer.at() == before.size()) {
      context.word_start = token.start;
      return context;
    } else {
      context.is_command = false;
    }
  }
}

}  // namespace sirocco::shell
