//! All mutants of one backend, or as many as there is time for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::explained::Explained;
use super::mutate::{Mutant, mutants};
use super::scene::{Scene, Trial};
use super::stage::MutantDatabase;

/// So many mutants at a time, each on a database of its own.
const WORKERS: usize = 4;

/// A changed text, and what came of it.
#[derive(Clone, Debug)]
struct Judged {
    text: String,
    change: String,
    place: usize,
    fate: Fate,
}

#[derive(Clone, Debug)]
enum Fate {
    /// The server takes it for no statement at all.
    Refused,
    /// By this case.
    Killed(String),
    /// By none, for this reason.
    Explained(&'static str),
    /// By none.
    Survived,
}

/// What came of the mutants of one backend.
#[derive(Clone, Debug)]
pub struct MutantRun {
    judged: Vec<Judged>,
    not_tried: usize,
    unsound: Vec<String>,
    /// Explanations that fit nothing, or too much.
    loose: Vec<String>,
}

/// Tries the mutants of every text that the conformance suite sends to such a database, in an
/// order that is always the same, until the time is over.
///
/// What panics is not printed meanwhile: here a failed case is good news.
pub async fn run_sql_mutants<D: MutantDatabase>(time: Duration) -> MutantRun {
    let until = Instant::now() + time;
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let run = try_all::<D>(until).await;
    std::panic::set_hook(hook);
    run
}

async fn try_all<D: MutantDatabase>(until: Instant) -> MutantRun {
    let (texts, unsound) = Box::pin(witnesses::<D>(until)).await;
    let texts: BTreeMap<_, _> = texts
        .into_iter()
        .filter(|(text, _)| is_of_an_operation(text))
        .collect();
    let texts = one_of_each_form(texts);
    let mut queue: Vec<(String, Mutant)> = Vec::new();
    for text in texts.keys() {
        queue.extend(mutants(text).into_iter().map(|one| (text.clone(), one)));
    }
    // A sample that time cuts off has something of every text.
    queue.sort_by_key(|(_, mutant)| mixed(&mutant.sql));
    let explained = Explained::of(D::NAME);
    let loose = if queue.is_empty() {
        Vec::new()
    } else {
        explained.loose(&queue)
    };
    let shared = Arc::new((queue, texts, AtomicUsize::new(0), explained));
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let scene = Scene::<D>::new().await;
                let mut judged = Vec::new();
                while Instant::now() < until {
                    let next = shared.2.fetch_add(1, Ordering::Relaxed);
                    let Some((text, mutant)) = shared.0.get(next) else {
                        break;
                    };
                    let mut fate = judge(&scene, text, mutant, &shared.1[text]).await;
                    if let (Fate::Survived, Some(why)) = (&fate, shared.3.reason(text, mutant)) {
                        fate = Fate::Explained(why);
                    }
                    judged.push(Judged {
                        text: text.clone(),
                        change: mutant.change.clone(),
                        place: mutant.place,
                        fate,
                    });
                }
                judged
            })
        })
        .collect();
    let mut judged = Vec::new();
    for worker in workers {
        judged.extend(worker.await.expect("a worker ends"));
    }
    judged.sort_by(|a, b| (&a.text, &a.change, a.place).cmp(&(&b.text, &b.change, b.place)));
    MutantRun {
        not_tried: shared.0.len() - judged.len(),
        judged,
        unsound,
        loose,
    }
}

type Witnesses = BTreeMap<String, Vec<Trial>>;

/// The cases that send each text, the most specific first and races last; and the cases that fail
/// although nothing is changed. Without the time to ask every case nothing is known: what one
/// does not see another one may.
async fn witnesses<D: MutantDatabase>(until: Instant) -> (Witnesses, Vec<String>) {
    let shared = Arc::new((Trial::all(), AtomicUsize::new(0)));
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let scene = Scene::<D>::new().await;
                let mut heard = Vec::new();
                while Instant::now() < until {
                    let next = shared.1.fetch_add(1, Ordering::Relaxed);
                    let Some(trial) = shared.0.get(next) else {
                        break;
                    };
                    heard.push((next, trial.clone(), scene.texts_of(trial).await));
                }
                heard
            })
        })
        .collect();
    let mut heard = Vec::new();
    for worker in workers {
        heard.extend(worker.await.expect("a worker ends"));
    }
    if heard.len() < shared.0.len() {
        return Default::default();
    }
    heard.sort_by_key(|(number, _, _)| *number);
    let mut sent: Vec<(Trial, BTreeSet<String>)> = Vec::new();
    let mut unsound = Vec::new();
    for (_, trial, texts) in heard {
        match texts {
            Some(texts) => sent.push((trial, texts)),
            None => unsound.push(trial.name()),
        }
    }
    sent.sort_by_key(|(trial, texts)| (trial.is_race(), texts.len()));
    let mut witnesses = Witnesses::new();
    for (trial, texts) in sent {
        for text in texts {
            witnesses.entry(text).or_default().push(trial.clone());
        }
    }
    (witnesses, unsound)
}

