//! The changes that are made to an SQL text, one at a time.
//!
//! A part that has parameters is made ineffective rather than taken out: MariaDB counts the
//! parameters, and a text that lacks one is refused, which proves nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use super::token::{Token, tokens};

/// Words that end a condition at its depth.
const ENDS: [&str; 20] = [
    "AND",
    "OR",
    "THEN",
    "ORDER",
    "LIMIT",
    "RETURNING",
    "FOR",
    "LOCK",
    "GROUP",
    "HAVING",
    "UNION",
    "JOIN",
    "LEFT",
    "CROSS",
    "STRAIGHT_JOIN",
    "WHERE",
    "ON",
    "SET",
    "DO",
    "USING",
];
/// Words that end what follows ORDER BY.
const ORDER_ENDS: [&str; 6] = ["LIMIT", "FOR", "LOCK", "RETURNING", "UNION", "SEPARATOR"];

/// Symbols and words that are replaced, each by what follows it.
const SWAPS: [(&str, &str); 11] = [
    (">", ">="),
    (">=", ">"),
    ("<", "<="),
    ("<=", "<"),
    ("<>", "="),
    ("<=>", "="),
    ("GREATEST", "LEAST"),
    ("LEAST", "GREATEST"),
    ("true", "false"),
    ("false", "true"),
    ("STRAIGHT_JOIN", "LEFT JOIN"),
];

/// Sequences of words that are replaced, each by what follows it.
const PHRASES: [(&[&str], &str); 12] = [
    (&["IS", "NOT", "DISTINCT", "FROM"], "="),
    (&["IS", "NOT", "NULL"], "IS NULL"),
    (&["IS", "NULL"], "IS NOT NULL"),
    (&["NOT", "EXISTS"], "EXISTS"),
    (&["LEFT", "JOIN"], "JOIN"),
    (&["CROSS", "JOIN"], "LEFT JOIN"),
    (&["DISTINCT"], ""),
    (&["FOR", "KEY", "SHARE"], ""),
    (&["FOR", "UPDATE", "OF", "u"], ""),
    (&["LOCK", "IN", "SHARE", "MODE"], ""),
    (&["SKIP", "LOCKED"], ""),
    (&["UNION", "ALL"], "UNION"),
];

/// A text with one place changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mutant {
    /// What was changed: the old part and the new one.
    pub(super) change: String,
    /// Which of the places of the text where the same can be changed, from 1 on.
    pub(super) place: usize,
    /// The whole text.
    pub(super) sql: String,
}

/// Every text that one change makes of this one.
pub(super) fn mutants(sql: &str) -> Vec<Mutant> {
    let tokens = tokens(sql);
    let text = Text {
        sql,
        tokens: &tokens,
    };
    let mut mutants = Vec::new();
    for at in 0..tokens.len() {
        mutants.extend(text.phrases(at));
        mutants.extend(text.swaps(at));
        mutants.extend(text.existence(at));
        mutants.extend(text.conditions(at));
        mutants.extend(text.order(at));
        mutants.extend(text.limit(at));
        mutants.extend(text.row_lock(at));
        mutants.extend(text.choices(at));
    }
    mutants.extend(text.repeated());
    number(&mut mutants);
    mutants
}

/// The same change at several places is told apart by its number, in the order of the text.
fn number(mutants: &mut [Mutant]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for mutant in mutants {
        let places = seen.entry(mutant.change.clone()).or_default();
        *places += 1;
        mutant.place = *places;
    }
}

#[derive(Clone, Copy)]
struct Text<'a> {
    sql: &'a str,
    tokens: &'a [Token<'a>],
}

