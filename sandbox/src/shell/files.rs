//! Commands on files.

use bytes::Bytes;

use crate::disk::{DiskError, Entry, Stat};
use crate::shell::builtins::usage;
use crate::shell::host::{Change, Gone, Host};
use crate::shell::io::Io;
use crate::shell::run::Shell;

/// Splits arguments into the letters of options and the rest.
fn options(arguments: &[String]) -> (String, Vec<&str>) {
    let mut letters = String::new();
    let mut rest = Vec::new();
    let mut only_names = false;
    for argument in arguments {
        match argument.strip_prefix('-') {
            Some("-") if !only_names => only_names = true,
            Some(more) if !only_names && !more.is_empty() => letters.push_str(more),
            Some(_) | None => rest.push(argument.as_str()),
        }
    }
    (letters, rest)
}

async fn failed<H: Host>(
    io: &mut Io<'_, H>,
    command: &str,
    name: &str,
    error: &DiskError,
) -> Result<u8, Gone> {
    io.complain(&format!("{command}: {name}: {error}")).await?;
    Ok(1)
}

/// Files one after the other, `-` and nothing being standard input.
pub(crate) async fn cat<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let mut status = 0;
    let input = ["-".to_owned()];
    let names = if arguments.is_empty() {
        &input
    } else {
        arguments
    };
    for name in names {
        if name == "-" {
            while let Some(piece) = io.input().await {
                io.out(piece).await?;
            }
            continue;
        }
        let read = match name.as_str() {
            "/dev/null" => Ok(Bytes::new()),
            name => io.host.read(shell.path(name)).await,
        };
        match read {
            Ok(bytes) => io.out(bytes).await?,
            Err(error) => status = failed(io, "cat", name, &error).await?,
        }
    }
    Ok(status)
}

pub(crate) async fn cd<H: Host>(
    shell: &mut Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let home = shell
        .exported
        .get("HOME")
        .cloned()
        .unwrap_or_else(|| "/".to_owned());
    let name = arguments.first().unwrap_or(&home);
    let path = shell.path(name);
    match io.host.stat(path.clone()).await {
        Ok(stat) if stat.is_directory => {
            shell.directory = path;
            Ok(0)
        }
        Ok(_) => failed(io, "sh: cd", name, &DiskError::NotADirectory).await,
        Err(error) => failed(io, "sh: cd", name, &error).await,
    }
}

/// `ls [-a] [-l] [-1] [NAME…]`, one name on each line.
pub(crate) async fn ls<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let (letters, mut names) = options(arguments);
    if let Some(unknown) = letters.chars().find(|letter| !"al1A".contains(*letter)) {
        return usage(io, "ls", &format!("-{unknown}")).await;
    }
    if names.is_empty() {
        names.push(".");
    }
    let (long, all) = (letters.contains('l'), letters.contains(['a', 'A']));
    let several = names.len() > 1;
    let mut status = 0;
    for name in names {
        let path = shell.path(name);
        let found = match io.host.stat(path.clone()).await {
            Ok(stat) if !stat.is_directory => Ok(vec![Entry {
                name: name.to_owned(),
                stat,
            }]),
            Ok(_) => io.host.list(path).await.map(|mut entries| {
                entries.retain(|entry| all || !entry.name.starts_with('.'));
                entries
            }),
            Err(error) => Err(error),
        };
        match found {
            Ok(entries) => {
                if several {
                    io.out(format!("{name}:\n")).await?;
                }
                let lines: String = entries
                    .iter()
                    .map(|entry| entry_line(entry, long))
                    .collect();
                io.out(lines).await?;
            }
            Err(error) => status = failed(io, "ls", name, &error).await?,
        }
    }
    Ok(status)
}

fn entry_line(entry: &Entry, long: bool) -> String {
    let Entry { name, stat } = entry;
    if long {
        let (mode, size, time) = (mode(stat), stat.size, time(stat));
        format!("{mode} 1 root root {size:>8} {time} {name}\n")
    } else {
        format!("{name}\n")
    }
}

fn mode(stat: &Stat) -> String {
    let kind = if stat.is_directory { 'd' } else { '-' };
    let letters = ['r', 'w', 'x'].into_iter().cycle().take(9).enumerate();
    let bits = letters.map(|(place, letter)| {
        let set = stat.mode & (0o400 >> place) != 0;
        if set { letter } else { '-' }
    });
    std::iter::once(kind).chain(bits).collect()
}

