//! What `doctor` found.

use serde::Serialize;

use super::human::Human;
use super::paint::{Ink, Palette};
use super::table::table;
use super::text::Text;

/// Everything that was checked. The fields are those of the format's JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct DoctorReport {
    pub(crate) platform: Platform,
    pub(crate) tools: Vec<Tool>,
    pub(crate) overall_status: Overall,
    pub(crate) missing_required_count: usize,
    pub(crate) missing_optional_count: usize,
    pub(crate) auth_required_count: usize,
    #[serde(skip)]
    pub(crate) layout: Layout,
}

/// The machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Platform {
    pub(crate) os: &'static str,
    pub(crate) arch: &'static str,
    /// Those that are installed.
    pub(crate) package_managers: Vec<&'static str>,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Tool {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// The provider that needs it; null when every one does.
    pub(crate) provider: Option<&'static str>,
    pub(crate) state: ToolState,
    pub(crate) version: Option<String>,
    pub(crate) required: bool,
    /// Null for what is no matter of credentials.
    pub(crate) auth_status: Option<AuthStatus>,
    pub(crate) check_duration_ms: u64,
    /// What was seen.
    pub(crate) details: Vec<String>,
    /// What to do about it.
    pub(crate) help: Vec<String>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToolState {
    /// It is there and can be used.
    Available,
    /// It is not there.
    Missing,
    /// It is there and cannot be used as it is.
    Invalid,
    /// Nobody looked; the details say why.
    NotChecked,
}

/// Whether a provider accepts who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthStatus {
    /// It was asked and does.
    Authenticated,
    /// It was asked and does not, or there is nothing to ask with.
    NotAuthenticated,
    /// It was not asked.
    Unknown,
}

/// The checks in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Overall {
    Ready,
    MissingRequired,
    AuthRequired,
    /// Good enough to deploy.
    MissingOptional,
}

/// How people are shown it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Table,
    /// With platform and durations.
    VerboseTable,
    /// A line for each check, for scripts.
    Lines,
}

impl Tool {
    /// Something that has to be there, and is.
    pub(crate) fn required(id: &'static str, name: &'static str) -> Self {
        Self {
            id,
            name,
            provider: None,
            state: ToolState::Available,
            version: None,
            required: true,
            auth_status: None,
            check_duration_ms: 0,
            details: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Something that is good to have, and is there.
    pub(crate) fn optional(id: &'static str, name: &'static str) -> Self {
        Self {
            required: false,
            ..Self::required(id, name)
        }
    }

    /// The same for one provider only.
    pub(crate) fn of(mut self, provider: &'static str) -> Self {
        self.provider = Some(provider);
        self
    }

    /// The same in another state.
    pub(crate) fn state(mut self, state: ToolState) -> Self {
        self.state = state;
        self
    }

    /// The same, being a matter of credentials.
    pub(crate) fn auth(mut self, status: AuthStatus) -> Self {
        self.auth_status = Some(status);
        self
    }

    /// Adds what was seen.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// Adds what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    fn needs_login(&self) -> bool {
        self.auth_status == Some(AuthStatus::NotAuthenticated)
    }

    fn is_lacking(&self) -> bool {
        matches!(self.state, ToolState::Missing | ToolState::Invalid)
    }
}

impl ToolState {
    fn word(self) -> &'static str {
        match self {
            Self::Available => "ok",
            Self::Missing => "missing",
            Self::Invalid => "wrong",
            Self::NotChecked => "not checked",
        }
    }
}

impl DoctorReport {
    /// Counts what is lacking.
    pub(crate) fn new(platform: Platform, tools: Vec<Tool>, layout: Layout) -> Self {
        let count = |test: &dyn Fn(&Tool) -> bool| tools.iter().filter(|tool| test(tool)).count();
        let auth = count(&Tool::needs_login);
        let lacking = |tool: &Tool| tool.is_lacking() && !tool.needs_login();
        let required = count(&|tool| lacking(tool) && tool.required);
        let optional = count(&|tool| lacking(tool) && !tool.required);
        Self {
            platform,
            overall_status: match (required, auth, optional) {
                (0, 0, 0) => Overall::Ready,
                (0, 0, _) => Overall::MissingOptional,
                (0, _, _) => Overall::AuthRequired,
                (_, _, _) => Overall::MissingRequired,
            },
            missing_required_count: required,
            missing_optional_count: optional,
            auth_required_count: auth,
            tools,
            layout,
        }
    }