/// False for what opens a connection, looks at the schema or ends a transaction: other tests see
/// to it, and a change there would change every case.
fn is_of_an_operation(text: &str) -> bool {
    let names = [
        "users",
        "accounts",
        "sessions",
        "verification_token",
        "authenticators",
    ];
    let is_of_schema = text.contains("to_regclass") || text.contains("information_schema");
    !is_of_schema && names.iter().any(|name| text.contains(name))
}

/// The texts of `update_user` differ only in the columns that a caller sets, and the adapter writes
/// the rest of them once. The one that sets most stands for all that set the time, which has a
/// form of its own, and the one that most cases send for all that do not.
fn one_of_each_form(texts: Witnesses) -> Witnesses {
    let mut forms: BTreeMap<String, (String, Vec<Trial>)> = BTreeMap::new();
    for (text, trials) in texts {
        let known = forms.entry(form(&text)).or_default();
        let rank = |(text, trials): &(String, Vec<Trial>)| {
            let sets = text.matches('?').count();
            (sets * usize::from(sets_the_time(text)), trials.len())
        };
        let new = (text, trials);
        if rank(known) < rank(&new) {
            *known = new;
        }
    }
    forms.into_values().collect()
}

fn sets_the_time(text: &str) -> bool {
    text.contains("CAST(? AS DATETIME(3))")
}

/// What the texts of one form have in common.
fn form(text: &str) -> String {
    let with = if sets_the_time(text) {
        "with"
    } else {
        "without"
    };
    // MariaDB reads what the row becomes before it is written.
    if text.starts_with("SELECT id, ") && text.ends_with(" FROM users WHERE id = ? FOR UPDATE") {
        return format!("the user before an update {with} the time");
    }
    match (text.split_once(" SET "), text.split_once(" WHERE ")) {
        (Some(("UPDATE users", _)), Some((_, rest))) if rest.contains("FIND_IN_SET") => {
            format!("UPDATE users {with} the time")
        }
        (Some(("UPDATE users", _)), Some((_, rest))) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

async fn judge<D: MutantDatabase>(
    scene: &Scene<D>,
    text: &str,
    mutant: &Mutant,
    trials: &[Trial],
) -> Fate {
    let is_statement = scene.accepts(&mutant.sql).await;
    scene.proxy.rewrite(text, &mutant.sql);
    match killer(scene, trials).await {
        Some(_) if !is_statement => Fate::Refused,
        Some(name) => Fate::Killed(name),
        None if scene.proxy.rewritten() == 0 => Fate::Killed("NEVER SENT".to_owned()),
        None => Fate::Survived,
    }
}

async fn killer<D: MutantDatabase>(scene: &Scene<D>, trials: &[Trial]) -> Option<String> {
    let Some(pool) = scene.pool().await else {
        return Some("connect".to_owned());
    };
    for trial in trials {
        if !scene.passes(trial, &pool).await {
            return Some(trial.name());
        }
    }
    None
}

/// FNV-1a: a number that has nothing to do with the order of the texts.
fn mixed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl MutantRun {
    fn count(&self, is: impl Fn(&Fate) -> bool) -> u64 {
        self.judged.iter().filter(|one| is(&one.fate)).count() as u64
    }

    /// How many were statements, and so could do harm.
    #[must_use]
    pub fn tried(&self) -> u64 {
        self.count(|fate| !matches!(fate, Fate::Refused))
    }

    /// What must not be: mutants that no case sees and nobody has explained, and cases that fail
    /// with nothing changed.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let survived = self.judged.iter().filter(|one| {
            matches!(&one.fate, Fate::Survived)
                || matches!(&one.fate, Fate::Killed(by) if by == "NEVER SENT")
        });
        let survived =
            survived.map(|one| format!("`{}` (#{}) in `{}`", one.change, one.place, one.text));
        let unsound = self.unsound.iter();
        let unsound = unsound.map(|case| format!("{case} fails with nothing changed"));
        survived.chain(unsound).chain(self.loose.clone()).collect()
    }

    /// The numbers, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let texts: BTreeSet<_> = self.judged.iter().map(|one| &one.text).collect();
        format!(
            "{} texts: {} killed, {} explained, {} survived, {} were no statements, {} not tried",
            texts.len(),
            self.count(|fate| matches!(fate, Fate::Killed(_))),
            self.count(|fate| matches!(fate, Fate::Explained(_))),
            self.count(|fate| matches!(fate, Fate::Survived)),
            self.count(|fate| matches!(fate, Fate::Refused)),
            self.not_tried,
        )
    }

    /// Everything, a part per text.
    #[must_use]
    pub fn report(&self) -> String {
        let mut report = String::new();
        let mut text = "";
        for one in &self.judged {
            if one.text != text {
                text = &one.text;
                // Nothing is lost: a `String` takes everything.
                let _ = writeln!(report, "\n{text}");
            }
            let fate = match &one.fate {
                Fate::Refused => "no statement".to_owned(),
                Fate::Killed(case) => format!("killed by {case}"),
                Fate::Explained(why) => format!("explained: {why}"),
                Fate::Survived => "SURVIVED".to_owned(),
            };
            let _ = writeln!(report, "  [{}] #{}: {fate}", one.change, one.place);
        }
        report
    }
}
