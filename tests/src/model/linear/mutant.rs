//! Stores that do in two steps what must be one, on top of a store that is right.

use authjs_adapter::{Error, async_trait};
use tokio::task::yield_now;

use super::calls::Calls;
use super::row::{Answer, Request, Row};

/// Deletes what it found before, as with SELECT and then DELETE.
#[derive(Debug)]
pub struct FindsThenDeletes<C>(pub C);

/// Extends what it found before, as with SELECT and then UPDATE.
#[derive(Debug)]
pub struct ReadsThenWrites<C>(pub C);

/// Stores again what it found before, as an upsert does.
#[derive(Debug)]
pub struct BringsBack<C>(pub C);

#[async_trait]
impl<C: Calls> Calls for FindsThenDeletes<C> {
    const REQUESTS: &'static [fn(i64) -> Request] = C::REQUESTS;

    fn absent(&self) -> Row {
        self.0.absent()
    }

    fn now(&self) -> i64 {
        self.0.now()
    }

    async fn call(&self, key: u64, request: Request) -> Result<Answer, Error> {
        if request != Request::Take {
            return self.0.call(key, request).await;
        }
        let found = self.0.look(&[key]).await;
        yield_now().await;
        self.0.call(key, Request::Take).await?;
        Ok(found.first().copied().unwrap_or(Answer::Nothing))
    }

    async fn look(&self, keys: &[u64]) -> Vec<Answer> {
        self.0.look(keys).await
    }

    async fn disturb(&self) {
        self.0.disturb().await;
    }

    async fn calm(&self) {
        self.0.calm().await;
    }
}

#[async_trait]
impl<C: Calls> Calls for ReadsThenWrites<C> {
    const REQUESTS: &'static [fn(i64) -> Request] = C::REQUESTS;

    fn absent(&self) -> Row {
        self.0.absent()
    }

    fn now(&self) -> i64 {
        self.0.now()
    }

    async fn call(&self, key: u64, request: Request) -> Result<Answer, Error> {
        let Request::Touch(new) = request else {
            return self.0.call(key, request).await;
        };
        let Answer::Row(end) = self.0.call(key, Request::Get).await? else {
            return Ok(Answer::Nothing);
        };
        yield_now().await;
        self.0.call(key, Request::Update(end.max(new))).await
    }

    async fn look(&self, keys: &[u64]) -> Vec<Answer> {
        self.0.look(keys).await
    }

    async fn disturb(&self) {
        self.0.disturb().await;
    }

    async fn calm(&self) {
        self.0.calm().await;
    }
}

#[async_trait]
impl<C: Calls> Calls for BringsBack<C> {
    const REQUESTS: &'static [fn(i64) -> Request] = C::REQUESTS;

    fn absent(&self) -> Row {
        self.0.absent()
    }

    fn now(&self) -> i64 {
        self.0.now()
    }

    async fn call(&self, key: u64, request: Request) -> Result<Answer, Error> {
        let Request::Update(new) = request else {
            return self.0.call(key, request).await;
        };
        let Answer::Row(_) = self.0.call(key, Request::Get).await? else {
            return self.0.call(key, request).await;
        };
        yield_now().await;
        match self.0.call(key, Request::Create(new)).await? {
            Answer::Conflict => self.0.call(key, request).await,
            _ => Ok(Answer::Row(new)),
        }
    }

    async fn look(&self, keys: &[u64]) -> Vec<Answer> {
        self.0.look(keys).await
    }

    async fn disturb(&self) {
        self.0.disturb().await;
    }

    async fn calm(&self) {
        self.0.calm().await;
    }
}
