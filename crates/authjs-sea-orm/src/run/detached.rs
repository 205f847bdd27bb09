//! Work that goes on when its caller goes away.

use authjs_adapter::{DriverError, Error, ErrorKind, Operation, Outcome};
use tokio::runtime::Handle;
use tokio::task::JoinError;
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;

/// Runs the work as a task of its own, in the span and for the subscriber of the caller. Who
/// drops this future does not stop the work, so that it never ends half way.
///
/// What becomes of the task is an error, never a panic: whether it had written by then is
/// unknown.
pub(crate) async fn detached<T: Send + 'static>(
    operation: Operation,
    backend: &'static str,
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    let Ok(runtime) = Handle::try_current() else {
        return Err(Error::new(operation, ErrorKind::Internal)
            .with_source(DriverError::new(backend, "no-runtime")));
    };
    let work = work.in_current_span().with_current_subscriber();
    match runtime.spawn(work).await {
        Ok(result) => result,
        Err(lost) => Err(told(&lost, operation, backend)),
    }
}

fn told(lost: &JoinError, operation: Operation, backend: &'static str) -> Error {
    let (kind, code) = if lost.is_panic() {
        (ErrorKind::Internal, "panic")
    } else {
        (ErrorKind::Unavailable, "runtime-shutdown")
    };
    Error::new(operation, kind)
        .with_outcome(Outcome::Unknown)
        .with_source(DriverError::new(backend, code))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Waker};

    use authjs_adapter::Operation;
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::detached;

    /// Counts events.
    #[derive(Clone, Default)]
    struct Count(Arc<AtomicU32>);

    impl Subscriber for Count {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn what_the_task_tells_reaches_the_subscriber_of_the_caller() {
        let count = Count::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime can be made");
        let work = async {
            tracing::info!("told");
            Ok(())
        };

        let call = tracing::subscriber::with_default(count.clone(), || {
            let mut call = Box::pin(detached(Operation::CreateUser, "test", work));
            let mut context = Context::from_waker(Waker::noop());
            let _inside = runtime.enter();
            assert!(call.as_mut().poll(&mut context).is_pending());
            call
        });
        runtime.block_on(call).expect("the work succeeds");

        assert_eq!(count.0.load(Ordering::SeqCst), 1);
    }
}
