//! Which mutant fails which case.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs, panic};

use authjs_conformance::{Case, cases};

use crate::mutant::MutantHarness;
use crate::rule::Rule;

/// How many mutants run at once.
const AT_ONCE: usize = 4;

/// The names of the cases, and for each mutant the cases that fail.
pub(crate) struct Matrix {
    cases: Vec<String>,
    /// What the unmutated adapter fails.
    specification: Vec<String>,
    mutants: Vec<(Rule, Vec<String>)>,
}

impl Matrix {
    /// Runs each case on each mutant. A case reports by panicking, so panics are not printed
    /// meanwhile.
    pub(crate) fn run() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let cases: Arc<[Case<MutantHarness>]> = cases().into();
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let specification = runtime.block_on(killed(&cases, None));
        let mutants = runtime.block_on(async {
            let shares = Rule::ALL.chunks(Rule::ALL.len().div_ceil(AT_ONCE));
            let shares: Vec<_> = shares
                .map(|share| tokio::spawn(killed_by_each(Arc::clone(&cases), share)))
                .collect();
            let mut mutants = Vec::new();
            for share in shares {
                mutants.extend(share.await.unwrap());
            }
            mutants
        });
        panic::set_hook(hook);
        Self {
            cases: cases.iter().map(ToString::to_string).collect(),
            specification,
            mutants,
        }
    }

    /// Writes the matrix to a file of the build, and to the output of the test.
    #[expect(clippy::print_stdout, reason = "shown with --nocapture")]
    pub(crate) fn write(&self) {
        let mut text = String::new();
        for (rule, killed) in &self.mutants {
            let _ = writeln!(
                text,
                "{rule} fails {} of {} cases",
                killed.len(),
                self.cases.len()
            );
            for case in killed {
                let _ = writeln!(text, "    {case}");
            }
        }
        let _ = writeln!(
            text,
            "{} mutants, {} cases",
            self.mutants.len(),
            self.cases.len()
        );
        fs::write(
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("kill_matrix.txt"),
            &text,
        )
        .unwrap();
        println!("{text}");
    }

    pub(crate) fn assert_the_specification_passes(&self) {
        assert!(
            self.specification.is_empty(),
            "it fails {:#?}",
            self.specification
        );
    }

    pub(crate) fn assert_mutants_fail_the_cases_they_are_made_for(&self) {
        let aimless: Vec<_> = Rule::ALL
            .iter()
            .filter(|rule| rule.aims().is_empty())
            .collect();
        assert!(aimless.is_empty(), "made for no case: {aimless:?}");
        let missed: Vec<_> = self
            .mutants
            .iter()
            .flat_map(|(rule, killed)| rule.aims().iter().map(move |aim| (rule, *aim, killed)))
            .filter(|(_, aim, killed)| !killed.iter().any(|case| case == aim))
            .map(|(rule, aim, _)| format!("{rule} passes {aim}"))
            .collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    pub(crate) fn assert_each_case_has_a_mutant_that_is_made_for_it(&self) {
        let aims: Vec<_> = Rule::ALL.iter().flat_map(|rule| rule.aims()).collect();
        let unaimed: Vec<_> = self
            .cases
            .iter()
            .filter(|case| !aims.iter().any(|aim| **aim == case.as_str()))
            .collect();
        assert!(unaimed.is_empty(), "no mutant is made for {unaimed:#?}");
    }

    pub(crate) fn assert_mutants_pass_four_fifths_of_the_others(&self) {
        let sick: Vec<_> = self
            .mutants
            .iter()
            .filter(|(rule, killed)| {
                let others = self.cases.len() - rule.aims().len();
                let failed = killed.len() - rule.aims().len();
                failed * 5 > others
            })
            .map(|(rule, killed)| format!("{rule} fails {} cases", killed.len()))
            .collect();
        assert!(sick.is_empty(), "{sick:#?}");
    }

    pub(crate) fn assert_no_two_mutants_are_one(&self) {
        let twins: Vec<_> = self
            .mutants
            .iter()
            .enumerate()
            .flat_map(|(n, first)| {
                self.mutants
                    .iter()
                    .skip(n + 1)
                    .map(move |next| (first, next))
            })
            .filter(|(first, next)| first.1 == next.1)
            .map(|(first, next)| format!("{} and {} are one: {:?}", first.0, next.0, next.1))
            .collect();
        assert!(twins.is_empty(), "{twins:#?}");
    }

    pub(crate) fn assert_each_case_is_killed(&self) {
        let toothless: Vec<_> = self
            .cases
            .iter()
            .filter(|case| !self.mutants.iter().any(|(_, killed)| killed.contains(case)))
            .collect();
        assert!(toothless.is_empty(), "no mutant fails {toothless:#?}");
    }
}

async fn killed_by_each(
    cases: Arc<[Case<MutantHarness>]>,
    rules: &'static [Rule],
) -> Vec<(Rule, Vec<String>)> {
    let mut mutants = Vec::new();
    for rule in rules {
        mutants.push((*rule, killed(&cases, Some(*rule)).await));
    }
    mutants
}

/// The cases that fail with this rule broken, in the order of the list.
async fn killed(cases: &[Case<MutantHarness>], rule: Option<Rule>) -> Vec<String> {
    let mut killed = Vec::new();
    for case in cases {
        let case = *case;
        let run = tokio::spawn(async move { case.run(&MutantHarness::new(rule)).await });
        if run.await.is_err() {
            killed.push(case.to_string());
        }
    }
    killed
}
