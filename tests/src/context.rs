//! A directory with a `sindri.yaml`, and the program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A GPU pod with a volume and one secret.
const SINDRI_YAML: &str = "version: \"3.0\"
name: demo
deployment:
  provider: runpod
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
secrets:
  - name: TOKEN
    source: env
    required: true
providers:
  runpod:
    gpuType: NVIDIA L4
    containerDiskGb: 30
    volumeSizeGb: 20
";

/// A directory with a `sindri.yaml`, and the program run in it with a clean environment.
pub struct Context {
    directory: TempDir,
    program: PathBuf,
    environment: BTreeMap<String, String>,
}

impl Context {
    /// A deployable file, a secret for it, and no cloud yet.
    ///
    /// # Panics
    ///
    /// When the directory cannot be made.
    pub fn new(program: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let home = directory.path().join("home");
        fs::create_dir(&home).expect("a home");
        let context = Self {
            program: PathBuf::from(program),
            environment: BTreeMap::from([
                ("HOME".to_owned(), home.display().to_string()),
                ("TOKEN".to_owned(), "marker-of-the-secret".to_owned()),
                ("SINDRI_POLL_INTERVAL_MS".to_owned(), "20".to_owned()),
            ]),
            directory,
        };
        context.file("sindri.yaml", SINDRI_YAML);
        context
    }

    /// The same, talking to this address with a key.
    pub fn at(program: &str, base_url: &str) -> Self {
        let mut context = Self::new(program);
        context
            .set("RUNPOD_API_BASE_URL", base_url)
            .set("RUNPOD_API_KEY", "marker-of-the-key");
        context
    }

    /// Sets a variable of the program's environment.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Takes a variable away.
    pub fn unset(&mut self, name: &str) -> &mut Self {
        self.environment.remove(name);
        self
    }

    /// Writes a file, making its directory.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn file(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
        self
    }

    /// Writes a file that can be run.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    #[cfg(unix)]
    pub fn program(&self, name: &str, text: &str) -> &Self {
        use std::os::unix::fs::PermissionsExt as _;
        // The old one may be running: a new file takes its name.
        drop(fs::remove_file(self.path(name)));
        self.file(name, text);
        let runs = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.path(name), runs).expect("permissions");
        self
    }

    /// Replaces text in `sindri.yaml`.
    ///
    /// # Panics
    ///
    /// When the text is not there: the test would then test nothing.
    pub fn edit(&self, from: &str, to: &str) -> &Self {
        let text = self.read("sindri.yaml");
        assert!(text.contains(from), "{from} is not in sindri.yaml");
        self.file("sindri.yaml", &text.replace(from, to))
    }

    /// Writes what `sindri.yaml` says about the pod: lines of its provider's block.
    ///
    /// # Panics
    ///
    /// When there is no such block.
    pub fn pod(&self, lines: &str) -> &Self {
        let text = self.read("sindri.yaml");
        let (before, _) = text.split_once("providers:").expect("a block");
        let text = format!("{before}providers:\n  runpod:\n{lines}");
        self.file("sindri.yaml", &text)
    }

    /// Reads a file.
    ///
    /// # Panics
    ///
    /// When it cannot be read.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// What the state file says, when there is one.
    pub fn state(&self) -> Option<Value> {
        let text = fs::read(self.path(".sindri/state/runpod-demo.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Loses all that was written down about deployments.
    ///
    /// # Panics
    ///
    /// When nothing was.
    pub fn lose_state(&self) {
        fs::remove_dir_all(self.path(".sindri/state")).expect("a state");
    }

    /// Runs the program to its end. Words are separated by spaces.
    ///
    /// # Panics
    ///
    /// When it cannot be run, or takes longer than a minute.
    pub fn run(&self, arguments: &str) -> Run {
        self.start(arguments).finish()
    }

    /// Runs the program with `--json`, checks that standard output is one document, and gives it.
    ///
    /// # Panics
    ///
    /// As [`Self::run`].
    pub fn json(&self, arguments: &str) -> (i32, Value) {
        let run = self.run(&format!("{arguments} --json"));
        (run.code, run.document())
    }

    /// Starts the program.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn start(&self, arguments: &str) -> Running {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        self.start_with(&words)
    }

    /// Runs the program to its end with arguments that may hold spaces, and with this on standard input.
    ///
    /// # Panics
    ///
    /// As [`Self::run`], or when it reads less.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        use std::io::Write as _;
        let mut running = self.spawn(arguments, Stdio::piped());
        let mut stdin = running.child.stdin.take().expect("standard input");
        stdin.write_all(input.as_bytes()).expect("it reads");
        drop(stdin);
        running.finish()
    }

    /// The program, its directory and environment set up.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .envs(&self.environment);
        command
    }

    /// Starts the program with arguments that may hold spaces.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn start_with(&self, arguments: &[&str]) -> Running {
        self.spawn(arguments, Stdio::null())
    }

    fn spawn(&self, arguments: &[&str], stdin: Stdio) -> Running {
        let child = self
            .command(arguments)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Running {
            child,
            directory: self.directory.path().to_owned(),
        }
    }
}

/// A program that runs.
pub struct Running {
    child: Child,
    directory: PathBuf,
}

impl Running {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once, as a crash would.
    ///
    /// # Panics
    ///
    /// When it has ended already: the test then did not test what it says.
    pub fn kill(mut self) {
        assert!(
            self.child.try_wait().expect("a status").is_none(),
            "it ended by itself"
        );
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Sends it what Ctrl-C sends.
    ///
    /// # Panics
    ///
    /// When it cannot be sent.
    pub fn interrupt(&self) {
        self.signal("-INT");
    }

    /// Sends it what a service manager sends first.
    ///
    /// # Panics
    ///
    /// When it cannot be sent.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([name, &self.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Reads the first line of standard output.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn first_line(&mut self) -> String {
        use std::io::{BufRead as _, BufReader};
        let out = self.child.stdout.as_mut().expect("standard output");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// When that takes longer than a minute.
    pub fn finish(mut self) -> Run {
        let id = self.child.id();
        // Read to the end in threads: a full pipe would stop the program.
        let out = self.child.stdout.take().map(read_all);
        let err = self.child.stderr.take().map(read_all);
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                break status;
            }
            if begun.elapsed() > Duration::from_secs(60) {
                drop(self.child.kill());
                panic!("process {id} does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |thread: Option<std::thread::JoinHandle<String>>| {
            thread
                .map(|thread| thread.join().expect("a reader"))
                .unwrap_or_default()
        };
        Run {
            code: status.code().unwrap_or(-1),
            stdout: text(out),
            stderr: text(err),
            directory: self.directory,
        }
    }
}

fn read_all(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    directory: PathBuf,
}

impl Run {
    /// Checks the exit code, showing everything if it is another.
    ///
    /// # Panics
    ///
    /// When it is another.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Standard output as one JSON document.
    ///
    /// # Panics
    ///
    /// When it is anything else.
    #[track_caller]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!(
                "{error}\nstdout:\n{}\nstderr:\n{}",
                self.stdout, self.stderr
            )
        })
    }

    /// Exit code and both streams, for a snapshot. The directory is replaced.
    pub fn view(&self) -> String {
        let text = format!(
            "exit code {}\n----- stdout -----\n{}----- stderr -----\n{}",
            self.code, self.stdout, self.stderr
        );
        text.replace(&Path::new(&self.directory).display().to_string(), "[DIR]")
    }
}