impl Text<'_> {
    fn replace(&self, span: Range<usize>, new: &str) -> Mutant {
        let (before, after) = (&self.sql[..span.start], &self.sql[span.end..]);
        Mutant {
            change: format!(
                "{} -> {}",
                self.sql[span].trim(),
                if new.is_empty() {
                    "nothing"
                } else {
                    new.trim()
                }
            ),
            place: 1,
            sql: format!("{before}{new}{after}"),
        }
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(word))
    }

    fn phrases(&self, at: usize) -> Option<Mutant> {
        // The second word of NOT EXISTS and of the like is no phrase of its own.
        let (words, new) = PHRASES.iter().find(|(words, _)| {
            let mut pairs = words.iter().enumerate();
            pairs.all(|(offset, word)| self.is(at + offset, word))
        })?;
        let span = self.tokens[at].span.start..self.tokens[at + words.len() - 1].span.end;
        Some(self.replace(span, new))
    }

    fn swaps(&self, at: usize) -> Option<Mutant> {
        let token = &self.tokens[at];
        if token.text == "=" {
            // After SET and in lists it assigns.
            return (!self.assigns(at)).then(|| self.replace(token.span.clone(), "<>"));
        }
        let is_old = |swap: &&(&str, &str)| token.text.eq_ignore_ascii_case(swap.0);
        let (_, new) = SWAPS.iter().find(is_old)?;
        Some(self.replace(token.span.clone(), new))
    }

    /// True if the `=` at this place stands behind SET or UPDATE and before the next clause.
    fn assigns(&self, at: usize) -> bool {
        let depth = self.tokens[at].depth;
        let before = self.tokens[..at].iter().rev();
        let mut here = before
            .take_while(|token| token.depth >= depth)
            .filter(|token| token.depth == depth);
        let clause = here.find(|token| {
            token.is_any(&[
                "SET",
                "UPDATE",
                "WHERE",
                "ON",
                "AND",
                "WHEN",
                "SELECT",
                "RETURNING",
            ])
        });
        clause.is_some_and(|token| token.is_any(&["SET", "UPDATE"]))
    }

    fn existence(&self, at: usize) -> Option<Mutant> {
        let is_bare = self.is(at, "EXISTS") && !(at > 0 && self.is(at - 1, "NOT"));
        is_bare.then(|| self.replace(self.tokens[at].span.clone(), "NOT EXISTS"))
    }

    /// The condition behind this token, if one begins there.
    fn condition(&self, at: usize) -> Option<Range<usize>> {
        let token = &self.tokens[at];
        let begins = token.is_any(&["WHERE", "ON", "AND", "WHEN"])
            && !["CONFLICT", "DUPLICATE"]
                .iter()
                .any(|word| self.is(at + 1, word));
        let is_first_of_if = token.text == "(" && at > 0 && self.is(at - 1, "IF");
        let depth = token.depth + usize::from(is_first_of_if);
        let span = self.span_until(at + 1, depth, |end| end.is_any(&ENDS) || end.text == ",");
        span.filter(|_| begins || is_first_of_if)
    }

    /// A condition that always holds, and for CASE one that is turned round.
    fn conditions(&self, at: usize) -> Vec<Mutant> {
        let token = &self.tokens[at];
        let Some(span) = self.condition(at) else {
            return Vec::new();
        };
        let old = self.sql[span.clone()].to_owned();
        let mut mutants = vec![self.replace(span.clone(), &format!("({old} OR TRUE)"))];
        if token.is("WHEN") {
            mutants.push(self.replace(span, &format!("NOT ({old})")));
        }
        mutants
    }

    /// A condition of rows that stands several times stands for itself when one place is changed,
    /// so that all its places are changed alike too.
    fn repeated(&self) -> Vec<Mutant> {
        let begins = |at: &usize| self.tokens[*at].is_any(&["WHERE", "ON", "AND"]);
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for span in (0..self.tokens.len())
            .filter(begins)
            .filter_map(|at| self.condition(at))
        {
            *places.entry(&self.sql[span]).or_default() += 1;
        }
        places.retain(|_, count| *count > 1);
        let conditions = places.into_keys();
        conditions
            .flat_map(|condition| self.everywhere(condition))
            .collect()
    }

    fn everywhere(&self, condition: &str) -> Vec<Mutant> {
        let where_it_is_alone = format!("WHERE {condition}");
        let mutants = mutants(&where_it_is_alone).into_iter().map(|mutant| {
            let new = mutant.sql.trim_start_matches("WHERE ");
            Mutant {
                change: format!("{} in each `{condition}`", mutant.change),
                place: mutant.place,
                sql: self.sql.replace(condition, new),
            }
        });
        mutants.collect()
    }

    fn order(&self, at: usize) -> Vec<Mutant> {
        if !(self.is(at, "ORDER") && self.is(at + 1, "BY")) {
            return Vec::new();
        }
        let depth = self.tokens[at].depth;
        let Some(keys) = self.span_until(at + 2, depth, |end| end.is_any(&ORDER_ENDS)) else {
            return Vec::new();
        };
        let whole = self.tokens[at].span.start..keys.end;
        let mut mutants = vec![self.replace(whole, "")];
        let mut from = keys.start;
        for key in self.sql[keys].split(',') {
            let span = from..from + key.len();
            from = span.end + 1;
            let turned = key
                .strip_suffix(" DESC")
                .map_or_else(|| format!("{key} DESC"), str::to_owned);
            mutants.push(self.replace(span, &turned));
        }
        mutants
    }

    /// A number of rows that is written there is taken out. One that is a parameter cannot be:
    /// both servers want all the parameters used.
    fn limit(&self, at: usize) -> Option<Mutant> {
        let number = self.tokens.get(at + 1)?;
        let is_number = number.text.bytes().all(|byte| byte.is_ascii_digit());
        let is_limit = self.is(at, "LIMIT") && is_number;
        is_limit.then(|| self.replace(self.tokens[at].span.start..number.span.end, ""))
    }

    fn row_lock(&self, at: usize) -> Option<Mutant> {
        let is_lock = self.is(at, "FOR") && self.is(at + 1, "UPDATE");
        // SKIP LOCKED cannot stand alone, and OF goes with it.
        let mut last = at + 1;
        if self.is(last + 1, "SKIP") {
            last += 2;
        }
        let goes_on = self.is(last + 1, "OF");
        (is_lock && !goes_on)
            .then(|| self.replace(self.tokens[at].span.start..self.tokens[last].span.end, ""))
    }

    /// The first and the last of what `coalesce` chooses from.
    fn choices(&self, at: usize) -> Vec<Mutant> {
        let is_call = self.is(at, "coalesce");
        let Some(open) = self.tokens.get(at + 1).filter(|_| is_call) else {
            return Vec::new();
        };
        let depth = open.depth + 1;
        let first = self.span_until(at + 2, depth, |end| end.text == ",");
        let Some(first) = first else {
            return Vec::new();
        };
        let all = self.span_until(at + 2, depth, |_| false);
        let all = all.unwrap_or_else(|| first.clone());
        let span = self.tokens[at].span.start..all.end + 1;
        let (a, b) = (&self.sql[first.clone()], &self.sql[first.end + 1..all.end]);
        let choose = |when: &str| format!("CASE WHEN {when} THEN {a} ELSE {b} END");
        let choices = ["TRUE", "FALSE"].map(choose);
        choices
            .map(|choice| self.replace(span.clone(), &choice))
            .into()
    }

    /// From this token to the last one before `ends` or before the depth is left.
    fn span_until(
        &self,
        from: usize,
        depth: usize,
        ends: impl Fn(&Token<'_>) -> bool,
    ) -> Option<Range<usize>> {
        let inside = self.tokens.get(from..)?.iter().take_while(|token| {
            let leaves = token.depth < depth || token.text == ";";
            !(leaves || token.depth == depth && ends(token))
        });
        let last = inside.last()?;
        Some(self.tokens[from].span.start..last.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::mutants;

    fn changes(sql: &str) -> Vec<String> {
        mutants(sql)
            .into_iter()
            .map(|mutant| mutant.change)
            .collect()
    }

    #[test]
    fn each_condition_and_each_comparison_is_changed() {
        let changes = changes("DELETE FROM t WHERE a = $1 AND b > $2 RETURNING a");

        assert_eq!(
            changes,
            [
                "a = $1 -> (a = $1 OR TRUE)",
                "= -> <>",
                "b > $2 -> (b > $2 OR TRUE)",
                "> -> >=",
            ]
        );
    }

    #[test]
    fn an_assignment_is_left_alone() {
        assert_eq!(
            changes("UPDATE t SET a = $1, b = $2 WHERE c = $3"),
            ["c = $3 -> (c = $3 OR TRUE)", "= -> <>"]
        );
    }

    #[test]
    fn an_order_is_taken_out_and_turned_round() {
        assert_eq!(
            changes("SELECT a FROM t ORDER BY b DESC, c LIMIT 1 FOR UPDATE"),
            [
                "ORDER BY b DESC, c -> nothing",
                "b DESC -> b",
                "c -> c DESC",
                "LIMIT 1 -> nothing",
                "FOR UPDATE -> nothing",
            ]
        );
    }

    #[test]
    fn the_end_of_a_parenthesis_ends_a_condition() {
        let mutants = mutants("SELECT NOT EXISTS (SELECT 1 FROM t WHERE a = 'x) AND y') AND b");

        let texts: Vec<_> = mutants.iter().map(|mutant| mutant.sql.as_str()).collect();
        assert_eq!(
            texts,
            [
                "SELECT EXISTS (SELECT 1 FROM t WHERE a = 'x) AND y') AND b",
                "SELECT NOT EXISTS (SELECT 1 FROM t WHERE (a = 'x) AND y' OR TRUE)) AND b",
                "SELECT NOT EXISTS (SELECT 1 FROM t WHERE a <> 'x) AND y') AND b",
                "SELECT NOT EXISTS (SELECT 1 FROM t WHERE a = 'x) AND y') AND (b OR TRUE)",
            ]
        );
    }

    #[test]
    fn the_same_change_is_told_apart_by_its_place() {
        let places: Vec<_> = mutants("SELECT a FROM t WHERE a = 1 AND (b = 2 OR c = 3)")
            .into_iter()
            .filter(|mutant| mutant.change == "= -> <>")
            .map(|mutant| (mutant.place, mutant.sql))
            .collect();

        assert_eq!(
            places,
            [
                (
                    1,
                    "SELECT a FROM t WHERE a <> 1 AND (b = 2 OR c = 3)".to_owned()
                ),
                (
                    2,
                    "SELECT a FROM t WHERE a = 1 AND (b <> 2 OR c = 3)".to_owned()
                ),
                (
                    3,
                    "SELECT a FROM t WHERE a = 1 AND (b = 2 OR c <> 3)".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn a_condition_that_stands_twice_is_changed_at_both_places_too() {
        let sql = "DELETE FROM t WHERE a = ANY (SELECT a FROM t WHERE b < 1) AND b < 1";

        let mutants = mutants(sql).into_iter();

        let everywhere: Vec<_> = mutants
            .filter(|mutant| mutant.change.contains("in each"))
            .map(|mutant| (mutant.change, mutant.sql))
            .collect();
        assert_eq!(
            everywhere,
            [
                (
                    "b < 1 -> (b < 1 OR TRUE) in each `b < 1`".to_owned(),
                    "DELETE FROM t WHERE a = ANY (SELECT a FROM t WHERE (b < 1 OR TRUE)) \
                     AND (b < 1 OR TRUE)"
                        .to_owned()
                ),
                (
                    "< -> <= in each `b < 1`".to_owned(),
                    "DELETE FROM t WHERE a = ANY (SELECT a FROM t WHERE b <= 1) AND b <= 1"
                        .to_owned()
                ),
            ]
        );
    }

    #[test]
    fn a_choice_is_forced_both_ways() {
        assert_eq!(
            changes("SELECT coalesce(?, a.b)"),
            [
                "coalesce(?, a.b) -> CASE WHEN TRUE THEN ? ELSE  a.b END",
                "coalesce(?, a.b) -> CASE WHEN FALSE THEN ? ELSE  a.b END",
            ]
        );
    }

    #[test]
    fn a_case_is_turned_round() {
        assert_eq!(
            changes("SELECT CASE WHEN ? THEN a ELSE b END"),
            ["? -> (? OR TRUE)", "? -> NOT (?)"]
        );
    }
}
