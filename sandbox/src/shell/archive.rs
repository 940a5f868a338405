//! `tar`, as far as copying to and from a container takes it.

use std::io::{Cursor, Read, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, EntryType, Header};

use crate::disk::{DiskError, MAX_BYTES, Stat, absolute};
use crate::shell::builtins::usage;
use crate::shell::files::make_all;
use crate::shell::host::{Change, Gone, Host};
use crate::shell::io::Io;
use crate::shell::run::Shell;

const FAILED: u8 = 2;

/// Bytes of an archive that are written at a time.
const PIECE: usize = 32 * 1024;

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish<'a> {
    /// `x` or `c`.
    mode: Option<char>,
    gzip: bool,
    verbose: bool,
    /// The archive; `-` for a standard stream.
    file: &'a str,
    directory: Option<&'a str>,
    exclude: Vec<&'a str>,
    names: Vec<&'a str>,
}

/// One name in an archive.
struct Member {
    name: String,
    is_directory: bool,
    bytes: Bytes,
}

/// `tar --version`, `tar -x…f FILE [-C DIR]` and `tar -c…f FILE [-C DIR] NAME…`, with `z`, `v` and
/// `--exclude=PATTERN`.
pub(crate) async fn tar<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    arguments: &[String],
) -> Result<u8, Gone> {
    if arguments.iter().any(|argument| argument == "--version") {
        io.out("tar (sandbox) 1.0\n").await?;
        return Ok(0);
    }
    let wish = match Wish::parse(arguments) {
        Ok(wish) => wish,
        Err(option) => return usage(io, "tar", &option).await,
    };
    let done = match wish.mode {
        Some('x') => extract(shell, io, &wish).await,
        Some(_create) => create(shell, io, &wish).await,
        None => Ok(Err("You must specify one of `-c` and `-x`".to_owned())),
    };
    match done? {
        Ok(()) => Ok(0),
        Err(reason) => {
            io.complain(&format!("tar: {reason}")).await?;
            Ok(FAILED)
        }
    }
}

impl<'a> Wish<'a> {
    /// # Errors
    /// The option that is not understood.
    fn parse(arguments: &'a [String]) -> Result<Self, String> {
        let mut wish = Self {
            file: "-",
            ..Self::default()
        };
        let mut rest = arguments.iter().map(String::as_str);
        let mut first = true;
        while let Some(argument) = rest.next() {
            let letters = match argument.strip_prefix('-') {
                Some(letters) if !letters.is_empty() => letters,
                // The first argument is options with or without a dash.
                None if first => argument,
                Some(_) | None => {
                    wish.names.push(argument);
                    continue;
                }
            };
            first = false;
            if let Some(long) = letters.strip_prefix('-') {
                match long.split_once('=') {
                    Some(("exclude", pattern)) => wish.exclude.push(pattern),
                    None if long == "no-same-owner" => {}
                    Some(_) | None => return Err(argument.to_owned()),
                }
                continue;
            }
            for letter in letters.chars() {
                match letter {
                    'x' | 'c' => wish.mode = Some(letter),
                    'z' => wish.gzip = true,
                    'v' => wish.verbose = true,
                    'f' => wish.file = rest.next().ok_or("-f")?,
                    'C' => wish.directory = Some(rest.next().ok_or("-C")?),
                    other => return Err(format!("-{other}")),
                }
            }
        }
        Ok(wish)
    }

    fn excludes(&self, name: &str) -> bool {
        let last = name.rsplit('/').next().unwrap_or(name);
        let mut patterns = self.exclude.iter();
        patterns.any(|pattern| matches(pattern, name) || matches(pattern, last))
    }
}

/// Whether a name fits a pattern with `*` for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

type Done = Result<Result<(), String>, Gone>;

async fn extract<H: Host>(shell: &Shell, io: &mut Io<'_, H>, wish: &Wish<'_>) -> Done {
    let archive = match read(shell, io, wish.file).await {
        Ok(archive) => archive,
        Err(error) => return Ok(Err(format!("{}: {error}", wish.file))),
    };
    let members = match unpack(&archive, wish.gzip) {
        Ok(members) => members,
        Err(reason) => return Ok(Err(reason)),
    };
    let directory = shell.path(wish.directory.unwrap_or("."));
    for member in members {
        if member.name.split('/').any(|part| part == "..") {
            return Ok(Err(format!("{}: Member name contains `..`", member.name)));
        }
        let inside = member.name.trim_start_matches('/');
        let path = absolute(&directory, inside);
        let made = if member.is_directory {
            make_all(io, &path).await
        } else {
            put(io, path, member.bytes).await
        };
        if let Err(error) = made {
            return Ok(Err(format!("{}: {error}", member.name)));
        }
        if wish.verbose {
            io.out(format!("{}\n", member.name)).await?;
        }
    }
    Ok(Ok(()))
}

async fn put<H: Host>(io: &mut Io<'_, H>, path: String, bytes: Bytes) -> Result<(), DiskError> {
    if let Some((above, _)) = path.rsplit_once('/').filter(|(above, _)| !above.is_empty()) {
        make_all(io, above).await?;
    }
    io.host.change(path, Change::Write(bytes)).await
}

