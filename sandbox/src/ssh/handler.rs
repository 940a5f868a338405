//! What a client asks for, and what is done about it.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use russh::keys::PublicKey;
use russh::server::{Auth, ChannelOpenHandle, Msg, PublicKeyOffer, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelOpenFailure, Error, Pty, Sig};

use crate::ssh::MAX_CHANNELS;
use crate::ssh::admission::Admission;
use crate::ssh::forward;
use crate::ssh::inside::Inside;
use crate::ssh::job::{self, Jobs, Task};
use crate::ssh::sftp::Sftp;
use crate::ssh::terminal::terminal;

/// Whether the client has shown a key that may enter.
#[derive(Clone, Default)]
pub(crate) struct Login(Arc<AtomicBool>);

impl Login {
    pub(crate) fn is_done(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// One connection's requests.
pub(crate) struct Handler {
    inside: Inside,
    admission: Admission,
    login: Login,
    jobs: Jobs,
    channels: HashMap<ChannelId, Open>,
}

/// A channel that is open.
#[derive(Default)]
struct Open {
    /// Taken by what works in it.
    channel: Option<Channel<Msg>>,
    has_terminal: bool,
    is_sftp: bool,
    environment: BTreeMap<String, String>,
}

impl Handler {
    pub(crate) fn new(inside: Inside, admission: Admission, login: Login) -> Self {
        Self {
            inside,
            admission,
            login,
            jobs: Jobs::default(),
            channels: HashMap::new(),
        }
    }

    /// What works for this connection.
    pub(crate) fn jobs(&self) -> Jobs {
        self.jobs.clone()
    }

    fn may_enter(&self, user: &str, key: &PublicKey) -> bool {
        user == "root" && self.admission.authorized.contains(key.key_data())
    }

    fn is_full(&self) -> bool {
        self.channels.len() >= MAX_CHANNELS
    }

    fn spawn(&self, id: ChannelId, work: impl Future<Output = ()> + Send + 'static) {
        self.jobs.add(id, tokio::spawn(work).abort_handle());
    }

    /// Runs a command, or a shell, in a channel in which nothing works yet.
    fn start(
        &mut self,
        id: ChannelId,
        text: Option<String>,
        session: &mut Session,
    ) -> Result<(), Error> {
        let Some(open) = self.channels.get_mut(&id) else {
            return session.channel_failure(id);
        };
        let Some(channel) = open.channel.take() else {
            return session.channel_failure(id);
        };
        session.channel_success(id)?;
        let (read, write) = channel.split();
        let mut environment = self.admission.environment.clone();
        environment.append(&mut open.environment);
        let has_terminal = open.has_terminal;
        let task = Task {
            inside: self.inside.clone(),
            environment,
            read,
            write,
        };
        if has_terminal {
            self.spawn(id, terminal(task, text));
        } else {
            self.spawn(id, job::run(task, text));
        }
        Ok(())
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        self.jobs.end();
    }
}

impl russh::server::Handler for Handler {
    type Error = Error;

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Error> {
        Ok(answer(self.may_enter(user, offer.public_key)))
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Error> {
        Ok(answer(self.may_enter(user, key.public_key)))
    }

    async fn auth_succeeded(&mut self, _session: &mut Session) -> Result<(), Error> {
        self.login.0.store(true, Ordering::Release);
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Error> {
        if self.is_full() {
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        }
        let id = channel.id();
        let open = Open {
            channel: Some(channel),
            ..Open::default()
        };
        self.channels.insert(id, open);
        reply.accept().await;
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        channel: Channel<Msg>,
        host_to_connect: &str,
        port_to_connect: u32,
        _originator_address: &str,
        _originator_port: u32,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Error> {
        let is_ours = forward::is_the_pod(host_to_connect, &self.inside.pod);
        let listens = self.admission.ports.contains(&port_to_connect);
        if self.is_full() {
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
        } else if !is_ours {
            reply
                .reject(ChannelOpenFailure::AdministrativelyProhibited)
                .await;
        } else if !listens {
            reply.reject(ChannelOpenFailure::ConnectFailed).await;
        } else {
            let id = channel.id();
            self.channels.insert(id, Open::default());
            reply.accept().await;
            self.spawn(id, forward::echo(channel));
        }
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        term: &str,
        _col_width: u32,
        _row_height: u32,
        _pix_width: u32,
        _pix_height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Error> {
        let Some(open) = self.channels.get_mut(&channel) else {
            return session.channel_failure(channel);
        };
        open.has_terminal = true;
        open.environment.insert("TERM".to_owned(), term.to_owned());
        session.channel_success(channel)
    }

    async fn window_change_request(
        &mut self,
        channel: ChannelId,
        _col_width: u32,
        _row_height: u32,
        _pix_width: u32,
        _pix_height: u32,
        session: &mut Session,
    ) -> Result<(), Error> {
        session.channel_success(channel)
    }

    /// Takes what sshd usually takes: the language.
    async fn env_request(
        &mut self,
        channel: ChannelId,
        variable_name: &str,
        variable_value: &str,
        session: &mut Session,
    ) -> Result<(), Error> {
        let is_language = variable_name == "LANG" || variable_name.starts_with("LC_");
        match self.channels.get_mut(&channel) {
            Some(open) if is_language && open.environment.len() < 32 => {
                let (name, value) = (variable_name.to_owned(), variable_value.to_owned());
                open.environment.insert(name, value);
                session.channel_success(channel)
            }
            Some(_) | None => session.channel_failure(channel),
        }
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Error> {
        let text = String::from_utf8_lossy(data).into_owned();
        self.start(channel, Some(text), session)
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Error> {
        self.start(channel, None, session)
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Error> {
        let open = self.channels.get_mut(&channel);
        let Some(open) = open.filter(|_| name == "sftp") else {
            return session.channel_failure(channel);
        };
        let Some(taken) = open.channel.take() else {
            return session.channel_failure(channel);
        };
        open.is_sftp = true;
        session.channel_success(channel)?;
        let sftp = Sftp::new(self.inside.clone(), session.handle(), channel);
        russh_sftp::server::run(taken.into_stream(), sftp).await;
        Ok(())
    }

    /// An SFTP client that has said all it had to say is answered and waits for the exit status.
    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Error> {
        if self.channels.get(&channel).is_some_and(|open| open.is_sftp) {
            session.exit_status_request(channel, 0)?;
            session.close(channel)?;
        }
        Ok(())
    }

    async fn channel_close(
        &mut self,
        channel: ChannelId,
        _session: &mut Session,
    ) -> Result<(), Error> {
        self.channels.remove(&channel);
        self.jobs.stop(channel);
        Ok(())
    }

    async fn signal(
        &mut self,
        channel: ChannelId,
        signal: Sig,
        session: &mut Session,
    ) -> Result<(), Error> {
        if self.jobs.stop(channel) {
            session.exit_signal_request(channel, signal, false, "", "")?;
            session.close(channel)?;
        }
        Ok(())
    }
}

fn answer(may_enter: bool) -> Auth {
    if may_enter {
        Auth::Accept
    } else {
        Auth::reject()
    }
}
