//! The commands that a pod of the sandbox understands.
//!
//! Nothing of the host is ever run: this is a small command language of its own, with the words and
//! exit codes of a POSIX shell where it has them. It knows no network and no protocol. Whoever runs
//! a command gives it a [`Host`], which is its standard streams, its clock and its files.
//!
//! Understood are lists with `;`, `&&`, `||`, `!` and line ends; words with quotes, backslashes,
//! `$NAME`, `${NAME}`, `$?`, `$0` to `$9` and a leading `~`; assignments; redirections to and from
//! files, `/dev/null` and `>&1`, `>&2`. Patterns such as `*.txt` are plain text. What a shell has
//! beyond that (pipes, background, substitution, `if`, loops) is refused with a message that names it.

mod archive;
mod builtins;
mod files;
mod host;
mod input;
mod io;
mod line;
mod parse;
mod run;
mod scan;
mod session;
#[cfg(test)]
#[cfg(feature = "ssh")]
mod tests;

pub(crate) use host::{Change, Gone, Host, Stream};
pub(crate) use input::{Input, Piece};
#[cfg(feature = "ssh")]
pub(crate) use input::{MAX_UNREAD_BYTES, TooMuch};
pub(crate) use line::{Key, LineEditor};
pub(crate) use run::Shell;
pub(crate) use session::{Keyboard, command, command_at, for_terminal, lines, prompts};
