//! The commands themselves.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::shell::archive;
use crate::shell::files;
use crate::shell::host::{Gone, Host};
use crate::shell::io::Io;
use crate::shell::run::{Flow, NOT_FOUND, Shell, script};
use crate::shell::scan::is_name;

const KERNEL: &str = "Linux";
const RELEASE: &str = "6.8.0-sandbox";
const MACHINE: &str = "x86_64";

/// A command that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    Cat,
    Cd,
    Command,
    Echo,
    Env,
    Exec,
    Exit,
    Export,
    False,
    Hostname,
    Id,
    Ls,
    Mkdir,
    Pwd,
    Rm,
    Sh,
    Sleep,
    Tar,
    Tee,
    Test,
    True,
    Uname,
    Unset,
    Whoami,
}

/// A command by its name, or by the path that it usually has.
pub(crate) fn find(name: &str) -> Option<Builtin> {
    let name = ["/usr/bin/", "/bin/"]
        .into_iter()
        .find_map(|directory| name.strip_prefix(directory))
        .unwrap_or(name);
    Some(match name {
        "cat" => Builtin::Cat,
        "cd" => Builtin::Cd,
        "command" => Builtin::Command,
        "echo" => Builtin::Echo,
        "env" | "printenv" => Builtin::Env,
        "exec" => Builtin::Exec,
        "exit" | "logout" => Builtin::Exit,
        "export" => Builtin::Export,
        "false" => Builtin::False,
        "hostname" => Builtin::Hostname,
        "id" => Builtin::Id,
        "ls" => Builtin::Ls,
        "mkdir" => Builtin::Mkdir,
        "pwd" => Builtin::Pwd,
        "rm" => Builtin::Rm,
        "sh" | "bash" => Builtin::Sh,
        "sleep" => Builtin::Sleep,
        "tar" => Builtin::Tar,
        "tee" => Builtin::Tee,
        "test" | "[" => Builtin::Test,
        "true" | ":" => Builtin::True,
        "uname" => Builtin::Uname,
        "unset" => Builtin::Unset,
        "whoami" => Builtin::Whoami,
        _unknown => return None,
    })
}

