//! A command or a shell in a container. Nothing of this machine is ever run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::exchange::Service;
use crate::fault::StreamFault;
use crate::northflank::files::Place;
use crate::northflank::model::{Account, Container};
use crate::northflank::services::{Part, Sources, effective_environment};
use crate::northflank::streams::Inside;
use crate::northflank::streams::host::{ContainerHost, Frame};
use crate::northflank::streams::link::{Gone, Incoming, Receiver, Sender, split};
use crate::northflank::streams::opening::{first_message, give_up, grant};
use crate::northflank::streams::wish::Wish;
use crate::server::off_thread;
use crate::shell::{
    Key, Keyboard, LineEditor, Piece, Shell, Stream, command, command_at, lines, prompts,
};
use crate::websocket::Socket;

/// How long a client may take to close what is over.
const GRACE: Duration = Duration::from_secs(30);

/// How often a command looks whether its container is still there.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// Status of what ends with its container.
const KILLED: u8 = 137;

/// Bytes of a message where output is to come in many.
const SPLIT_BYTES: usize = 3;

/// Serves one stream.
pub(crate) async fn exec(
    service: &Arc<Service>,
    socket: Socket,
    inside: Inside,
    fault: Option<StreamFault>,
) {
    let (mut receiver, mut sender) = split(socket);
    let Some(message) = first_message(&mut receiver, &mut sender, fault).await else {
        return;
    };
    let wish = match Wish::read(&message.data["context"]) {
        Ok(wish) => wish,
        Err(reason) => return give_up(&mut receiver, &mut sender, &reason).await,
    };
    let Some((place, environment)) = enter(service, &inside, wish.instance.clone()).await else {
        let reason = match &wish.instance {
            Some(name) => format!("the {} has no running instance `{name}`", inside.kind),
            None => format!(
                "the {} `{}` has no running instance",
                inside.kind, inside.id
            ),
        };
        return give_up(&mut receiver, &mut sender, &reason).await;
    };
    let context = json!({ "instanceName": place.container, "containerName": inside.id });
    let granted = json!({ "auth": "successful", "context": context });
    if !grant(&mut receiver, &mut sender, granted, fault).await {
        return;
    }
    let session = Session {
        service,
        place,
        wish,
        fault,
    };
    session.run(&mut receiver, &mut sender, environment).await;
}

/// The container to run in and the environment there. None if nothing runs.
async fn enter(
    service: &Arc<Service>,
    inside: &Inside,
    wanted: Option<String>,
) -> Option<(Place, BTreeMap<String, String>)> {
    let at_work = Arc::clone(service);
    let inside = inside.clone();
    let found = off_thread(service, move || {
        let read = at_work.store.transaction(|cloud| {
            let now = at_work.clock.now();
            let account = &cloud.northflank;
            let container = find(account, &inside, wanted.as_deref(), now)?;
            let place = Place {
                project: inside.project.clone(),
                kind: inside.kind,
                id: inside.id.clone(),
                container: container.name.clone(),
            };
            Some((place, environment(account, &inside, container)))
        });
        read.unwrap_or_default()
    });
    found.await.flatten()
}

fn find<'a>(
    account: &'a Account,
    inside: &Inside,
    wanted: Option<&str>,
    now: Timestamp,
) -> Option<&'a Container> {
    account.running(&inside.project, inside.kind, &inside.id, wanted, now)
}

/// What is set in the service or job and in the secret groups that apply to it. What is no text is written
/// as JSON.
fn environment(
    account: &Account,
    inside: &Inside,
    container: &Container,
) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::from([("HOSTNAME".to_owned(), container.name.clone())]);
    let Ok(project) = account.project(&inside.project) else {
        return environment;
    };
    let item = if inside.kind == "job" {
        project.job(&inside.id).map(|job| &job.item)
    } else {
        project.service(&inside.id).map(|service| &service.item)
    };
    if let Ok(item) = item {
        let all = effective_environment(project, inside.kind, item, Part::Variables, Sources::All);
        environment.extend(all.into_iter().map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        }));
    }
    environment
}

/// One command or shell.
struct Session<'a> {
    service: &'a Arc<Service>,
    place: Place,
    wish: Wish,
    fault: Option<StreamFault>,
}

/// How a session ends.
enum End {
    /// What was run is over.
    Done(u8),
    /// The client is gone.
    Closed,
    /// The client said something that cannot be understood.
    Bad(&'static str),
}

impl Session<'_> {
    async fn run(
        &self,
        receiver: &mut Receiver,
        sender: &mut Sender,
        environment: BTreeMap<String, String>,
    ) {
        match self.work(receiver, sender, environment).await {
            End::Done(code) => self.complete(receiver, sender, code).await,
            End::Bad(reason) => give_up(receiver, sender, reason).await,
            End::Closed => {}
        }
    }

