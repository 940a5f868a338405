//! What a call tells `tracing`: names that dashboards are built on, so each is held here.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, pod};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Values by field, as text.
#[derive(Clone, Debug, Default, PartialEq)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

/// What was told: spans with their fields, and events.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<(Vec<Fields>, Vec<Fields>)>>);

fn is_ours(about: &Metadata<'_>) -> bool {
    about.target().starts_with("sdk_core") && *about.level() <= Level::DEBUG
}

impl<S: Subscriber> Layer<S> for Told {
    fn on_new_span(&self, attributes: &Attributes<'_>, _id: &Id, _: Context<'_, S>) {
        if is_ours(attributes.metadata()) {
            assert_eq!(attributes.metadata().name(), "sdk_call");
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            self.0.lock().unwrap().0.push(fields);
        }
    }

    fn on_record(&self, _id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut told = self.0.lock().unwrap();
        if let Some(fields) = told.0.last_mut() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if is_ours(event.metadata()) {
            let mut fields = Fields::default();
            event.record(&mut fields);
            self.0.lock().unwrap().1.push(fields);
        }
    }
}

/// A server that is busy once.
async fn busy_once() -> MockServer {
    let server = MockServer::start().await;
    let busy = Mock::given(any()).respond_with(ResponseTemplate::new(503));
    busy.up_to_n_times(1).mount(&server).await;
    let answer = ResponseTemplate::new(200)
        .insert_header("x-request-id", "req-1")
        .set_body_json(pod("p1"));
    Mock::given(any())
        .respond_with(answer)
        .with_priority(6)
        .mount(&server)
        .await;
    server
}

fn names(fields: &Fields) -> Vec<&str> {
    fields.0.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_names_of_spans_and_fields_stay() {
    let server = busy_once().await;
    let told = Told::default();
    let subscriber = tracing_subscriber::registry().with(told.clone());
    // The test has one thread, so this is heard of the call and of nothing else.
    let listening = tracing::subscriber::set_default(subscriber);
    client(&server).pods().get("p1").await.unwrap();
    drop(listening);
    let port = server.address().port().to_string();
    let (spans, events) = told.0.lock().unwrap().clone();
    let [span] = spans.as_slice() else {
        panic!("{spans:?}")
    };
    let expected = [
        ("api", "\"RunPod\""),
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("operation_id", "\"get_pod\""),
        ("server.address", "\"127.0.0.1\""),
        ("server.port", &port),
        ("url.path", "\"/v2/pods/p1\""),
    ];
    let shown = span.0.iter().map(|(name, value)| (&**name, &**value));
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    let [first, again, last] = events.as_slice() else {
        panic!("{events:?}")
    };
    let ended = [
        "attempt",
        "duration_ms",
        "http.response.status_code",
        "message",
    ];
    let refused = [&ended[..2], &["error.type"], &ended[2..]].concat();
    assert_eq!(names(first), refused);
    assert_eq!(first.0["error.type"], "\"503\"");
    assert_eq!(names(again), ["attempt", "delay_ms", "message"]);
    let with_id = [&ended[..], &["request_id"]].concat();
    assert_eq!(names(last), with_id);
    assert_eq!(last.0["attempt"], "2");
    assert_eq!(last.0["request_id"], "\"req-1\"");
}

#[tokio::test]
async fn a_call_that_fails_tells_why() {
    let told = Told::default();
    let subscriber = tracing_subscriber::registry().with(told.clone());
    let listening = tracing::subscriber::set_default(subscriber);
    // A port at which nobody listens any more.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let nobody = crate::support::client_at(&nobody);
    nobody.pods().get("p1").no_retry().await.unwrap_err();
    let server = crate::support::server_with(
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("[]")),
    )
    .await;
    client(&server).pods().get("p1").await.unwrap_err();
    drop(listening);
    let (spans, events) = told.0.lock().unwrap().clone();
    let why = |fields: &Fields| fields.0.get("error.type").cloned();
    assert_eq!(why(&spans[0]).as_deref(), Some("\"connect\""));
    assert_eq!(why(&events[0]).as_deref(), Some("\"connect\""));
    assert_eq!(why(&spans[1]).as_deref(), Some("\"decode\""));
    assert_eq!(why(&events[1]), None, "the attempt itself was answered");
}
