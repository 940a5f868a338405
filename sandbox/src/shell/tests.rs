//! What commands come to, in a world that is a few lines of text.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use futures::executor::block_on;

use crate::disk::{Contents, Disk, DiskError, Entry, Stat, Tree};
use crate::shell::host::{Change, Gone, Host, Stream};
use crate::shell::line::{Key, LineEditor};
use crate::shell::run::{Flow, Shell, run};

struct World {
    input: VecDeque<&'static str>,
    out: String,
    error: String,
    slept: Duration,
    tree: Tree,
    contents: Contents,
}

impl World {
    fn new(input: &[&'static str]) -> Self {
        Self {
            input: input.iter().copied().collect(),
            out: String::new(),
            error: String::new(),
            slept: Duration::ZERO,
            tree: Tree::default(),
            contents: Contents::memory(),
        }
    }

    fn disk(&mut self) -> Disk<'_> {
        Disk::new(&mut self.tree, None, &self.contents, 0)
    }
}

impl Host for World {
    async fn input(&mut self) -> Option<Bytes> {
        self.input
            .pop_front()
            .map(|text| Bytes::from_static(text.as_bytes()))
    }

    async fn output(&mut self, to: Stream, bytes: Bytes) -> Result<(), Gone> {
        let text = str::from_utf8(&bytes).unwrap();
        match to {
            Stream::Out => self.out.push_str(text),
            Stream::Error => self.error.push_str(text),
        }
        Ok(())
    }

    async fn sleep(&mut self, duration: Duration) {
        self.slept += duration;
    }

    async fn read(&mut self, path: String) -> Result<Bytes, DiskError> {
        self.disk().read(&path)
    }

    async fn stat(&mut self, path: String) -> Result<Stat, DiskError> {
        self.disk().stat(&path)
    }

    async fn list(&mut self, path: String) -> Result<Vec<Entry>, DiskError> {
        self.disk().list(&path)
    }

    async fn change(&mut self, path: String, change: Change) -> Result<(), DiskError> {
        let mut disk = self.disk();
        match change {
            Change::Write(bytes) => disk.write(&path, &bytes),
            Change::MakeDirectory => disk.make_directory(&path),
            Change::RemoveFile => disk.remove_file(&path),
            Change::RemoveDirectory => disk.remove_directory(&path),
        }
    }
}