    fn verdict(&self, palette: Palette) -> String {
        match self.overall_status {
            Overall::Ready => palette.paint(Ink::Good, "ready"),
            Overall::MissingOptional => palette.paint(
                Ink::Good,
                &format!(
                    "ready; {} optional check(s) failed",
                    self.missing_optional_count
                ),
            ),
            Overall::AuthRequired => palette.paint(Ink::Error, "not authenticated"),
            Overall::MissingRequired => palette.paint(
                Ink::Error,
                &format!(
                    "not ready: {} required check(s) failed",
                    self.missing_required_count + self.auth_required_count
                ),
            ),
        }
    }

    fn lines(&self) -> Text {
        let mut text = Text::default();
        for tool in &self.tools {
            let weight = if tool.required {
                "required"
            } else {
                "optional"
            };
            text.line(format!(
                "{}: {} ({weight}): {}",
                tool.id,
                tool.state.word(),
                seen(tool)
            ));
        }
        text.line(self.verdict(Palette::Plain));
        text
    }

    fn rows(&self) -> Text {
        let verbose = self.layout == Layout::VerboseTable;
        let rows = self.tools.iter().map(|tool| {
            let weight = if tool.required { "yes" } else { "no" };
            let mut row = vec![
                tool.state.word().to_owned(),
                tool.name.to_owned(),
                weight.to_owned(),
            ];
            if verbose {
                row.push(format!("{} ms", tool.check_duration_ms));
            }
            row.push(seen(tool));
            row
        });
        if verbose {
            table(&["STATE", "CHECK", "REQUIRED", "TOOK", "SEEN"], rows)
        } else {
            table(&["STATE", "CHECK", "REQUIRED", "SEEN"], rows)
        }
    }
}

fn seen(tool: &Tool) -> String {
    let version = tool.version.iter();
    let all: Vec<&str> = version.chain(&tool.details).map(String::as_str).collect();
    all.join("; ")
}

impl Human for DoctorReport {
    fn human(&self, palette: Palette) -> Text {
        if self.layout == Layout::Lines {
            return self.lines();
        }
        let mut text = Text::default();
        if self.layout == Layout::VerboseTable {
            let Platform {
                os,
                arch,
                package_managers,
            } = &self.platform;
            text.line(format!(
                "{os} on {arch}; package managers: {}",
                if package_managers.is_empty() {
                    "none found".to_owned()
                } else {
                    package_managers.join(", ")
                }
            ));
        }
        text.lines(&self.rows());
        for tool in self.tools.iter().filter(|tool| tool.is_lacking()) {
            for help in &tool.help {
                let word = palette.paint(Ink::Help, "help:");
                text.line(format!("{word} {}: {help}", tool.name));
            }
        }
        text.line(self.verdict(palette));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(state: ToolState, required: bool, auth_status: Option<AuthStatus>) -> Tool {
        Tool {
            state,
            required,
            auth_status,
            ..Tool::required("it", "it")
        }
    }

    #[test]
    fn what_is_required_outweighs_credentials_and_those_what_is_optional() {
        use ToolState::{Available, Missing, NotChecked};
        let key = tool(Missing, true, Some(AuthStatus::NotAuthenticated));
        let optional = tool(Missing, false, None);
        let required = tool(Missing, true, None);
        let check = |tools: &[&Tool], expected: Overall, counts: [usize; 3]| {
            let platform = Platform {
                os: "linux",
                arch: "x86_64",
                package_managers: Vec::new(),
            };
            let tools = tools.iter().map(|tool| (*tool).clone()).collect();
            let report = DoctorReport::new(platform, tools, Layout::Table);
            assert_eq!(report.overall_status, expected);
            let seen = [
                report.missing_required_count,
                report.missing_optional_count,
                report.auth_required_count,
            ];
            assert_eq!(seen, counts);
        };
        check(&[], Overall::Ready, [0, 0, 0]);
        let fine = [
            &tool(Available, true, Some(AuthStatus::Unknown)),
            &tool(NotChecked, true, None),
        ];
        check(&fine, Overall::Ready, [0, 0, 0]);
        check(&[&optional], Overall::MissingOptional, [0, 1, 0]);
        check(&[&key, &optional], Overall::AuthRequired, [0, 1, 1]);
        check(
            &[&key, &optional, &required],
            Overall::MissingRequired,
            [1, 1, 1],
        );
    }
}
