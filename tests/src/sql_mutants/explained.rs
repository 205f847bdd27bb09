//! The mutants that no case sees, and why that is right.

/// Mutants that nothing is wrong with, or that only something else than the suite can see.
struct Explained {
    /// The change begins with this.
    change: &'static str,
    /// The text contains this.
    within: &'static str,
    /// Why.
    why: &'static str,
}

/// A key that lets at most one row match, on the tables of our migrations.
const UNIQUE: &str =
    "a unique key lets at most one row match: order and limit are for tables without it";
const LOCK: &str = "a lock is for what others do meanwhile: the races of the long run meet it, a lone caller does not";
const NULLS: &str = "the column is never NULL, or what stands behind THEN is NULL for NULL";
const SAME: &str = "it means the same";
const ONE_SIDE: &str = "one of the two sides is always empty, and the other has one row";
const TWICE: &str = "the condition stands there twice, the second time for tables of others";
const CONFLICT: &str = "reached only if a row appears between two parts of one statement: a race";
const AFTER: &str = "read only if nothing was written, which with this owner does not happen";

const fn explained(change: &'static str, within: &'static str, why: &'static str) -> Explained {
    Explained {
        change,
        within,
        why,
    }
}

const EXPLAINED: [Explained; 29] = [
    explained("ORDER BY id -> ", "", UNIQUE),
    explained("ORDER BY a.id -> ", "", UNIQUE),
    explained("ORDER BY u.id -> ", "", UNIQUE),
    explained("ORDER BY s.expires, s.id DESC -> ", "", UNIQUE),
    explained("ORDER BY s.expires DESC, s.id -> ", "", UNIQUE),
    explained("id -> id DESC", "", UNIQUE),
    explained("a.id -> a.id DESC", "", UNIQUE),
    explained("u.id -> u.id DESC", "", UNIQUE),
    explained(" s.id ->  s.id DESC", "", UNIQUE),
    explained(" s.id DESC ->  s.id", "", UNIQUE),
    explained("s.expires -> s.expires DESC", "", UNIQUE),
    explained("s.expires DESC -> s.expires", "", UNIQUE),
    explained("LIMIT 1 -> ", "", UNIQUE),
    explained("FOR KEY SHARE -> ", "", LOCK),
    explained("FOR UPDATE", "", LOCK),
    explained("LOCK IN SHARE MODE -> ", "", LOCK),
    explained("SKIP LOCKED -> ", "", LOCK),
    explained("expires IS NOT NULL -> (", "", NULLS),
    explained("s.expires IS NOT NULL -> (", "", NULLS),
    explained(r#"u."emailVerified" IS NOT NULL -> ("#, "", NULLS),
    explained(r#""emailVerified" IS NOT NULL -> ("#, "", NULLS),
    explained("`emailVerified` IS NOT NULL -> (", "", NULLS),
    explained("u.`emailVerified` IS NOT NULL -> (", "", NULLS),
    explained("true -> (true OR TRUE)", "", SAME),
    explained("expires <= LEAST(", "= ANY (ARRAY(SELECT", TWICE),
    explained("LEAST -> GREATEST", "= ANY (ARRAY(SELECT", TWICE),
    explained("UNION ALL -> UNION", "WITH ", ONE_SIDE),
    explained("coalesce(excluded.refresh_token", "ON CONFLICT", CONFLICT),
    explained(r#""userId" <> $1 -> ("#, "AS always", AFTER),
];

/// Why this mutant may survive.
pub(super) fn reason(text: &str, change: &str) -> Option<&'static str> {
    let is_it = |one: &&Explained| change.starts_with(one.change) && text.contains(one.within);
    EXPLAINED.iter().find(is_it).map(|one| one.why)
}
