//! Listens to everything that a process can be told by its crates.

use std::fmt::Debug;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use super::Capture;

/// Installs itself as subscriber, logger and panic hook of the process.
pub(super) fn install(capture: &Capture) {
    let listener = || Listener {
        capture: capture.clone(),
        last_span: AtomicU64::new(1),
    };
    tracing::subscriber::set_global_default(listener()).expect("the process has no subscriber");
    log::set_boxed_logger(Box::new(listener())).expect("the process has no logger");
    log::set_max_level(log::LevelFilter::Trace);
    let before = std::panic::take_hook();
    let capture = capture.clone();
    std::panic::set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
        capture.text("panic", &panic.to_string());
        before(panic);
    }));
}

struct Listener {
    capture: Capture,
    last_span: AtomicU64,
}

/// Appends each field with its name and value.
struct Fields(String);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Beside its form in quotes, in which a quotation mark would be escaped.
        self.0.push_str(value);
        self.record_debug(field, &value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut next = Some(value);
        while let Some(error) = next {
            self.record_debug(field, &format_args!("{error} {error:?}"));
            next = error.source();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Listener {
    fn take(&self, what: &str, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(metadata.name().to_owned());
        record(&mut fields);
        let place = format!("{what} {}", metadata.target());
        self.capture.text(&place, &fields.0);
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::always()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.take("span", span.metadata(), |fields| span.record(fields));
        Id::from_u64(self.last_span.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.capture.text("span, later", &fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.take("event", event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Listener {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let place = format!("log {}", record.target());
        self.capture.text(&place, &record.args().to_string());
    }

    fn flush(&self) {}
}
