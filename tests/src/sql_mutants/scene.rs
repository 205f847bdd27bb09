//! A database behind a proxy, on which cases run one after the other.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use authjs_conformance::{Aspect, Case, Harness as _, cases};
use authjs_sea_orm::Pool;
use tokio::sync::Mutex;

use super::stage::{Direct, MAX_CONNECTIONS, MutantDatabase, STAGE, Stage, StagedHarness};
use crate::{Proxy, Shared, Standalone};

/// A case that takes longer has noticed something: the longest takes a second or two.
const LIMIT: Duration = Duration::from_secs(15);

/// A case in one of the two modes of the adapter.
#[derive(Clone)]
pub(super) enum Trial {
    Shared(Case<StagedHarness<Shared>>),
    Standalone(Case<StagedHarness<Standalone>>),
}

impl Trial {
    pub(super) fn all() -> Vec<Self> {
        let shared = cases().into_iter().map(Self::Shared);
        let standalone = cases().into_iter().map(Self::Standalone);
        shared.chain(standalone).collect()
    }

    /// The case as a person finds it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Shared(case) => format!("{}::{}", case.model(), case.name()),
            Self::Standalone(case) => {
                format!("{}::{} (standalone)", case.model(), case.name())
            }
        }
    }

    pub(super) const fn is_race(&self) -> bool {
        let aspect = match self {
            Self::Shared(case) => case.aspect(),
            Self::Standalone(case) => case.aspect(),
        };
        matches!(aspect, Aspect::Race)
    }

    async fn run(self) {
        match self {
            Self::Shared(case) => {
                let harness = StagedHarness::fresh().await;
                case.run(&harness).await;
            }
            Self::Standalone(case) => {
                let harness = StagedHarness::fresh().await;
                case.run(&harness).await;
            }
        }
    }
}

/// A database behind a proxy.
pub(super) struct Scene<D: MutantDatabase> {
    pub(super) proxy: Proxy,
    direct: Arc<Direct<D>>,
    // Dropped after what is connected to it.
    database: D,
}

impl<D: MutantDatabase> Scene<D> {
    pub(super) async fn new() -> Self {
        let database = D::migrated().await;
        Self {
            proxy: Proxy::before(&database).await,
            direct: Arc::new(Direct(Mutex::new(database.direct().await))),
            database,
        }
    }

    /// A pool of connections through the proxy, on which nothing has been prepared; `None` if
    /// not even that works.
    pub(super) async fn pool(&self) -> Option<Pool> {
        let options = self.proxy.readable_options(&self.database);
        let options = options.max_connections(MAX_CONNECTIONS);
        let connecting = Pool::connect(options);
        let pool = tokio::time::timeout(LIMIT, connecting).await;
        pool.ok().and_then(Result::ok)
    }

    /// True if the case passes on the empty database.
    pub(super) async fn passes(&self, trial: &Trial, pool: &Pool) -> bool {
        D::clear(&mut *self.direct.0.lock().await).await;
        let stage = Stage {
            pool: pool.clone(),
            rows: Arc::clone(&self.direct) as _,
        };
        let mut case = tokio::spawn(STAGE.scope(stage, trial.clone().run()));
        let end = tokio::time::timeout(LIMIT, &mut case).await;
        case.abort();
        matches!(end, Ok(Ok(())))
    }

    /// The texts that a case sends on connections of its own; `None` if it fails.
    pub(super) async fn texts_of(&self, trial: &Trial) -> Option<BTreeSet<String>> {
        let pool = self.pool().await?;
        self.proxy.listen();
        if !self.passes(trial, &pool).await {
            return None;
        }
        let heard = self.proxy.heard();
        Some(
            heard
                .into_iter()
                .filter_map(|message| message.sql)
                .collect(),
        )
    }

    pub(super) async fn accepts(&self, sql: &str) -> bool {
        D::accepts(&mut *self.direct.0.lock().await, sql).await
    }
}
