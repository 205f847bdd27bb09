//! Futures that are dropped at a chosen await.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Drops the future when it has been polled this many times, and returns `None`; its output if
/// it needs fewer.
///
/// A time limit would do the same by chance: the answer of a server on the same machine takes
/// less than the tick of a timer.
pub async fn at_most<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