    /// Runs what is asked for and shows what it writes.
    async fn work(
        &self,
        receiver: &mut Receiver,
        sender: &mut Sender,
        environment: BTreeMap<String, String>,
    ) -> End {
        let (frames, shown) = unbounded_channel();
        let keyboard = Keyboard::default();
        let mut shell = Shell::new(&self.place.container, environment);
        let mut host = ContainerHost {
            service: self.service,
            place: &self.place,
            input: &keyboard.input,
            frames: frames.clone(),
            tty: self.wish.tty,
        };
        let showing = show(shown, sender, self.wish.base64, self.fault);
        tokio::pin!(showing);
        let end = {
            let working = async {
                match (&self.wish.script, self.wish.tty) {
                    (Some(text), true) => command_at(&keyboard, &mut shell, &mut host, text).await,
                    (Some(text), false) => command(&mut shell, &mut host, text).await,
                    (None, true) => prompts(&keyboard, &mut shell, &mut host).await,
                    (None, false) => lines(&mut shell, &mut host, &keyboard.input).await,
                }
            };
            tokio::select! {
                code = working => code.map_or(End::Closed, End::Done),
                end = self.take(receiver, &keyboard, &frames) => end,
                () = self.gone() => End::Done(KILLED),
                _cut = &mut showing => End::Closed,
            }
        };
        // Without a sender of frames, showing ends when all is shown.
        drop(host);
        drop(frames);
        if matches!(end, End::Closed) || showing.await.is_err() {
            return End::Closed;
        }
        end
    }

    /// Takes what the client sends, and ends when that ends the session.
    async fn take(
        &self,
        receiver: &mut Receiver,
        keyboard: &Keyboard,
        frames: &tokio::sync::mpsc::UnboundedSender<Frame>,
    ) -> End {
        let mut editor = LineEditor::default();
        loop {
            let message = match receiver.next().await {
                None => return End::Closed,
                Some((Incoming::Bad(reason), _)) => return End::Bad(reason),
                Some((Incoming::Message(message), _)) => message,
            };
            let taken = match (message.kind.as_str(), &message.data) {
                ("payload", Value::String(text)) => match self.decode(text) {
                    Some(bytes) if self.wish.tty => {
                        let (shown, keys) = editor.feed(&bytes);
                        // Whoever shows is gone with the client, which is seen above.
                        drop(frames.send((Stream::Out, shown.into())));
                        keys.into_iter().try_for_each(|key| keyboard.press(key))
                    }
                    Some(bytes) => keyboard.input.push(Piece::Bytes(bytes)),
                    None => return End::Bad("a `payload` is not base64"),
                },
                ("stdInEnd", _) => {
                    let rest = editor
                        .rest()
                        .map_or(Ok(()), |line| keyboard.press(Key::Line(line)));
                    keyboard.input.end();
                    rest
                }
                ("resize", _) => Ok(()),
                _other => return End::Bad("a message is of no type that is known here"),
            };
            if taken.is_err() {
                return End::Bad("more input came than is kept");
            }
        }
    }

    fn decode(&self, text: &str) -> Option<Bytes> {
        if self.wish.base64 {
            STANDARD.decode(text).ok().map(Bytes::from)
        } else {
            Some(Bytes::copy_from_slice(text.as_bytes()))
        }
    }

    /// Ends when the container does.
    async fn gone(&self) {
        loop {
            tokio::time::sleep(LOOK_INTERVAL).await;
            let inside = Inside {
                project: self.place.project.clone(),
                kind: self.place.kind,
                id: self.place.id.clone(),
            };
            let name = Some(self.place.container.clone());
            if enter(self.service, &inside, name).await.is_none() {
                return;
            }
        }
    }

    /// Tells the result and waits for the client to close.
    async fn complete(&self, receiver: &mut Receiver, sender: &mut Sender, code: u8) {
        match self.fault {
            Some(StreamFault::Close1011) => return sender.close(CloseCode::Error).await,
            Some(StreamFault::NoCompletion) => return sender.close(CloseCode::Normal).await,
            Some(_) | None => {}
        }
        let status = if code == 0 { "Success" } else { "Failure" };
        let mut result = json!({ "exitCode": code, "status": status });
        match self.fault {
            Some(StreamFault::NoExitCode) => {
                drop(result.as_object_mut().map(|o| o.remove("exitCode")));
            }
            Some(StreamFault::TextExitCode) => result["exitCode"] = json!(code.to_string()),
            Some(_) | None => {}
        }
        if sender.send("completion", result).await.is_ok() {
            drop(tokio::time::timeout(GRACE, receiver.drain()).await);
            sender.close(CloseCode::Normal).await;
        }
    }
}

/// Sends output as it comes. Ends when there will be no more, or with an error when nobody reads it.
async fn show(
    mut frames: UnboundedReceiver<Frame>,
    sender: &mut Sender,
    base64: bool,
    fault: Option<StreamFault>,
) -> Result<(), Gone> {
    while let Some((stream, bytes)) = frames.recv().await {
        let kind = match stream {
            Stream::Out => "stdOut",
            Stream::Error => "stdErr",
        };
        let size = match fault {
            Some(StreamFault::Split) => SPLIT_BYTES,
            Some(_) | None => bytes.len().max(1),
        };
        for piece in bytes.chunks(size) {
            let text = if base64 {
                STANDARD.encode(piece)
            } else {
                String::from_utf8_lossy(piece).into_owned()
            };
            sender.send(kind, json!(text)).await?;
            if fault == Some(StreamFault::Close1011) {
                sender.close(CloseCode::Error).await;
                return Err(Gone);
            }
        }
    }
    Ok(())
}