fn shell() -> Shell {
    let env = [("COLOUR", "dark blue"), ("EMPTY", "")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Shell::new("pod1", BTreeMap::from(env))
}

/// Runs a script; gives its code, its output and its errors.
fn outcome(world: &mut World, text: &str) -> (u8, String, String) {
    let mut shell = shell();
    let code = match block_on(run(&mut shell, world, text)).unwrap() {
        Flow::Next => shell.status,
        Flow::Exit(code) => code,
        Flow::Shell => panic!("a shell would read the input"),
    };
    let (out, error) = (&mut world.out, &mut world.error);
    (code, std::mem::take(out), std::mem::take(error))
}

#[track_caller]
fn check(text: &str, code: u8, out: &str, error: &str) {
    let found = outcome(&mut World::new(&["from ", "input\n"]), text);
    assert_eq!(found, (code, out.into(), error.into()), "{text}");
}

#[test]
fn files_and_texts_are_tested_and_input_goes_to_files() {
    check("test -d /root && test ! -e /root/a && [ a = a ]", 0, "", "");
    check("test -d /no || test -f /root || [ a != a ]", 1, "", "");
    check("test -n ''; echo $?; test -z ''; echo $?", 0, "1\n0\n", "");
    check("tee a b; cat b", 0, "from input\nfrom input\n", "");
    let refused = "test: the sandbox's test does not take `-w`\n";
    check("test -w /root", 2, "", refused);
}

#[test]
fn an_archive_carries_files_from_one_directory_to_another() {
    let pack = "mkdir -p a/b; echo one > a/1; echo two > a/b/2; echo no > a/no~";
    let unpack =
        "tar -czf t.tgz --exclude=*~ -C a . && mkdir c && tar xzvf t.tgz -C c && cat c/1 c/b/2";
    let shown = "1\nb\nb/2\none\ntwo\n";
    check(&format!("{pack}; {unpack}"), 0, &format!(".\n{shown}"), "");
    check("tar --version", 0, "tar (sandbox) 1.0\n", "");
    check(
        "tar -cf - no",
        2,
        "",
        "tar: no: Cannot stat: No such file or directory\n",
    );
    let (code, _, error) = outcome(&mut World::new(&["no archive"]), "tar -xzf -");
    assert_eq!(code, 2);
    assert!(error.starts_with("tar: This does not look like"), "{error}");
    check(
        "tar -xjf -",
        2,
        "",
        "tar: the sandbox's tar does not take `-j`\n",
    );
}

#[test]
fn commands_say_and_return_what_a_posix_shell_does() {
    check("echo a b   c", 0, "a b c\n", "");
    check("echo -n a", 0, "a", "");
    check("", 0, "", "");
    check("true", 0, "", "");
    check("false", 1, "", "");
    check(": ignored", 0, "", "");
    check("exit", 0, "", "");
    check("false; exit", 1, "", "");
    check("exit 7; echo never", 7, "", "");
    check("exit 256", 0, "", "");
    check("exit -1", 255, "", "");
    check("exit x", 2, "", "sh: exit: x: numeric argument required\n");
    check("pwd", 0, "/root\n", "");
    check("cd /tmp/../tmp/. && pwd", 0, "/tmp\n", "");
    check("cd /no", 1, "", "sh: cd: /no: No such file or directory\n");
    check("whoami", 0, "root\n", "");
    check("id", 0, "uid=0(root) gid=0(root) groups=0(root)\n", "");
    check("id -u", 0, "0\n", "");
    check("hostname", 0, "pod1\n", "");
    check("uname", 0, "Linux\n", "");
    check("uname -n", 0, "pod1\n", "");
    check("uname -sm", 0, "Linux x86_64\n", "");
    check(
        "uname -z",
        2,
        "",
        "uname: the sandbox's uname does not take `-z`\n",
    );
    check("printenv COLOUR", 0, "dark blue\n", "");
    check("printenv NONE", 1, "", "");
    check("/bin/echo a", 0, "a\n", "");
    check("nope -x", 127, "", "sh: nope: not found\n");
    check("cat", 0, "from input\n", "");
    check(
        "cat - /no",
        1,
        "from input\n",
        "cat: /no: No such file or directory\n",
    );
    check("sleep x", 1, "", "sleep: invalid time interval `x`\n");
    check("sleep -1", 1, "", "sleep: invalid time interval `-1`\n");
    check("sleep", 1, "", "sleep: missing operand\n");
}

#[test]
fn lists_run_what_is_due() {
    check("true && echo a || echo b", 0, "a\n", "");
    check("false && echo a || echo b", 0, "b\n", "");
    check("false || false; echo $?", 0, "1\n", "");
    check("false && echo a; echo $?", 0, "1\n", "");
    check("true || echo a && echo b", 0, "b\n", "");
    check("! true; echo $?", 0, "1\n", "");
    check("! false", 0, "", "");
    check("true &&\n echo a", 0, "a\n", "");
    check(
        "echo a;echo b\n\n;echo c # echo d\necho e#f",
        0,
        "a\nb\nc\ne#f\n",
        "",
    );
}

#[test]
fn words_are_made_as_quotes_and_values_say() {
    check("echo 'a  b' \"c  d\" e\\ \\ f", 0, "a  b c  d e  f\n", "");
    check(
        "echo \"say \\\"hi\\\" \\$COLOUR \\x\"",
        0,
        "say \"hi\" $COLOUR \\x\n",
        "",
    );
    check("echo '$COLOUR'", 0, "$COLOUR\n", "");
    check("echo $COLOUR", 0, "dark blue\n", "");
    check("X='a   b'; echo $X; echo \"$X\"", 0, "a b\na   b\n", "");
    check(
        "echo ${COLOUR}ish \"${COLOUR}ish\"",
        0,
        "dark blueish dark blueish\n",
        "",
    );
    check("echo a$EMPTY$NONE'' \"\" b", 0, "a  b\n", "");
    check("echo $EMPTY b", 0, "b\n", "");
    check("echo $ a$", 0, "$ a$\n", "");
    check("echo ~ ~/x a~ '~'", 0, "/root /root/x a~ ~\n", "");
    check("echo *.txt what?", 0, "*.txt what?\n", "");
    check("X=1 Y=2; echo $X$Y", 0, "12\n", "");
    check("X=1 printenv X; printenv X; echo $X.", 0, "1\n.\n", "");
    check("X=1; printenv X; export X; printenv X", 0, "1\n", "");
    check(
        "export X=a\\ b; printenv X; unset X; printenv X",
        1,
        "a b\n",
        "",
    );
    check("export 1X=a", 1, "", "sh: export: `1X=a` is no name\n");
    check("CMD='echo hi'; $CMD", 0, "hi\n", "");
}

#[test]
fn a_shell_in_a_shell_is_one_of_its_own() {
    check("sh -c 'echo a; exit 4'; echo $?", 0, "a\n4\n", "");
    check("bash -lc \"echo a && false\"", 1, "a\n", "");
    check("sh -c 'echo $0 $1 $# $2' name one", 0, "name one 1\n", "");
    check(
        "X=1; sh -c 'echo .$X'; export X; sh -c 'echo .$X'",
        0,
        ".\n.1\n",
        "",
    );
    check("sh -c 'cd /tmp; X=2'; pwd; echo .$X", 0, "/root\n.\n", "");
    check("sh -c", 2, "", "sh: -c requires an argument\n");
    check("sh -y", 2, "", "sh: the sandbox's sh does not take `-y`\n");
    check("echo 'echo $1' > s; sh s x", 0, "x\n", "");
    let found = outcome(&mut World::new(&["echo a\n", "exit 3\n", "echo b\n"]), "sh");
    assert_eq!(found, (3, "a\n".into(), String::new()));
    check(
        "export X='sh -c \"$X\"'; sh -c \"$X\"",
        2,
        "",
        "sh: nested too deeply\n",
    );
}

#[test]
fn a_command_takes_the_place_of_its_shell() {
    check("exec echo a; echo b", 0, "a\n", "");
    check("exec none; echo b", 127, "", "sh: exec: none: not found\n");
    check("command -v bash", 0, "bash\n", "");
    check("command -v none || echo", 0, "\n", "");
    for text in [
        "exec sh",
        "exec bash -l; echo never",
        "sh -c 'command -v bash >/dev/null && exec bash -l || exec sh'",
    ] {
        let flow = block_on(run(&mut shell(), &mut World::new(&[]), text)).unwrap();
        assert_eq!(flow, Flow::Shell, "{text}");
    }
}

#[test]
fn streams_lead_where_redirections_say() {
    check("echo x >&2", 0, "", "x\n");
    check("echo x 1>&2", 0, "", "x\n");
    check(
        "cat /no 2>&1",
        1,
        "cat: /no: No such file or directory\n",
        "",
    );
    check("cat /no 2>/dev/null", 1, "", "");
    check("echo a > /dev/null", 0, "", "");
    check("echo a > f; echo b >> f; cat f", 0, "a\nb\n", "");
    check("echo a > f; echo b > f; cat < f", 0, "b\n", "");
    check("cat > f; cat f f", 0, "from input\nfrom input\n", "");
    check(
        "sh -c 'echo a; echo b >&2' > f 2>&1; echo -; cat f",
        0,
        "-\na\nb\n",
        "",
    );
    check(
        "sh -c 'echo a; echo b >&2' 2>&1 > f; echo -; cat f",
        0,
        "b\n-\na\n",
        "",
    );
    check("sh -c 'cat; cat' < /dev/null; cat", 0, "from input\n", "");
    check("echo a > f; sh -c 'cat < /dev/null; cat' < f", 0, "a\n", "");
    check("> f; ls", 0, "f\n", "");
    check(
        "echo a > /no/f; echo $?",
        0,
        "1\n",
        "sh: /no/f: No such file or directory\n",
    );
    check(
        "cat < /no || echo b",
        0,
        "b\n",
        "sh: /no: No such file or directory\n",
    );
    check("echo a > /tmp", 1, "", "sh: /tmp: Is a directory\n");
    check("echo 2 >f; cat f", 0, "2\n", "");
    check("echo 2>f; cat f", 0, "\n", "");
}

#[test]
fn files_are_made_listed_and_removed() {
    check(
        "mkdir d; echo a > d/f; ls; ls d; ls d/f; cat d/f",
        0,
        "d\nf\nd/f\na\n",
        "",
    );
    check("mkdir -p a/b/c && ls a a/b", 0, "a:\nb\na/b:\nc\n", "");
    check(
        "mkdir a/b",
        1,
        "",
        "mkdir: a/b: No such file or directory\n",
    );
    check("mkdir /tmp", 1, "", "mkdir: /tmp: File exists\n");
    check("echo a > .h; ls; ls -a", 0, ".h\n", "");
    check(
        "echo ab > f; ls -l f",
        0,
        "-rw-r--r-- 1 root root        3 1970-01-01 00:00 f\n",
        "",
    );
    check("ls /no", 1, "", "ls: /no: No such file or directory\n");
    check("ls -R", 2, "", "ls: the sandbox's ls does not take `-R`\n");
    check("rm /no", 1, "", "rm: /no: No such file or directory\n");
    check("rm -f /no", 0, "", "");
    check("mkdir d; rm d", 1, "", "rm: d: Is a directory\n");
    check(
        "mkdir -p d/e; echo a > d/e/f; echo b > d/g; rm -rf d; ls",
        0,
        "",
        "",
    );
    check("cat /tmp", 1, "", "cat: /tmp: Is a directory\n");
    check("echo a > f; cat f/g", 1, "", "cat: f/g: Not a directory\n");
}

#[test]
fn what_a_shell_has_beyond_this_is_refused_by_its_name() {
    let refused = |text: &str, what: &str| {
        check(
            text,
            2,
            "",
            &format!("sh: {what} is not part of the sandbox's shell\n"),
        );
    };
    refused("echo a | cat", "a pipe");
    refused("sleep 1 &", "`&`");
    refused("echo $(pwd)", "command substitution");
    refused("echo \"`pwd`\"", "command substitution");
    refused("(pwd)", "a subshell");
    refused("cat << END", "a here-document");
    refused("if true; then echo a; fi", "if");
    refused("echo ${COLOUR:-x}", "`${` with more than a name");
    refused("echo a 3> f", "a descriptor above 2");
    check(
        "echo 'a",
        2,
        "",
        "sh: syntax error: a single quote has no end\n",
    );
    check(
        "echo \"a",
        2,
        "",
        "sh: syntax error: a double quote has no end\n",
    );
    check("&& a", 2, "", "sh: syntax error near `&&`\n");
    check("a ||", 2, "", "sh: syntax error near `||`\n");
    check("echo >", 2, "", "sh: syntax error near `a redirection`\n");
    // Nothing of a script with a mistake is run, and the shell goes on.
    check(
        "echo a; echo 'b",
        2,
        "",
        "sh: syntax error: a single quote has no end\n",
    );
}

#[test]
fn sleep_takes_the_time_it_is_told() {
    let slept = |text: &str, expected: f64| {
        let mut world = World::new(&[]);
        assert_eq!(outcome(&mut world, text).0, 0, "{text}");
        assert_eq!(world.slept, Duration::from_secs_f64(expected), "{text}");
    };
    slept("sleep 2", 2.0);
    slept("sleep 0.25 1s", 1.25);
    slept("sleep 2m && sleep 1h", 3720.0);
}

#[test]
fn output_that_nobody_reads_ends_the_script() {
    struct Deaf(World);
    impl Host for Deaf {
        async fn input(&mut self) -> Option<Bytes> {
            self.0.input().await
        }
        async fn output(&mut self, _to: Stream, _bytes: Bytes) -> Result<(), Gone> {
            Err(Gone)
        }
        async fn sleep(&mut self, duration: Duration) {
            self.0.sleep(duration).await;
        }
        async fn read(&mut self, path: String) -> Result<Bytes, DiskError> {
            self.0.read(path).await
        }
        async fn stat(&mut self, path: String) -> Result<Stat, DiskError> {
            self.0.stat(path).await
        }
        async fn list(&mut self, path: String) -> Result<Vec<Entry>, DiskError> {
            self.0.list(path).await
        }
        async fn change(&mut self, path: String, change: Change) -> Result<(), DiskError> {
            self.0.change(path, change).await
        }
    }
    let mut host = Deaf(World::new(&[]));
    let flow = block_on(run(&mut shell(), &mut host, "true; echo a; sleep 5"));
    assert_eq!((flow, host.0.slept), (Err(Gone), Duration::ZERO));
}

#[test]
fn a_line_is_edited_as_it_is_typed() {
    #[track_caller]
    fn check(input: &[u8], shown: &str, keys: &[Key]) {
        let mut editor = LineEditor::default();
        let found = editor.feed(input);
        let found = (String::from_utf8_lossy(&found.0).into_owned(), found.1);
        assert_eq!(found, (shown.to_owned(), keys.to_vec()), "{input:?}");
    }
    let line = |text: &'static str| Key::Line(Bytes::from_static(text.as_bytes()));
    check(b"ab\r", "ab\r\n", &[line("ab\n")]);
    check(b"a\r\nb\n", "a\r\nb\r\n", &[line("a\n"), line("b\n")]);
    check(b"\n\n", "\r\n\r\n", &[line("\n"), line("\n")]);
    check(b"ax\x7fb\r", "ax\x08 \x08b\r\n", &[line("ab\n")]);
    check(b"\x7f\x08a\r", "a\r\n", &[line("a\n")]);
    check("aé\x7f\r".as_bytes(), "aé\x08 \x08\r\n", &[line("a\n")]);
    check(b"ab\x15c\r", "ab\x08 \x08\x08 \x08c\r\n", &[line("c\n")]);
    check(
        b"a bc \x17d\r",
        "a bc \x08 \x08\x08 \x08\x08 \x08d\r\n",
        &[line("a d\n")],
    );
    check(
        b"ab\x03c\r",
        "ab^C\r\nc\r\n",
        &[Key::Interrupt, line("c\n")],
    );
    check(b"\x04", "", &[Key::End]);
    check(b"a\x04\r", "a\r\n", &[line("a\n")]);
    check(
        b"a\x1b[Ab\x1b[1;5Dc\x1bOPd\r",
        "abcd\r\n",
        &[line("abcd\n")],
    );
    check(b"a\x1b\r", "a\r\n", &[line("a\n")]);
    check(b"a\tb\x00\r", "ab\r\n", &[line("ab\n")]);
}

#[test]
fn a_line_is_bounded() {
    let mut editor = LineEditor::default();
    let (shown, _) = editor.feed(&[b'a'; 5000]);
    let bells = shown.split(|byte| *byte == 7).count() - 1;
    assert_eq!(bells, 5000 - 4096);
    let (_, keys) = editor.feed(b"\r");
    assert!(matches!(&keys[..], [Key::Line(line)] if line.len() == 4097));
}