/// The bytes of an archive, up to what a container may hold and a little more.
async fn read<H: Host>(
    shell: &Shell,
    io: &mut Io<'_, H>,
    file: &str,
) -> Result<Vec<u8>, DiskError> {
    if file != "-" {
        return io.host.read(shell.path(file)).await.map(Vec::from);
    }
    let mut archive = Vec::new();
    while let Some(piece) = io.input().await {
        archive.extend_from_slice(&piece);
        if u64::try_from(archive.len()).unwrap_or(u64::MAX) > 2 * MAX_BYTES {
            return Err(DiskError::TooManyBytes);
        }
    }
    Ok(archive)
}

fn unpack(archive: &[u8], gzip: bool) -> Result<Vec<Member>, String> {
    let plain: Box<dyn Read + '_> = if gzip {
        // What unpacks to more than fits is not unpacked to its end.
        Box::new(MultiGzDecoder::new(archive).take(2 * MAX_BYTES))
    } else {
        Box::new(archive)
    };
    let broken = |error: std::io::Error| format!("This does not look like a tar archive: {error}");
    let mut archive = Archive::new(plain);
    let mut members = Vec::new();
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let kind = entry.header().entry_type();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match kind {
            EntryType::Directory | EntryType::Regular | EntryType::Continuous => {}
            _link_or_device => {
                return Err(format!(
                    "{name}: the sandbox keeps files and directories only, no links and no devices"
                ));
            }
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(broken)?;
        members.push(Member {
            name,
            is_directory: kind == EntryType::Directory,
            bytes: bytes.into(),
        });
    }
    Ok(members)
}

async fn create<H: Host>(shell: &Shell, io: &mut Io<'_, H>, wish: &Wish<'_>) -> Done {
    if wish.names.is_empty() {
        return Ok(Err(
            "Cowardly refusing to create an empty archive".to_owned()
        ));
    }
    let directory = shell.path(wish.directory.unwrap_or("."));
    let mut builder = Builder::new(Vec::new());
    let mut open: Vec<String> = wish
        .names
        .iter()
        .rev()
        .map(|name| (*name).to_owned())
        .collect();
    while let Some(name) = open.pop() {
        if wish.excludes(&name) {
            continue;
        }
        if let Err(error) = add(io, &mut builder, &directory, &name, &mut open).await {
            return Ok(Err(format!("{name}: Cannot stat: {error}")));
        }
        if wish.verbose {
            io.complain(&name).await?;
        }
    }
    let packed = builder
        .into_inner()
        .and_then(|plain| if wish.gzip { zip(&plain) } else { Ok(plain) });
    let archive = match packed {
        Ok(archive) => Bytes::from(archive),
        Err(error) => return Ok(Err(error.to_string())),
    };
    if wish.file != "-" {
        let written = io
            .host
            .change(shell.path(wish.file), Change::Write(archive));
        return Ok(written
            .await
            .map_err(|error| format!("{}: {error}", wish.file)));
    }
    for piece in archive.chunks(PIECE) {
        io.out(Bytes::copy_from_slice(piece)).await?;
    }
    Ok(Ok(()))
}

/// Adds a name, and puts what is inside of it on the list of what is still to be added.
async fn add<H: Host>(
    io: &mut Io<'_, H>,
    builder: &mut Builder<Vec<u8>>,
    directory: &str,
    name: &str,
    open: &mut Vec<String>,
) -> Result<(), DiskError> {
    let path = absolute(directory, name);
    let stat = io.host.stat(path.clone()).await?;
    let bytes = if stat.is_directory {
        let inside = io.host.list(path).await?;
        let base = name.trim_end_matches('/');
        let inside = inside.iter().rev();
        open.extend(inside.map(|entry| format!("{base}/{}", entry.name)));
        Bytes::new()
    } else {
        io.host.read(path).await?
    };
    let mut header = header(&stat, bytes.len());
    // Members of an archive are below the place it is unpacked in.
    let name = name.trim_start_matches('/');
    let written = builder.append_data(&mut header, name, Cursor::new(bytes));
    written.map_err(DiskError::from)
}

fn header(stat: &Stat, size: usize) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(if stat.is_directory {
        EntryType::Directory
    } else {
        EntryType::Regular
    });
    header.set_mode(stat.mode);
    header.set_mtime(u64::from(stat.modified));
    header.set_size(u64::try_from(size).unwrap_or(u64::MAX));
    header
}

fn zip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_names() {
        let check = |pattern: &str, name: &str, expected: bool| {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        };
        check("a", "a", true);
        check("a", "ab", false);
        check("*.txt", "a.txt", true);
        check("*.*~", "a.txt~", true);
        check("*.*~", "a~", false);
        check("a*b*c", "a-b-b-c", true);
        check("a*b*c", "a-c", false);
    }

    #[test]
    fn options_are_read_in_any_order() {
        let arguments: Vec<String> = [
            "-zcf",
            "-",
            "--no-same-owner",
            "--exclude=*~",
            "-C",
            "/d",
            ".",
        ]
        .map(str::to_owned)
        .to_vec();
        let wish = Wish::parse(&arguments).unwrap();
        assert_eq!((wish.mode, wish.gzip, wish.file), (Some('c'), true, "-"));
        assert_eq!((wish.directory, wish.names), (Some("/d"), vec!["."]));
        assert_eq!(wish.exclude, ["*~"]);
        let bad = vec!["-xjf".to_owned(), "-".to_owned()];
        assert_eq!(Wish::parse(&bad).unwrap_err(), "-j");
    }
}
