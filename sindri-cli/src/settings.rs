//! Flags, environment and defaults, made into one value that the rest of the program reads.
//!
//! Nothing else in this crate looks at the environment.

mod address;
mod variables;
mod vault;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

pub(crate) use address::is_loopback;
pub(crate) use variables::{Environment, VARIABLES, Variable};
pub(crate) use vault::{Given, Login, Trust, VaultSettings};

use crate::args::GlobalArgs;
use crate::error::{Error, Failure, Result};

/// Everything a command needs to know beside its own flags.
pub(crate) struct Settings {
    /// Which configuration file to use.
    pub(crate) config: ConfigLocation,
    /// Provider to use instead of the one in the file.
    pub(crate) provider: Option<String>,
    /// Access to RunPod.
    pub(crate) runpod: RunpodSettings,
    /// Access to Northflank.
    pub(crate) northflank: NorthflankSettings,
    /// Whether the providers are the local stand-ins.
    pub(crate) cloud: CloudChoice,
    /// How many times faster than real time a sandbox in this process lives.
    pub(crate) sandbox_time_scale: f64,
    /// Faults on order for a sandbox in this process.
    pub(crate) sandbox_faults: Vec<String>,
    /// How often to look, and how long.
    pub(crate) pace: Pace,
    /// Access to Vault, or why there is none. Only a command that reads secrets from there needs it.
    pub(crate) vault: std::result::Result<VaultSettings, String>,
    /// The environment, for secrets.
    pub(crate) environment: Environment,
}

/// Which clouds a command talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CloudChoice {
    /// The providers.
    Real,
    /// A sandbox in this process.
    Sandbox,
}

impl CloudChoice {
    /// The usual pause between two looks.
    fn poll_interval_ms(self) -> u64 {
        match self {
            Self::Real => 5_000,
            Self::Sandbox => SANDBOX_POLL_INTERVAL_MS,
        }
    }
}

/// How to talk to the user.
#[derive(Debug, Clone)]
pub(crate) struct OutputSettings {
    /// What standard output carries.
    pub(crate) format: Format,
    /// How much is said on standard error.
    pub(crate) verbosity: Verbosity,
    /// Whether text may be coloured.
    pub(crate) colour: Colour,
    /// Which streams are terminals.
    pub(crate) terminal: Terminal,
    /// Log filter from `RUST_LOG`.
    pub(crate) log_filter: Option<String>,
}

/// What standard output carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Text for people.
    Human,
    /// One JSON document.
    Json,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// What a person waiting wants to know.
    Normal,
    /// Calls and decisions.
    Info,
    /// Details of calls.
    Debug,
    /// Everything that holds no secret.
    Trace,
}

/// Whether text may be coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// Where the stream is a terminal.
    Auto,
    /// Nowhere.
    Never,
}

/// Which streams are terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// Whether questions can be asked.
    pub(crate) stdin: bool,
    /// Whether data is read by a person.
    pub(crate) stdout: bool,
    /// Whether progress can be drawn.
    pub(crate) stderr: bool,
}

/// Where to look for the configuration file.
#[derive(Debug, Clone)]
pub(crate) struct ConfigLocation {
    /// The file named by a flag.
    pub(crate) option: Option<PathBuf>,
    /// The file named by the environment.
    pub(crate) variable: Option<PathBuf>,
    /// Where the search begins otherwise.
    pub(crate) current_dir: PathBuf,
    /// The user's home directory.
    pub(crate) home: Option<PathBuf>,
    /// Where programs of the user keep their state: `XDG_STATE_HOME`, else `~/.local/state`.
    pub(crate) state_home: Option<PathBuf>,
}

/// Where calls may go without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlainHttp {
    /// To this machine.
    Loopback,
    /// Anywhere: `--insecure-http`.
    Anywhere,
}

/// How calls to a provider are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallSettings {
    /// Whether its address may be plain http.
    pub(crate) plain_http: PlainHttp,
    /// How long a connection may take to open.
    pub(crate) connect_timeout: Duration,
    /// How long an answer may take.
    pub(crate) read_timeout: Duration,
    /// The first wait before a failed call is repeated is up to this; each next one up to twice as long.
    pub(crate) retry_delay: Duration,
}

/// Access to RunPod.
pub(crate) struct RunpodSettings {
    /// The API key, or why there is none. Only a command that talks to RunPod needs it.
    pub(crate) api_key: std::result::Result<SecretString, NoKey>,
    /// Origin of the API.
    pub(crate) base_url: String,
    pub(crate) calls: CallSettings,
}

/// Access to Northflank.
pub(crate) struct NorthflankSettings {
    /// The API token, or why there is none. Only a command that talks to Northflank needs it.
    pub(crate) api_token: std::result::Result<SecretString, NoKey>,
    /// Origin of the API.
    pub(crate) base_url: String,
    /// The team to work in, where the token reaches several.
    pub(crate) team: Option<String>,
    pub(crate) calls: CallSettings,
}