fn time(stat: &Stat) -> String {
    jiff::Timestamp::from_second(i64::from(stat.modified))
        .map(|time| time.strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}

/// `mkdir [-p] NAME…`
pub(crate) async fn mkdir<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let (letters, names) = options(arguments);
    if !letters.chars().all(|letter| letter == 'p') {
        return usage(io, "mkdir", &format!("-{letters}")).await;
    }
    let mut status = 0;
    for name in names {
        let path = shell.path(name);
        let made = if letters.is_empty() {
            io.host.change(path, Change::MakeDirectory).await
        } else {
            make_all(io, &path).await
        };
        if let Err(error) = made {
            status = failed(io, "mkdir", name, &error).await?;
        }
    }
    Ok(status)
}

/// Makes a directory and those it is in.
pub(crate) async fn make_all<H: Host>(io: &mut Io<'_, H>, path: &str) -> Result<(), DiskError> {
    let ends = path.match_indices('/').map(|(end, _)| end).skip(1);
    for end in ends.chain([path.len()]) {
        let above = path.get(..end).unwrap_or(path).to_owned();
        match io.host.stat(above.clone()).await {
            Ok(stat) if stat.is_directory => {}
            Ok(_) => return Err(DiskError::Exists),
            Err(DiskError::NotFound) => io.host.change(above, Change::MakeDirectory).await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// `tee [-a] NAME…`: what is read goes on, and to files.
pub(crate) async fn tee<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let (letters, names) = options(arguments);
    if !letters.chars().all(|letter| letter == 'a') {
        return usage(io, "tee", &format!("-{letters}")).await;
    }
    let mut all = Vec::new();
    while let Some(piece) = io.input().await {
        all.extend_from_slice(&piece);
        io.out(piece).await?;
    }
    let mut status = 0;
    for name in names {
        let path = shell.path(name);
        let mut bytes = match io.host.read(path.clone()).await {
            Ok(before) if !letters.is_empty() => before.to_vec(),
            Ok(_) | Err(_) => Vec::new(),
        };
        bytes.extend_from_slice(&all);
        if let Err(error) = io.host.change(path, Change::Write(bytes.into())).await {
            status = failed(io, "tee", name, &error).await?;
        }
    }
    Ok(status)
}

/// `test CONDITION` and `[ CONDITION ]`: files, and texts that are compared.
pub(crate) async fn test<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let words = words.strip_suffix(&["]"]).unwrap_or(&words);
    let (wanted, words) = match words {
        ["!", rest @ ..] => (false, rest),
        all => (true, all),
    };
    let holds = match words {
        [] => false,
        [text] | ["-n", text] => !text.is_empty(),
        ["-z", text] => text.is_empty(),
        [option @ ("-e" | "-d" | "-f" | "-s"), name] => {
            let stat = io.host.stat(shell.path(name)).await;
            stat.is_ok_and(|stat| match *option {
                "-d" => stat.is_directory,
                "-f" => !stat.is_directory,
                "-s" => stat.size > 0,
                _exists => true,
            })
        }
        [a, "=", b] => a == b,
        [a, "!=", b] => a != b,
        [other, ..] => return usage(io, "test", other).await,
    };
    Ok(u8::from(holds != wanted))
}

/// `rm [-r] [-f] NAME…`
pub(crate) async fn rm<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    let (letters, names) = options(arguments);
    if let Some(unknown) = letters.chars().find(|letter| !"rRf".contains(*letter)) {
        return usage(io, "rm", &format!("-{unknown}")).await;
    }
    let (deep, forced) = (letters.contains(['r', 'R']), letters.contains('f'));
    let mut status = 0;
    for name in names {
        let path = shell.path(name);
        let removed = if deep {
            remove_all(io, path).await
        } else {
            io.host.change(path, Change::RemoveFile).await
        };
        match removed {
            Ok(()) => {}
            Err(DiskError::NotFound) if forced => {}
            Err(error) => status = failed(io, "rm", name, &error).await?,
        }
    }
    Ok(status)
}

/// Removes a file, or a directory after all that is in it.
async fn remove_all<H: Host>(io: &mut Io<'_, H>, path: String) -> Result<(), DiskError> {
    let mut open = vec![path];
    while let Some(path) = open.last().cloned() {
        if !io.host.stat(path.clone()).await?.is_directory {
            io.host.change(path, Change::RemoveFile).await?;
            open.pop();
            continue;
        }
        let inside = io.host.list(path.clone()).await?;
        if inside.is_empty() {
            io.host.change(path, Change::RemoveDirectory).await?;
            open.pop();
        }
        let slash = if open.last().is_some_and(|path| path == "/") {
            ""
        } else {
            "/"
        };
        if let Some(above) = open.last().cloned() {
            open.extend(
                inside
                    .into_iter()
                    .map(|entry| format!("{above}{slash}{}", entry.name)),
            );
        }
    }
    Ok(())
}
