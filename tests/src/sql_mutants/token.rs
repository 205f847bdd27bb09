//! The tokens of an SQL text: as much of the language as is needed to change one place in it.

use std::ops::Range;

/// The symbols of more than one character, the longest first.
const SYMBOLS: [&str; 8] = ["<=>", "<=", ">=", "<>", "!=", "::", "||", ":="];

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// As it is written.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// How many parentheses are open around it. Those of a pair have the depth outside of them.
    pub(super) depth: usize,
    /// True for a word that is not quoted.
    is_word: bool,
}

impl Token<'_> {
    /// True if this is one of these key words.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        self.is_word
            && words
                .iter()
                .any(|word| self.text.eq_ignore_ascii_case(word))
    }

    /// True if this is the key word.
    pub(super) fn is(&self, word: &str) -> bool {
        self.is_any(&[word])
    }
}

/// Cuts a text into tokens. What is in quotes is one token.
pub(super) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = sql.get(at..).filter(|rest| !rest.is_empty()) {
        let length = length(rest);
        let text = &rest[..length];
        let span = at..at + length;
        at += length;
        if text.trim().is_empty() {
            continue;
        }
        depth -= usize::from(text == ")").min(depth);
        tokens.push(Token {
            text,
            span,
            depth,
            is_word: text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'),
        });
        depth += usize::from(text == "(");
    }
    tokens
}

/// How long the first token of a text is, which is not empty.
fn length(text: &str) -> usize {
    let first = text.chars().next().unwrap_or_default();
    if let '\'' | '"' | '`' = first {
        return text[1..].find(first).map_or(text.len(), |end| end + 2);
    }
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| text.starts_with(**symbol)) {
        return symbol.len();
    }
    let belongs: fn(char) -> bool = if first.is_whitespace() {
        char::is_whitespace
    } else if is_of_word(first) {
        is_of_word
    } else {
        |_| false
    };
    let end = text.char_indices().skip(1).find(|(_, c)| !belongs(*c));
    end.map_or(text.len(), |(end, _)| end)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@')
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn texts(sql: &str) -> Vec<&str> {
        tokens(sql).iter().map(|token| token.text).collect()
    }

    #[test]
    fn what_is_in_quotes_is_one_token() {
        assert_eq!(
            texts(r#"SELECT 'a AND b', "x > y", `(` FROM t"#),
            [
                "SELECT",
                "'a AND b'",
                ",",
                r#""x > y""#,
                ",",
                "`(`",
                "FROM",
                "t"
            ]
        );
    }

    #[test]
    fn the_longest_symbol_counts() {
        assert_eq!(
            texts("a<=>? b <= $12::int c<>d"),
            [
                "a", "<=>", "?", "b", "<=", "$12", "::", "int", "c", "<>", "d"
            ]
        );
    }

    #[test]
    fn parentheses_have_the_depth_outside_of_them() {
        let depths: Vec<_> = tokens("a (b (c)) d").iter().map(|t| t.depth).collect();

        assert_eq!(depths, [0, 0, 1, 1, 2, 1, 0, 0]);
    }
}