/// Why there is no API key to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// Nothing is set.
    Unset,
    /// White space only.
    Blank,
    /// Something in it that no header can carry, such as a line break.
    Unsendable,
    /// It is not text.
    NotText,
}

/// How often to look at a deployment that is getting ready, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Between two looks.
    pub(crate) poll_interval: Duration,
    /// Until giving up.
    pub(crate) deploy_timeout: Duration,
}

/// Origin of RunPod's API.
pub(crate) const RUNPOD_API: &str = "https://api.runpod.io";

/// Origin of Northflank's API.
pub(crate) const NORTHFLANK_API: &str = "https://api.northflank.com";

/// Where a token of Northflank is looked for, in this order.
pub(crate) const NORTHFLANK_TOKENS: [&str; 2] = ["NORTHFLANK_API_TOKEN", "NF_API_TOKEN"];

/// Where the origin of Northflank's API is looked for, in this order.
const NORTHFLANK_ORIGINS: [&str; 3] = ["NORTHFLANK_API_BASE_URL", "NF_API_HOST", "NF_HOST"];

/// A sandbox lives on loopback and has no rate limit to spare.
const SANDBOX_POLL_INTERVAL_MS: u64 = 250;

impl Settings {
    /// Puts flags over environment over defaults.
    ///
    /// # Errors
    ///
    /// A variable that holds something other than its documentation allows.
    pub(crate) fn resolve(args: &GlobalArgs, environment: Environment) -> Result<Self> {
        let cloud = if args.sandbox || flag(&environment, "SINDRI_SANDBOX")? {
            CloudChoice::Sandbox
        } else {
            CloudChoice::Real
        };
        let millis = |name, default| number(&environment, name, default).map(Duration::from_millis);
        let calls = CallSettings {
            plain_http: plain_http(args),
            connect_timeout: millis("SINDRI_CONNECT_TIMEOUT_MS", 10_000)?,
            read_timeout: millis("SINDRI_READ_TIMEOUT_MS", 30_000)?,
            retry_delay: millis("SINDRI_RETRY_DELAY_MS", 500)?,
        };
        Ok(Self {
            config: ConfigLocation {
                option: args.config.clone(),
                variable: text(&environment, "SINDRI_CONFIG")?.map(PathBuf::from),
                current_dir: environment.current_dir().to_owned(),
                home: environment.home(),
                state_home: state_home(&environment)?,
            },
            provider: match &args.provider {
                Some(provider) => Some(provider.clone()),
                None => text(&environment, "SINDRI_PROVIDER")?.map(str::to_owned),
            },
            northflank: NorthflankSettings {
                api_token: northflank_token(&environment),
                base_url: first(&environment, &NORTHFLANK_ORIGINS)?
                    .unwrap_or(NORTHFLANK_API)
                    .trim_end_matches('/')
                    .to_owned(),
                team: text(&environment, "NORTHFLANK_TEAM_ID")?.map(str::to_owned),
                calls,
            },
            runpod: RunpodSettings {
                api_key: key(&environment, "RUNPOD_API_KEY"),
                base_url: text(&environment, "RUNPOD_API_BASE_URL")?
                    .unwrap_or(RUNPOD_API)
                    .to_owned(),
                calls,
            },
            cloud,
            sandbox_time_scale: time_scale(&environment)?,
            sandbox_faults: sandbox_faults(&environment)?,
            pace: Pace {
                poll_interval: millis("SINDRI_POLL_INTERVAL_MS", cloud.poll_interval_ms())?,
                deploy_timeout: number(&environment, "SINDRI_DEPLOY_TIMEOUT_SECS", 600)
                    .map(Duration::from_secs)?,
            },
            vault: VaultSettings::resolve(&environment, Given::default()),
            environment,
        })
    }
}

/// A path that is not absolute is to be ignored, says the convention for these directories.
fn state_home(environment: &Environment) -> Result<Option<PathBuf>> {
    let given = text(environment, "XDG_STATE_HOME")?.map(PathBuf::from);
    let usual = || environment.home().map(|home| home.join(".local/state"));
    Ok(given.filter(|path| path.is_absolute()).or_else(usual))
}

impl OutputSettings {
    /// Also used before the rest is known, so that any failure finds its way out.
    pub(crate) fn resolve(args: &GlobalArgs, environment: &Environment) -> Result<Self> {
        let unset = |name| environment.get(name).is_none() && !environment.is_unreadable(name);
        Ok(Self {
            format: if args.json {
                Format::Json
            } else {
                Format::Human
            },
            verbosity: verbosity(args, environment)?,
            colour: if unset("NO_COLOR") && unset("SINDRI_NO_COLOR") {
                Colour::Auto
            } else {
                Colour::Never
            },
            terminal: environment.terminal(),
            log_filter: text(environment, "RUST_LOG")?.map(str::to_owned),
        })
    }