/// Runs a command and leaves its status in the shell.
pub(crate) async fn call<H: Host>(
    builtin: Builtin,
    shell: &mut Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<Flow, Gone> {
    let status = match builtin {
        Builtin::Cat => files::cat(shell, io, arguments).await?,
        Builtin::Cd => files::cd(shell, io, arguments).await?,
        Builtin::Command => which(io, arguments).await?,
        Builtin::Echo => echo(io, arguments).await?,
        Builtin::Env => env(shell, io, arguments).await?,
        Builtin::Exec => return exec(shell, io, arguments).await,
        Builtin::Exit => return exit(shell, io, arguments).await,
        Builtin::Export => export(shell, io, arguments).await?,
        Builtin::False => 1,
        Builtin::Hostname => line(io, shell.hostname.clone()).await?,
        Builtin::Id => id(io, arguments).await?,
        Builtin::Ls => files::ls(shell, io, arguments).await?,
        Builtin::Mkdir => files::mkdir(shell, io, arguments).await?,
        Builtin::Pwd => line(io, shell.directory.clone()).await?,
        Builtin::Rm => files::rm(shell, io, arguments).await?,
        Builtin::Sh => match sh(shell, io, arguments).await? {
            Flow::Exit(code) => code,
            end @ (Flow::Next | Flow::Shell) => return Ok(end),
        },
        Builtin::Sleep => sleep(io, arguments).await?,
        Builtin::Tar => archive::tar(shell, io, arguments).await?,
        Builtin::Tee => files::tee(shell, io, arguments).await?,
        Builtin::Test => files::test(shell, io, arguments).await?,
        Builtin::True => 0,
        Builtin::Uname => uname(shell, io, arguments).await?,
        Builtin::Unset => {
            for name in arguments {
                shell.exported.remove(name);
                shell.local.remove(name);
            }
            0
        }
        Builtin::Whoami => line(io, "root".to_owned()).await?,
    };
    shell.status = status;
    Ok(Flow::Next)
}

async fn line<H: Host>(io: &mut Io<'_, H>, mut text: String) -> Result<u8, Gone> {
    text.push('\n');
    io.out(text).await?;
    Ok(0)
}

async fn echo<H: Host>(io: &mut Io<'_, H>, arguments: &[String]) -> Result<u8, Gone> {
    match arguments.split_first() {
        Some((first, rest)) if first == "-n" => {
            io.out(rest.join(" ")).await?;
            Ok(0)
        }
        Some(_) | None => line(io, arguments.join(" ")).await,
    }
}

/// `env` and `printenv`: all variables, or the values of those that are named.
async fn env<H: Host>(shell: &Shell, io: &mut Io<'_, H>, arguments: &[String]) -> Result<u8, Gone> {
    if arguments.is_empty() {
        for (name, value) in &shell.exported {
            io.out(format!("{name}={value}\n")).await?;
        }
        return Ok(0);
    }
    let mut status = 0;
    for name in arguments {
        match shell.exported.get(name) {
            Some(value) => drop(line(io, value.clone()).await?),
            None => status = 1,
        }
    }
    Ok(status)
}

async fn exit<H: Host>(
    shell: &mut Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<Flow, Gone> {
    let code = match arguments.first() {
        None => shell.status,
        // Of a larger number, the lowest eight bits are what a parent sees.
        Some(text) => match text.parse::<i64>() {
            Ok(number) => u8::try_from(number.rem_euclid(256)).unwrap_or(u8::MAX),
            Err(_not_a_number) => {
                io.complain(&format!("sh: exit: {text}: numeric argument required"))
                    .await?;
                2
            }
        },
    };
    shell.status = code;
    Ok(Flow::Exit(code))
}

/// `command -v NAME`: whether there is such a command.
async fn which<H: Host>(io: &mut Io<'_, H>, arguments: &[String]) -> Result<u8, Gone> {
    match arguments {
        [option, name] if option == "-v" && find(name).is_some() => line(io, name.clone()).await,
        [option, _] if option == "-v" => Ok(NOT_FOUND),
        _ => usage(io, "command", &arguments.join(" ")).await,
    }
}

/// `exec COMMAND`: the command takes the place of the shell.
async fn exec<H: Host>(
    shell: &mut Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<Flow, Gone> {
    let Some((name, arguments)) = arguments.split_first() else {
        shell.status = 0;
        return Ok(Flow::Next);
    };
    let Some(builtin) = find(name) else {
        io.complain(&format!("sh: exec: {name}: not found")).await?;
        return Ok(Flow::Exit(NOT_FOUND));
    };
    if builtin == Builtin::Sh && options_of_sh(arguments).is_ok_and(|(_, rest)| rest.is_empty()) {
        return Ok(Flow::Shell);
    }
    // Boxed: what is executed may be `exec` again.
    Ok(match Box::pin(call(builtin, shell, io, arguments)).await? {
        Flow::Next => Flow::Exit(shell.status),
        end @ (Flow::Exit(_) | Flow::Shell) => end,
    })
}

async fn export<H: Host>(
    shell: &mut Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    for argument in arguments {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        if !is_name(name) {
            io.complain(&format!("sh: export: `{argument}` is no name"))
                .await?;
            return Ok(1);
        }
        let before = shell.local.remove(name);
        if let Some(value) = value.or(before) {
            shell.exported.insert(name.to_owned(), value);
        }
    }
    Ok(0)
}

async fn id<H: Host>(io: &mut Io<'_, H>, arguments: &[String]) -> Result<u8, Gone> {
    let options: String = arguments
        .iter()
        .map(|option| option.trim_start_matches('-'))
        .collect();
    let text = match options.as_str() {
        "" => "uid=0(root) gid=0(root) groups=0(root)",
        "u" | "g" | "G" => "0",
        "un" | "nu" | "gn" | "ng" => "root",
        _unknown => return usage(io, "id", &arguments.join(" ")).await,
    };
    line(io, text.to_owned()).await
}

async fn uname<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let options: String = arguments
        .iter()
        .map(|option| option.trim_start_matches('-'))
        .collect();
    let hostname = shell.hostname.as_str();
    let mut words = Vec::new();
    let letters = if options.is_empty() { "s" } else { &options };
    for letter in letters.chars() {
        match letter {
            'a' => words.extend([KERNEL, hostname, RELEASE, MACHINE]),
            's' => words.push(KERNEL),
            'n' => words.push(hostname),
            'r' => words.push(RELEASE),
            'm' => words.push(MACHINE),
            _unknown => return usage(io, "uname", &arguments.join(" ")).await,
        }
    }
    line(io, words.join(" ")).await
}

/// Tells that an option is not known.
pub(crate) async fn usage<H: Host>(
    io: &mut Io<'_, H>,
    command: &str,
    option: &str,
) -> Result<u8, Gone> {
    io.complain(&format!(
        "{command}: the sandbox's {command} does not take `{option}`"
    ))
    .await?;
    Ok(2)
}

async fn sleep<H: Host>(io: &mut Io<'_, H>, arguments: &[String]) -> Result<u8, Gone> {
    let mut total = Duration::ZERO;
    for argument in arguments {
        let Some(time) = duration(argument) else {
            io.complain(&format!("sleep: invalid time interval `{argument}`"))
                .await?;
            return Ok(1);
        };
        total = total.saturating_add(time);
    }
    if arguments.is_empty() {
        io.complain("sleep: missing operand").await?;
        return Ok(1);
    }
    io.host.sleep(total).await;
    Ok(0)
}

/// A number of seconds, or of what a letter behind it says.
fn duration(text: &str) -> Option<Duration> {
    let units = [('s', 1.0), ('m', 60.0), ('h', 3600.0), ('d', 86400.0)];
    let unit = units
        .into_iter()
        .find_map(|(letter, seconds)| Some((text.strip_suffix(letter)?, seconds)));
    let (number, seconds) = unit.unwrap_or((text, 1.0));
    if !number.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

/// `sh -c SCRIPT [NAME ARGUMENT…]`, `sh FILE [ARGUMENT…]`, or a script on standard input. It is a
/// shell of its own: what it sets is gone when it ends.
async fn sh<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<Flow, Gone> {
    let mut inner = Shell {
        local: BTreeMap::new(),
        status: 0,
        depth: shell.depth + 1,
        arguments: vec!["sh".to_owned()],
        ..shell.clone()
    };
    let (is_given, rest) = match options_of_sh(arguments) {
        Ok(found) => found,
        Err(option) => return usage(io, "sh", option).await.map(Flow::Exit),
    };
    let text = match (is_given, rest.split_first()) {
        (true, Some((text, more))) => {
            if !more.is_empty() {
                inner.arguments = more.to_vec();
            }
            Bytes::from(text.clone())
        }
        (true, None) => {
            io.complain("sh: -c requires an argument").await?;
            return Ok(Flow::Exit(2));
        }
        (false, Some((file, _))) => match io.host.read(shell.path(file)).await {
            Ok(bytes) => {
                inner.arguments = rest.to_vec();
                bytes
            }
            Err(error) => {
                io.complain(&format!("sh: {file}: {error}")).await?;
                return Ok(Flow::Exit(NOT_FOUND));
            }
        },
        (false, None) => {
            let mut all = BytesMut::new();
            while let Some(piece) = io.input().await {
                all.extend_from_slice(&piece);
            }
            all.freeze()
        }
    };
    let text = String::from_utf8_lossy(&text);
    Ok(match script(&mut inner, io, &text).await? {
        Flow::Next => Flow::Exit(inner.status),
        end @ (Flow::Exit(_) | Flow::Shell) => end,
    })
}

/// Whether the script itself is given, and what follows the options. Options that make a shell
/// read its start-up files have nothing to read here; one that is not known is the error.
fn options_of_sh(arguments: &[String]) -> Result<(bool, &[String]), &str> {
    let (mut is_given, mut rest) = (false, arguments);
    while let Some((option, more)) = rest.split_first() {
        match option.strip_prefix('-') {
            None | Some("") => break,
            Some("-login" | "-norc" | "-noprofile" | "-") => {}
            Some(letters) if letters.chars().all(|letter| "cil".contains(letter)) => {
                is_given |= letters.contains('c');
            }
            Some(_) => return Err(option),
        }
        rest = more;
    }
    Ok((is_given, rest))
}
