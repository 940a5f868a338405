//! Whether an SSH server answers: it says its name before anyone has to prove anything.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::address::Address;

/// What an SSH server's first line begins with. Other lines may come before it.
const BANNER: &[u8] = b"SSH-";

/// How much is read before giving up on finding it.
const MOST_BYTES: usize = 4096;

/// How long one try may take.
const ONE_TRY: Duration = Duration::from_secs(10);

/// Why no SSH server answered, as of the last try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoBanner {
    /// The machine is there, and nothing listens on the port.
    Refused,
    /// It took the connection and closed it.
    Closed,
    /// It took the connection and said nothing.
    Silent,
    /// It is something else.
    NotSsh,
    /// There is no answer from the machine.
    Unreachable(String),
}

/// Tries until an SSH server answers, or for so long. `waiting` is told before each further try.
pub(crate) async fn wait_for_banner(
    address: &Address,
    longest: Duration,
    pause: Duration,
    mut waiting: impl FnMut(),
) -> Result<(), NoBanner> {
    let deadline = Instant::now() + longest;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let why = match look(address, left.min(ONE_TRY)).await {
            Ok(()) => return Ok(()),
            Err(why) => why,
        };
        if Instant::now() + pause >= deadline {
            return Err(why);
        }
        waiting();
        sleep(pause).await;
    }
}

async fn look(address: &Address, longest: Duration) -> Result<(), NoBanner> {
    let target = (address.host.as_str(), address.port);
    let mut stream = match timeout(longest, TcpStream::connect(target)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
            return Err(NoBanner::Refused);
        }
        Ok(Err(error)) => return Err(NoBanner::Unreachable(error.to_string())),
        Err(_) => return Err(NoBanner::Unreachable("no answer in time".to_owned())),
    };
    let mut heard = Vec::new();
    match timeout(longest, listen(&mut stream, &mut heard)).await {
        Ok(true) => Ok(()),
        Ok(false) if heard.is_empty() => Err(NoBanner::Closed),
        Err(_) if heard.is_empty() => Err(NoBanner::Silent),
        Ok(false) | Err(_) => Err(NoBanner::NotSsh),
    }
}

/// Whether the banner comes before the end, or before too much else.
async fn listen(stream: &mut TcpStream, heard: &mut Vec<u8>) -> bool {
    let mut part = [0; 512];
    while heard.len() < MOST_BYTES {
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return false,
            Ok(count) => heard.extend(part.iter().take(count)),
        }
        if heard
            .split(|byte| *byte == b'\n')
            .any(|line| line.starts_with(BANNER))
        {
            return true;
        }
    }
    false
}

impl fmt::Display for NoBanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("nothing listens there"),
            Self::Closed => f.write_str("the connection is taken and closed at once"),
            Self::Silent => f.write_str("the connection is taken, and nothing is said"),
            Self::NotSsh => f.write_str("what answers is no SSH server"),
            Self::Unreachable(why) => write!(f, "it cannot be reached: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    /// Serves these parts to each who connects, then closes or keeps the connection.
    async fn server(parts: &'static [&'static str], keep: bool) -> Address {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                for part in parts {
                    stream.write_all(part.as_bytes()).await.unwrap();
                    stream.flush().await.unwrap();
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                if keep {
                    kept.push(stream);
                }
            }
        });
        address(port)
    }

    fn address(port: u16) -> Address {
        Address {
            host: "127.0.0.1".to_owned(),
            port,
            user: "root".to_owned(),
        }
    }

    async fn check(address: Address, expected: Result<(), NoBanner>) {
        let (longest, pause) = (Duration::from_millis(150), Duration::from_millis(10));
        assert_eq!(
            wait_for_banner(&address, longest, pause, || {}).await,
            expected
        );
    }

    #[tokio::test]
    async fn a_banner_is_found_whatever_comes_before_it_and_in_parts() {
        check(server(&["SSH-2.0-x\r\n"], true).await, Ok(())).await;
        check(
            server(&["hello\r\nworld\r\nSS", "H-2.0-x\r\n"], true).await,
            Ok(()),
        )
        .await;
    }

    #[tokio::test]
    async fn without_one_it_is_told_what_was_there_instead() {
        check(server(&[], false).await, Err(NoBanner::Closed)).await;
        check(server(&[], true).await, Err(NoBanner::Silent)).await;
        check(
            server(&["HTTP/1.1 400 x\r\n"], false).await,
            Err(NoBanner::NotSsh),
        )
        .await;
        check(
            server(&["no SSH-2.0\r\n"], true).await,
            Err(NoBanner::NotSsh),
        )
        .await;
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        check(address(port), Err(NoBanner::Refused)).await;
    }

    #[tokio::test]
    async fn a_server_that_comes_up_late_is_waited_for() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"SSH-2.0-late\r\n").await.unwrap();
        });
        let (longest, pause) = (Duration::from_secs(5), Duration::from_millis(10));
        let mut tries = 0;
        let waited = wait_for_banner(&address(port), longest, pause, || tries += 1).await;
        assert_eq!(waited, Ok(()));
        assert!(tries > 0);
    }
}