    /// What is used to tell that the settings themselves are wrong.
    pub(crate) fn fallback(format: Format, terminal: Terminal) -> Self {
        Self {
            format,
            verbosity: Verbosity::Normal,
            colour: Colour::Never,
            terminal,
            log_filter: None,
        }
    }
}

fn verbosity(args: &GlobalArgs, environment: &Environment) -> Result<Verbosity> {
    if args.quiet {
        return Ok(Verbosity::Quiet);
    }
    match args.verbose {
        0 => {}
        1 => return Ok(Verbosity::Info),
        2 => return Ok(Verbosity::Debug),
        3.. => return Ok(Verbosity::Trace),
    }
    match text(environment, "SINDRI_LOG_LEVEL")? {
        None | Some("warn") => Ok(Verbosity::Normal),
        Some("error") => Ok(Verbosity::Quiet),
        Some("info") => Ok(Verbosity::Info),
        Some("debug") => Ok(Verbosity::Debug),
        Some("trace") => Ok(Verbosity::Trace),
        Some(other) => Err(Error::usage(
            Failure::new(format!("SINDRI_LOG_LEVEL is `{other}`"))
                .help("use error, warn, info, debug or trace"),
        )),
    }
}

/// A variable's value, unless it is empty.
fn text<'a>(environment: &'a Environment, name: &str) -> Result<Option<&'a str>> {
    if environment.is_unreadable(name) {
        return Err(Error::usage(
            Failure::new(format!("{name} is not text"))
                .help("it holds bytes that are no UTF-8: set it again"),
        ));
    }
    Ok(environment.get(name))
}

/// The first of these variables that is set.
fn first<'a>(environment: &'a Environment, names: &[&str]) -> Result<Option<&'a str>> {
    for name in names {
        if let Some(value) = text(environment, name)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// The first token that is set, whatever is wrong with it: falling back to another could spend in another
/// account.
fn northflank_token(environment: &Environment) -> std::result::Result<SecretString, NoKey> {
    let tokens = NORTHFLANK_TOKENS.iter().map(|name| key(environment, name));
    tokens
        .into_iter()
        .find(|token| !matches!(token, Err(NoKey::Unset)))
        .unwrap_or(Err(NoKey::Unset))
}

/// A key that was pasted with a line end around it still is that key.
fn key(environment: &Environment, name: &str) -> std::result::Result<SecretString, NoKey> {
    if environment.is_unreadable(name) {
        return Err(NoKey::NotText);
    }
    let key = environment.get(name).ok_or(NoKey::Unset)?.trim();
    if key.is_empty() {
        Err(NoKey::Blank)
    } else if key.chars().all(|c| c.is_ascii_graphic()) {
        Ok(key.into())
    } else {
        Err(NoKey::Unsendable)
    }
}

/// Guessing what a mistyped word means could choose the cloud that bills.
fn flag(environment: &Environment, name: &str) -> Result<bool> {
    let Some(text) = text(environment, name)? else {
        return Ok(false);
    };
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" | "y" => Ok(true),
        "" | "0" | "false" | "no" | "off" | "n" => Ok(false),
        _ => Err(Error::usage(
            Failure::new(format!("{name} is `{text}`")).help("use true or false"),
        )),
    }
}

fn plain_http(args: &GlobalArgs) -> PlainHttp {
    if args.insecure_http {
        PlainHttp::Anywhere
    } else {
        PlainHttp::Loopback
    }
}

fn sandbox_faults(environment: &Environment) -> Result<Vec<String>> {
    let faults = text(environment, "SINDRI_SANDBOX_FAULTS")?;
    let faults = faults.into_iter().flat_map(|faults| faults.split(','));
    Ok(faults.map(|fault| fault.trim().to_owned()).collect())
}

fn time_scale(environment: &Environment) -> Result<f64> {
    let name = "SINDRI_SANDBOX_TIME_SCALE";
    let Some(text) = text(environment, name)? else {
        return Ok(1.0);
    };
    match text.trim().parse::<f64>() {
        Ok(scale) if scale.is_finite() && scale > 0.0 => Ok(scale),
        Ok(_) | Err(_) => Err(Error::usage(
            Failure::new(format!("{name} is `{text}`")).help("use a number above 0"),
        )),
    }
}

/// A whole number from 1 up.
fn number(environment: &Environment, name: &str, default: u64) -> Result<u64> {
    let Some(text) = text(environment, name)? else {
        return Ok(default);
    };
    match text.trim().parse() {
        Ok(number) if number > 0 => Ok(number),
        Ok(_) | Err(_) => Err(Error::usage(
            Failure::new(format!("{name} is `{text}`")).help("use a whole number from 1 up"),
        )),
    }
}

#[cfg(test)]
mod tests;
